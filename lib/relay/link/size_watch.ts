import {
  packetBytesOf,
  SEGMENT_SIZES,
  sizePatienceMs,
  SizeSchedule,
} from "../../core/path/path_size.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { MAX_PADDING_BYTES } from "../../core/wire/message.ts";
import type { Provider, Providers } from "../network/provider.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import { pause } from "../run/pause.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { type TimeLimit, withinLimit } from "../run/time_limit.ts";
import type { Link } from "./link.ts";
import type { LinkDialer } from "./link_dialer.ts";
import { passOnUnlessLinkFailed } from "./link_failure.ts";
import type { ParkedLinks } from "./parked_links.ts";

/** So many parked links are asked: one alone may have lost its packet. */
const LINKS_ASKED = 2;
/** There are none parked yet. */
const NONE_PARKED_MS = 100;
/** When one size has got through, the larger ones have so much longer, and as long again. */
const LARGER_MS = 100;

export interface SizeWatchContext {
  readonly dialer: LinkDialer;
  readonly providers: Providers;
  readonly parked: ParkedLinks;
  /** The session. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  readonly roundTripMs: () => number | null;
  /** The links that there are on `provider` are of no use for anything large. */
  readonly changed: (provider: ProviderKey) => void;
}

/**
 * Finds out whether the network in use carries full packets, and if it does not, which it carries:
 * its links are then dialled with smaller segments (`PathSizes`), and those that there are replaced.
 */
export class SizeWatch {
  readonly #context: SizeWatchContext;
  readonly #deadline: DeadlineTimer;
  #schedule = new SizeSchedule();
  #provider: ProviderKey | null = null;
  #life: "waiting" | "asking" | "closed" = "waiting";

  constructor(context: SizeWatchContext) {
    this.#context = context;
    const { tasks } = context;
    this.#deadline = new DeadlineTimer(tasks, () => tasks.run("ask for size", () => this.#ask()));
  }

  /** The session lives on `provider` from now on; null: on none. */
  use(provider: ProviderKey | null): void {
    if (provider !== this.#provider) this.#schedule = new SizeSchedule();
    this.#provider = provider;
    if (provider === null) this.#deadline.set(Infinity);
    else this.#arm();
  }

  /** Something is carried. */
  noteTraffic(): void {
    this.#schedule.noteTraffic();
    this.#arm();
  }

  /** A link led nowhere: perhaps it was the size of its packets. */
  suspect(): void {
    this.#schedule.suspect();
    this.#arm();
  }

  close(): void {
    this.#life = "closed";
    this.#deadline.set(Infinity);
  }

  #arm(): void {
    if (this.#provider === null || this.#life !== "waiting") return;
    this.#deadline.pullIn(this.#schedule.nextAt);
  }

  async #ask(): Promise<void> {
    const { providers, parked, tasks } = this.#context;
    const key = this.#provider;
    const provider = key === null ? null : providers.find(key);
    if (provider === null || this.#life !== "waiting") return;
    const links = parked.on(provider.key, "session").filter(({ isParked }) => isParked)
      .slice(-LINKS_ASKED);
    if (links.length === 0) return this.#deadline.set(tasks.now() + NONE_PARKED_MS);
    this.#life = "asking";
    try {
      this.#schedule.noteAsked(tasks.now());
      if (!await this.#isAnswered(links)) await this.#limit(provider, links);
      else if (this.#schedule.isTimeToGrow(tasks.now())) await this.#grow(provider);
    } finally {
      if (this.#life === "asking") this.#life = "waiting";
      this.#arm();
    }
  }

  /** Whether a full question on one of these links got through, and its answer. */
  async #isAnswered(links: readonly Link[]): Promise<boolean> {
    const answered = new AbortController();
    await withinLimit(this.#patience(1), async (limited) => {
      const signal = AbortSignal.any([limited, answered.signal]);
      await Promise.all(links.map(async (link) => {
        if (await link.ask(signal, MAX_PADDING_BYTES) !== null) answered.abort();
      }));
    });
    return answered.signal.aborted;
  }

  async #limit(provider: Provider, links: readonly Link[]): Promise<void> {
    const { parked, log, changed, dialer: { sizes } } = this.#context;
    parked.drop(links); // what was asked on them is in the way of all else
    const before = sizes.segmentBytesOn(provider.key) ?? Infinity;
    const smaller = SEGMENT_SIZES.filter((size) => size < before);
    // New links as large as those, two: when one gets through, they were lost for another reason.
    const same = before === Infinity ? null : before;
    const found = await this.#largest(provider, [same, same, ...smaller]);
    if (found === before) return;
    if (typeof found !== "number" || this.#provider !== provider.key) return;
    sizes.limit(provider.key, found);
    this.#schedule.noteLimited(this.#context.tasks.now());
    log.warn("path-size", {
      provider: provider.key,
      packet_bytes: packetBytesOf(found),
      reason: "full packets vanish there and nobody says so: smaller ones are sent from now on",
    });
    this.#replace(provider.key);
    changed(provider.key);
  }

  async #grow(provider: Provider): Promise<void> {
    const { log, changed, dialer: { sizes } } = this.#context;
    this.#schedule.noteLimited(this.#context.tasks.now());
    if (await this.#largest(provider, [null]) === undefined) return;
    sizes.forget(provider.key);
    this.#schedule.noteLimited(null);
    log.info("path-size", { provider: provider.key, reason: "full packets get through again" });
    this.#replace(provider.key);
    changed(provider.key);
  }

  /** Those that are parked go; others are dialled, as is said for the network now. */
  #replace(provider: ProviderKey): void {
    for (const keeper of ["session", "standby"] as const) {
      this.#context.parked.abandon(provider, keeper);
    }
  }

  /** The largest of these sizes that gets through, where null is a full one; undefined: none. */
  async #largest(
    provider: Provider,
    sizes: readonly (number | null)[],
  ): Promise<number | null | undefined> {
    const { tasks } = this.#context;
    const through: (number | null)[] = [];
    const stop = new AbortController();
    const began = tasks.now();
    await withinLimit(this.#patience(2), async (limited) => {
      const signal = AbortSignal.any([limited, stop.signal]);
      await Promise.all(sizes.map(async (size) => {
        if (!await this.#carries(provider, size, signal)) return;
        through.push(size);
        await pause(tasks, tasks.now() - began + LARGER_MS, signal);
        stop.abort();
      }));
    });
    return through.sort((a, b) => (b ?? Infinity) - (a ?? Infinity))[0];
  }

  async #carries(provider: Provider, size: number | null, signal: AbortSignal): Promise<boolean> {
    let link: Link | null = null;
    try {
      link = await this.#context.dialer.openSized(provider, size, signal);
      return await link.ask(signal, MAX_PADDING_BYTES) !== null;
    } catch (error) {
      passOnUnlessLinkFailed(error);
      return false;
    } finally {
      link?.reset();
    }
  }

  #patience(factor: number): TimeLimit {
    const { tasks, roundTripMs } = this.#context;
    return { clock: tasks, ms: factor * sizePatienceMs(roundTripMs()), signal: tasks.signal };
  }
}
