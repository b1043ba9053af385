import type { ByteConn } from "../../net/byte_conn.ts";
import type { DatagramCaller } from "../datagram/datagram_caller.ts";

/** A server application that waits until CNAPT answers its call. */
export type WaitingCaller =
  | { readonly kind: "stream"; readonly application: ByteConn }
  | { readonly kind: "datagrams"; readonly application: DatagramCaller };

/** The calls of one session that CNAPT has not answered, at SNAPT. */
export class WaitingCalls {
  readonly #waiting = new Map<number, WaitingCaller>();

  add(call: number, caller: WaitingCaller): void {
    this.#waiting.set(call, caller);
  }

  /** Hands the connection over; null when none of this call waits. */
  takeStream(call: number): ByteConn | null {
    const caller = this.#waiting.get(call);
    if (caller?.kind !== "stream") return null;
    this.#waiting.delete(call);
    return caller.application;
  }

  /** Hands over who sends datagrams; null when none of this call does. */
  takeDatagrams(call: number): DatagramCaller | null {
    const caller = this.#waiting.get(call);
    if (caller?.kind !== "datagrams") return null;
    this.#waiting.delete(call);
    return caller.application;
  }

  /** Nothing comes of the call; a connection is reset. */
  refuse(call: number): void {
    const caller = this.#waiting.get(call);
    this.#waiting.delete(call);
    if (caller?.kind === "stream") caller.application.reset();
    else caller?.application.close();
  }

  /** The call of a server application that is not waited for any more; null if it was answered. */
  callOf(application: DatagramCaller): number | null {
    for (const [call, caller] of this.#waiting) if (caller.application === application) return call;
    return null;
  }

  refuseAll(): void {
    for (const call of [...this.#waiting.keys()]) this.refuse(call);
  }
}
