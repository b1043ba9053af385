import { SNAPT_PHASE_OF, type SnaptPhase } from "../../core/handshake/snapt_phase.ts";
import {
  isGreeting,
  type Notice,
  noticeOfPath,
  noticeOfReport,
  type NoticeSource,
  UNKNOWN_PATH,
} from "../../core/notice/notice.ts";
import { type Look, PathWatch } from "../../core/notice/path_watch.ts";
import { ReportLimit } from "../../core/notice/report_limit.ts";
import type { PathReport } from "../../core/wire/path_report.ts";
import type { Timer } from "../run/clock.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { SessionPath } from "../server/session_path.ts";

const LOOK_MS = 1_000;

/** In a strict switch there is no link for a while either, but as agreed. */
const LOOK_OF: Readonly<Record<SnaptPhase, Look["state"]>> = {
  connected: "connected",
  switching: "moving",
  detached: "lost",
  ended: "moving",
};

/** What is remembered of one session. */
interface Watched {
  readonly watch: PathWatch;
  readonly limit: ReportLimit;
}

/**
 * Tells applications on SNAPT's side what became of the paths of its CNAPTs: what they report, and
 * that one of them is not heard of any more, which it cannot report itself.
 */
export class SnaptNotices {
  readonly #site: string;
  readonly #publish: (notice: Notice) => void;
  readonly #tasks: TaskGroup;
  /** By the key of the session. */
  readonly #watched = new Map<string, Watched>();
  #paths: () => readonly SessionPath[] = () => [];
  #timer: Timer | null = null;
  #dropped = 0;

  /** `tasks`: what happens here can cost no byte, so it has a group of its own in this one. */
  constructor(site: string, tasks: TaskGroup, publish: (notice: Notice) => void) {
    this.#site = site;
    this.#tasks = tasks.child("notices of paths", "keepGoing");
    this.#publish = publish;
  }

  /** Reports of CNAPTs that came too often to be told. */
  get droppedReports(): number {
    return this.#dropped;
  }

  /** `paths`: a snapshot of all sessions at the moment of the call. */
  start(paths: () => readonly SessionPath[]): void {
    this.#paths = paths;
    this.#timer = this.#tasks.every(LOOK_MS, () => this.look());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** A CNAPT told what became of its path, in a session that has this key. */
  reported(client: string, session: string, report: PathReport): void {
    if (isGreeting(report)) return; // nothing has changed
    if (!this.#watchedOf(session).limit.take(this.#tasks.now())) {
      this.#dropped += 1;
      return;
    }
    this.#publish(noticeOfReport(this.#sourceOf(client), report, this.#now()));
  }

  /** Looks once whether all CNAPTs are there. */
  look(): void {
    const paths = this.#paths();
    this.#forgetOthers(paths);
    for (const { session, client, state } of paths) {
      const { watch } = this.#watchedOf(session);
      const marked = watch.look({ state: LOOK_OF[SNAPT_PHASE_OF[state]], path: UNKNOWN_PATH });
      if (marked === null || marked.event !== "pathLost") continue;
      const reason = "the CNAPT has no link to this SNAPT";
      const source = this.#sourceOf(client);
      this.#publish(
        noticeOfPath(source, { event: "pathLost", changed: [], reason }, UNKNOWN_PATH, this.#now()),
      );
    }
  }

  #sourceOf(client: string): NoticeSource {
    return { program: "snapt", site: this.#site, client };
  }

  #forgetOthers(paths: readonly SessionPath[]): void {
    const there = new Set(paths.map(({ session }) => session));
    for (const session of this.#watched.keys()) {
      if (!there.has(session)) this.#watched.delete(session);
    }
  }

  #watchedOf(session: string): Watched {
    const known = this.#watched.get(session);
    if (known !== undefined) return known;
    const watched = { watch: new PathWatch(), limit: new ReportLimit(this.#tasks.now()) };
    this.#watched.set(session, watched);
    return watched;
  }

  #now(): string {
    return this.#tasks.date().toISOString();
  }
}
