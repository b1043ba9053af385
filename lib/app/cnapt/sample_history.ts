import type { NoticeBoard } from "../../relay/notice/notice_board.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import { type NetworkReading, PathHistory, SAMPLE_MS } from "../../status/history/path_history.ts";
import type { RunningSite } from "./running_site.ts";

/** Payload of a site, and when it was that much. */
interface Moved {
  readonly bytes: number;
  readonly at: number;
}

/** Remembers how the networks of all sites are, for the charts of the page. */
export function sampleHistory(
  running: readonly Pick<RunningSite, "site" | "decision" | "notices">[],
  board: NoticeBoard,
  tasks: TaskGroup,
): PathHistory {
  const history = new PathHistory();
  board.follow({ noticed: (_text, notice) => history.noticed(notice), ended: () => {} });
  let before: ReadonlyMap<string, Moved> = new Map();
  const group = tasks.child("history", "keepGoing");
  group.every(SAMPLE_MS, () => {
    const now = group.now();
    const moved = new Map<string, Moved>();
    const readings = running.flatMap(({ site, decision, notices }) => {
      const bytes = notices.movedBytes;
      moved.set(site.name, { bytes, at: now });
      return readingsOf(site.name, decision.snapshot(), rate(before.get(site.name), bytes, now));
    });
    before = moved;
    history.sample(group.date(), readings);
  });
  return history;
}

function rate(before: Moved | undefined, bytes: number, now: number): number | null {
  if (before === undefined || now <= before.at) return null;
  return Math.max(0, bytes - before.bytes) * 1_000 / (now - before.at);
}

function readingsOf(
  site: string,
  { providers }: ReturnType<RunningSite["decision"]["snapshot"]>,
  bytesPerSecond: number | null,
): readonly NetworkReading[] {
  return providers.map(({ candidate: { key }, isCurrent, measurement }) => ({
    site,
    provider: key,
    roundTripMs: measurement?.roundTripMs ?? null,
    loss: measurement?.loss ?? null,
    bytesPerSecond: isCurrent ? bytesPerSecond : 0,
  }));
}
