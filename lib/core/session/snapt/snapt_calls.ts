import type { SnaptEffect } from "../snapt_effect.ts";
import type { Outbox } from "../outbox.ts";
import type { ResetCode } from "../../wire/reset_code.ts";
import type { StreamTable } from "../streams/stream_table.ts";

/** Calls of server applications of which no stream has come yet. */
export class SnaptCalls {
  readonly #outbox: Outbox<SnaptEffect>;
  readonly #table: StreamTable;
  readonly #waiting = new Set<number>();
  #next = 1;

  constructor(outbox: Outbox<SnaptEffect>, table: StreamTable) {
    this.#outbox = outbox;
    this.#table = table;
  }

  /** How many wait for CNAPT. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Tells CNAPT of a new one; its number, or null when there is too much already. */
  make(service: string, source: string): number | null {
    const { record } = this.#outbox;
    // A CNAPT that takes nothing in, or cannot be reached, is told of no more callers.
    if (record.isCrowded || !this.#table.hasRoom(this.#waiting.size)) return null;
    const call = this.#next++;
    this.#waiting.add(call);
    this.#outbox.sendRecord({ kind: "call", call, service, source });
    return call;
  }

  isWaiting(call: number): boolean {
    return this.#waiting.has(call);
  }

  /** A stream or a flow has come of the call, or nobody waits any more; false: it did not wait. */
  answered(call: number): boolean {
    return this.#waiting.delete(call);
  }

  /** CNAPT says that nothing comes of the call. */
  refused(call: number, code: ResetCode): void {
    if (this.#waiting.delete(call)) this.#outbox.emit({ kind: "callRefused", call, code });
  }
}
