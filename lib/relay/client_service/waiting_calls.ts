import type { ByteConn } from "../../net/byte_conn.ts";
import type { DatagramCaller } from "../datagram/datagram_caller.ts";

/** A server application that waits until CNAPT answers its call. */
export type WaitingCaller =
  | { readonly kind: "stream"; readonly application: ByteConn }
  | { readonly kind: "datagrams"; readonly application: DatagramCaller };

/** The calls of one session that CNAPT has not answered, at SNAPT. */
export class WaitingCalls {
  readonly #waiting = new Map<number, WaitingCaller>();
  readonly #callOf = new Map<WaitingCaller["application"], number>();

  add(call: number, caller: WaitingCaller): void {
    this.#waiting.set(call, caller);
    this.#callOf.set(caller.application, call);
  }

  /** Hands the connection over; null when none of this call waits. */
  takeStream(call: number): ByteConn | null {
    const caller = this.#waiting.get(call);
    if (caller?.kind !== "stream") return null;
    this.#forget(call, caller);
    return caller.application;
  }

  /** Hands over who sends datagrams; null when none of this call does. */
  takeDatagrams(call: number): DatagramCaller | null {
    const caller = this.#waiting.get(call);
    if (caller?.kind !== "datagrams") return null;
    this.#forget(call, caller);
    return caller.application;
  }

  /** Nothing comes of the call; a connection is reset. */
  refuse(call: number): void {
    const caller = this.#waiting.get(call);
    if (caller === undefined) return;
    this.#forget(call, caller);
    if (caller.kind === "stream") caller.application.reset();
    else caller.application.close();
  }

  /** The call of a server application that is not waited for any more; null if it was answered. */
  callOf(application: DatagramCaller): number | null {
    return this.#callOf.get(application) ?? null;
  }

  refuseAll(): void {
    for (const call of [...this.#waiting.keys()]) this.refuse(call);
  }

  #forget(call: number, { application }: WaitingCaller): void {
    this.#waiting.delete(call);
    this.#callOf.delete(application);
  }
}
