import type { ViolationCode } from "../../core/wire/protocol_violation.ts";

/** Why a connection was not let in, or let go of again. */
export type RefusalReason =
  | ViolationCode
  /** It did not prove a key in time. */
  | "timedOut"
  /** Its source has failed too often. */
  | "failedTooOften"
  /** Too many waited to prove a key. */
  | "tooManyUnproven"
  /** Nothing that is known: its connection broke, or its TLS failed. */
  | "broken";

/** What was refused for one reason since the start. */
export interface RefusedSnapshot {
  readonly reason: RefusalReason;
  readonly count: number;
  /** When the last one was, as ISO 8601 has it. */
  readonly lastAt: string;
  /** From where the last one came. */
  readonly lastFrom: string;
  /** What the last one is called, where it said an ID that is known, proven or not; null: nobody. */
  readonly lastClient: string | null;
}

interface Refused {
  count: number;
  lastAt: Date;
  lastFrom: string;
  lastClient: string | null;
}

/** Refused connections by their reason: as many rows as there are reasons, whoever comes. */
export class RefusedLinks {
  readonly #refused = new Map<RefusalReason, Refused>();

  /** `from`: an address as it is shown; `client`: what its ID is known as. */
  note(reason: RefusalReason, from: string, at: Date, client: string | null = null): void {
    const known = this.#refused.get(reason);
    if (known === undefined) {
      this.#refused.set(reason, { count: 1, lastAt: at, lastFrom: from, lastClient: client });
      return;
    }
    known.count += 1;
    known.lastAt = at;
    known.lastFrom = from;
    known.lastClient = client;
  }

  /** The one that came last first. */
  snapshot(): readonly RefusedSnapshot[] {
    return [...this.#refused].toSorted(([, a], [, b]) => b.lastAt.getTime() - a.lastAt.getTime())
      .map(([reason, { count, lastAt, lastFrom, lastClient }]) => ({
        reason,
        count,
        lastAt: lastAt.toISOString(),
        lastFrom,
        lastClient,
      }));
  }
}
