import { CNAPT_PHASE_OF, type CnaptPhase } from "../../core/handshake/cnapt_phase.ts";
import {
  type ChangedField,
  greetingOf,
  type Notice,
  noticeOfPath,
  noticeOfSwitch,
  type NoticeSource,
  type PathNotice,
  type PathState,
  reportOf,
} from "../../core/notice/notice.ts";
import { type Look, PathWatch } from "../../core/notice/path_watch.ts";
import { RateEstimate } from "../../core/notice/rate_estimate.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import type { Timer } from "../run/clock.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { CnaptSite } from "../site/cnapt_site.ts";

/** How often the path is looked at. */
export const LOOK_MS = 1_000;

/** Whether a provider costs by what is sent; null: nobody said. */
export type MeteredOf = (provider: ProviderKey) => boolean | null;

/** The change in words, for people. */
const CHANGE_WORDS: Readonly<Record<ChangedField, string>> = {
  provider: "the network",
  metered: "whether bytes cost something",
  roundTrip: "the round trip",
};

const LOOK_OF: Readonly<Record<CnaptPhase, Look["state"]>> = {
  dialing: "moving",
  greeting: "moving",
  connected: "connected",
  preparing: "moving",
  switching: "moving",
  searching: "lost",
  ended: "moving",
};

export interface CnaptNoticesContext {
  readonly meteredOf: MeteredOf;
  readonly publish: (notice: Notice) => void;
  /** What happens here can cost no byte: it has a group of its own in this one. */
  readonly tasks: TaskGroup;
}

/** Watches the path of one site, and tells of it: the applications here, and SNAPT. */
export class CnaptNotices {
  readonly #site: CnaptSite;
  readonly #source: NoticeSource;
  readonly #context: CnaptNoticesContext;
  readonly #tasks: TaskGroup;
  readonly #watch = new PathWatch();
  readonly #rate = new RateEstimate();
  #moved: ReadonlyMap<number, number> = new Map();
  #movedBytes = 0;
  #timer: Timer | null = null;
  /** The session in which SNAPT has been told of the network. */
  #greeted: object | null = null;

  constructor(site: CnaptSite, context: CnaptNoticesContext) {
    this.#site = site;
    this.#source = { program: "cnapt", site: site.name, client: null };
    this.#context = context;
    this.#tasks = context.tasks.child(`notices ${site.name}`, "keepGoing");
  }

  start(): void {
    this.#timer = this.#tasks.every(LOOK_MS, () => this.look());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  switchEnded(receipt: SwitchReceipt): void {
    if (receipt.outcome === "switched" && receipt.from !== receipt.to) this.#rate.restart();
    const path = this.#path();
    if (receipt.outcome === "switched") this.#watch.switched(path);
    this.#tell(noticeOfSwitch(this.#source, receipt, path, this.#now()));
  }

  /** What applications achieve over the path, a lower bound of what it can do; null: not known. */
  get achievedBytesPerSecond(): number | null {
    return this.#rate.bytesPerSecond;
  }

  /** Payload that arrived at its end since the start, as of the last look, in both directions. */
  get movedBytes(): number {
    return this.#movedBytes;
  }

  /** Looks at the path once. */
  look(): void {
    const seen = this.#site.path();
    if (seen === null) return;
    const moved = this.#bytesMoved(seen.movedBytes);
    this.#movedBytes += moved;
    this.#rate.look(moved, this.#tasks.now());
    const path = this.#path();
    const state = LOOK_OF[CNAPT_PHASE_OF[seen.state]];
    if (state === "connected") this.#greet(seen.session, path);
    const marked = this.#watch.look({ state, path });
    if (marked === null) return;
    const { event, changed } = marked;
    const reason = event === "pathLost"
      ? "there is no network that leads to SNAPT"
      : `${changed.map((field) => CHANGE_WORDS[field]).join(" and ")} changed`;
    this.#tell(noticeOfPath(this.#source, { event, changed, reason }, path, this.#now()));
  }

  /** SNAPT is told once in each session which network it came by; a switch tells it anew. */
  #greet(session: object, path: PathState): void {
    if (this.#greeted === session || path.provider === null) return;
    this.#greeted = session;
    this.#site.reportPath(greetingOf(path));
  }

  #tell(notice: PathNotice): void {
    this.#context.publish(notice);
    this.#site.reportPath(reportOf(notice));
  }

  #path(): PathState {
    const { provider } = this.#site;
    const roundTripMs = this.#site.path()?.roundTripMs ?? null;
    return {
      provider: provider === "" ? null : provider,
      metered: provider === "" ? null : this.#context.meteredOf(provider),
      roundTripMs: roundTripMs === null ? null : Math.round(roundTripMs * 10) / 10,
      rateBytesPerSecond: this.#rate.bytesPerSecond,
    };
  }

  /** Payload that arrived at its end since the last look, in both directions. */
  #bytesMoved(moved: ReadonlyMap<number, number>): number {
    let sum = 0;
    for (const [id, bytes] of moved) sum += Math.max(0, bytes - (this.#moved.get(id) ?? 0));
    this.#moved = moved;
    return sum;
  }

  #now(): string {
    return this.#tasks.date().toISOString();
  }
}
