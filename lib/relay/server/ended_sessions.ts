import { ArrivalOrder } from "../../core/arrival_order.ts";

/** Of so many CNAPTs the last session is remembered; the one that ended longest ago is forgotten. */
const MOST_REMEMBERED = 4_096;

/** The last session of a CNAPT, which is over. */
export interface EndedSession {
  /** As ISO 8601 has it. */
  readonly endedAt: string;
  readonly reason: string;
  /** Where its control link came from. */
  readonly from: string;
}

/** How the sessions of CNAPTs ended, since the start, by the ID of the CNAPT in hex. */
export class EndedSessions {
  readonly #ended = new Map<string, EndedSession>();
  readonly #order = new ArrivalOrder<string>();

  add(idHex: string, session: EndedSession): void {
    this.#ended.set(idHex, session);
    this.#order.add(idHex);
    const { oldest } = this.#order;
    if (this.#ended.size <= MOST_REMEMBERED || oldest === undefined) return;
    this.#ended.delete(oldest);
    this.#order.delete(oldest);
  }

  /** Null: none has ended. */
  of(idHex: string): EndedSession | null {
    return this.#ended.get(idHex) ?? null;
  }
}
