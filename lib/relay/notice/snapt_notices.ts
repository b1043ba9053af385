import { SNAPT_PHASE_OF, type SnaptPhase } from "../../core/handshake/snapt_phase.ts";
import {
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
import type { SnaptDriver } from "../session/snapt_driver.ts";
import type { SnaptServer } from "../server/snapt_server.ts";

const LOOK_MS = 1_000;

/** In a strict switch there is no link for a while either, but as agreed. */
const LOOK_OF: Readonly<Record<SnaptPhase, Look["state"]>> = {
  connected: "connected",
  switching: "moving",
  detached: "lost",
  ended: "moving",
};

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
  readonly #watched = new WeakMap<SnaptDriver, Watched>();
  #server: SnaptServer | null = null;
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

  start(server: SnaptServer): void {
    this.#server = server;
    this.#timer = this.#tasks.every(LOOK_MS, () => this.look());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** A CNAPT told what became of its path. */
  reported(client: string, driver: SnaptDriver, report: PathReport): void {
    if (!this.#watchedOf(driver).limit.take(this.#tasks.now())) {
      this.#dropped += 1;
      return;
    }
    this.#publish(noticeOfReport(this.#sourceOf(client), report, this.#now()));
  }

  /** Looks once whether all CNAPTs are there. */
  look(): void {
    for (const { driver, client } of this.#server?.sessions.values() ?? []) {
      const { watch } = this.#watchedOf(driver);
      const marked = watch.look({
        state: LOOK_OF[SNAPT_PHASE_OF[driver.session.state]],
        path: UNKNOWN_PATH,
      });
      if (marked === null || marked.event !== "pathLost") continue;
      const reason = "the CNAPT has no link to this SNAPT";
      const source = this.#sourceOf(client.name);
      this.#publish(noticeOfPath(source, "pathLost", [], UNKNOWN_PATH, reason, this.#now()));
    }
  }

  #sourceOf(client: string): NoticeSource {
    return { program: "snapt", site: this.#site, client };
  }

  #watchedOf(driver: SnaptDriver): Watched {
    const known = this.#watched.get(driver);
    if (known !== undefined) return known;
    const watched = { watch: new PathWatch(), limit: new ReportLimit(this.#tasks.now()) };
    this.#watched.set(driver, watched);
    return watched;
  }

  #now(): string {
    return this.#tasks.date().toISOString();
  }
}
