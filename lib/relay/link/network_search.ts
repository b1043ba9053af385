import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Provider } from "../network/provider.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { dialOutcomeOf } from "./dial_outcome.ts";
import { DialSchedule } from "./dial_schedule.ts";
import type { Link } from "./link.ts";
import type { LinkDialer } from "./link_dialer.ts";
import { passOnUnlessLinkFailed } from "./link_failure.ts";
import type { StandbyLinks } from "./standby_links.ts";

/** So many dials are under way over one network at most. */
const MOST_DIALS = 4;
/** A parked link on which SNAPT answered so recently is used without asking again. */
const FRESH_MS = 1_000;

/** Where connections are few, so long is left to those that are parked. */
const ANSWER_FIRST_MS = 300;

export interface NetworkSearchContext {
  readonly dialer: LinkDialer;
  readonly standby: StandbyLinks;
  /** The session. */
  readonly tasks: TaskGroup;
  /** SNAPT answered: on a link that was parked, or on a new one. */
  readonly found: (link: Link, by: "question" | "dial") => void;
  readonly failed: (provider: ProviderKey, error: unknown) => void;
}

/**
 * The search for SNAPT over one network: links that are parked there are asked, and new ones dialled
 * beside those that are still under way, each when it is due.
 */
export class NetworkSearch {
  readonly #key: ProviderKey;
  readonly #context: NetworkSearchContext;
  readonly #schedule: DialSchedule;
  /** What ends them, the oldest first. */
  readonly #dials: AbortController[] = [];
  readonly #stopping = new AbortController();
  #question: "none" | "asked" = "none";

  constructor(key: ProviderKey, context: NetworkSearchContext) {
    this.#key = key;
    this.#context = context;
    this.#schedule = new DialSchedule(
      context.tasks.now(),
      context.dialer.refusals.on(key),
      context.dialer.chance,
    );
  }

  get dueAt(): number {
    return this.#schedule.dueAt;
  }

  /** Begins what is due by now; `provider`: how the network is reached at this moment. */
  look(provider: Provider): "found" | "looking" {
    const { tasks } = this.#context;
    const now = tasks.now();
    if (now < this.#schedule.dueAt) return "looking";
    const { dialer, standby, found } = this.#context;
    const fresh = standby.takeFresh(this.#key, FRESH_MS);
    if (fresh !== null) {
      found(fresh, "question");
      return "found";
    }
    const isFirst = this.#schedule.begunCount === 0;
    const mayHold = isFirst && this.#question === "none" && now < dialer.refusals.sparingUntil;
    if (this.#question === "none") tasks.run("ask parked links", () => this.#ask());
    if (mayHold && standby.countOn(this.#key) > 0) {
      this.#schedule.holdBack(now + ANSWER_FIRST_MS);
      return "looking";
    }
    this.#schedule.begun(now);
    // Where the address that is known was dialled in vain, SNAPT may have another one by now.
    const doubt = isFirst ? "none" : "some";
    this.#makeRoom();
    tasks.run("dial control link", () => this.#dial(provider, doubt));
    return "looking";
  }

  /** Something happened to the network: new dials are due at once. */
  hurry(): void {
    this.#schedule.hurry(this.#context.tasks.now());
  }

  /** Another network is more promising: none is dialled here before `until`, or `release`. */
  holdBack(until: number): void {
    this.#schedule.holdBack(until);
  }

  release(): void {
    this.#schedule.release();
  }

  stop(): void {
    this.#stopping.abort();
    for (const dial of this.#dials) dial.abort();
  }

  /**
   * The oldest dial stays: where round trips are long it is the one that is nearly there. The one
   * after it waits for what a newer one asks for better.
   */
  #makeRoom(): void {
    if (this.#dials.length < MOST_DIALS) return;
    const [second] = this.#dials.splice(1, 1);
    second?.abort();
  }

  async #ask(): Promise<void> {
    this.#question = "asked";
    try {
      const { standby, found } = this.#context;
      const link = await standby.takeAnswering(this.#key, this.#stopping.signal);
      if (link !== null) found(link, "question");
    } finally {
      this.#question = "none";
    }
  }

  async #dial(provider: Provider, doubt: "none" | "some"): Promise<void> {
    const { dialer, tasks, found, failed } = this.#context;
    const own = new AbortController();
    this.#dials.push(own);
    try {
      const link = await dialer.openAtOnce(provider, own.signal, doubt);
      if (own.signal.aborted) return link.close();
      found(link, "dial");
    } catch (error) {
      passOnUnlessLinkFailed(error);
      if (own.signal.aborted) return;
      this.#schedule.failed(dialOutcomeOf(error), tasks.now());
      failed(this.#key, error);
    } finally {
      const index = this.#dials.indexOf(own);
      if (index >= 0) this.#dials.splice(index, 1);
    }
  }
}
