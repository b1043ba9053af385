/**
 * Sessions without a network make room where SNAPT comes to one of its limits.
 *
 * Theory of operation. A session is kept for days without a network, and may never be asked for
 * again. It costs what its servers have sent (memory), a socket for each of its connections
 * (descriptors) and a place among the CNAPTs. Where one of these is wanted by somebody who is here,
 * the session that is away for longest is ended; one that has just been lost is not, as it is
 * probably on its way to another network.
 */
import { descriptors } from "../../net/descriptor_budget.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { ServedSession } from "./served_session.ts";

/** A session that is away for less is about to come back. */
const SETTLED_MS = 10_000;
/** How often it is looked whether memory or descriptors are short. */
const LOOK_MS = 5_000;
/** To end a session that keeps less would give nobody memory. */
const WORTH_BYTES = 64 * 1024;

export interface AwaySessionsContext {
  readonly sessions: () => Iterable<ServedSession>;
  /** The server's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

export class AwaySessions {
  readonly #context: AwaySessionsContext;
  /** How often the memory of the program was short for each session, when it was looked at last. */
  #shortages = new WeakMap<ServedSession, number>();

  constructor(context: AwaySessionsContext) {
    this.#context = context;
  }

  /** Looks from now on whether those that are here lack something that those that are away have. */
  start(): void {
    this.#context.tasks.every(LOOK_MS, () => this.#look());
  }

  /** Ends the session that is away for longest; false when none is away for long enough. */
  makeRoom(why: string, isWorthIt: (session: ServedSession) => boolean = () => true): boolean {
    const { log } = this.#context;
    const longest = this.#longestAway(isWorthIt);
    if (longest === null) return false;
    const { driver, client } = longest;
    const since = driver.controlLink.absence?.since.toISOString() ?? "";
    const reason = `${why}: the session that is without a network for longest makes room`;
    log.warn("away-session-ended", { client: client.name, since, reason });
    driver.end({ farewell: { kind: "disconnect", sentence: reason }, pace: "atOnce" });
    return true;
  }

  #look(): void {
    // Nobody makes room for one that has more: who wants all would end all others.
    const shortBytes = this.#leastShort();
    if (shortBytes < Infinity) {
      this.makeRoom(
        "SNAPT has no memory left for the others",
        ({ driver }) => driver.session.memoryBytes >= Math.max(WORTH_BYTES, shortBytes),
      );
    }
    if (!descriptors().hasRoom("stream")) {
      this.makeRoom(
        "SNAPT has no descriptors left for other connections",
        ({ driver }) => driver.session.streams.size + (driver.flows?.snapshot().length ?? 0) > 0,
      );
    }
  }

  /**
   * Of those that are here and have wanted memory since the last look, which others had: how many
   * bytes the smallest has; Infinity: there is none.
   */
  #leastShort(): number {
    let least = Infinity;
    for (const served of this.#context.sessions()) {
      const { controlLink, session } = served.driver;
      const { shortages } = session.memory;
      const before = this.#shortages.get(served) ?? 0;
      this.#shortages.set(served, shortages);
      if (controlLink.absence !== null || shortages <= before) continue;
      least = Math.min(least, session.memoryBytes);
    }
    return least;
  }

  #longestAway(isWorthIt: (session: ServedSession) => boolean): ServedSession | null {
    const { sessions, tasks } = this.#context;
    let longest: ServedSession | null = null;
    let earliest = tasks.now() - SETTLED_MS;
    for (const served of sessions()) {
      const { absence } = served.driver.controlLink;
      if (absence === null || absence.at > earliest || !isWorthIt(served)) continue;
      longest = served;
      earliest = absence.at;
    }
    return longest;
  }
}
