import type { ByteConn } from "../net/byte_conn.ts";

/** Connections of server applications that wait until CNAPT answers their call, at SNAPT. */
export class ClientCalls {
  readonly #waiting = new Map<number, ByteConn>();

  add(call: number, application: ByteConn): void {
    this.#waiting.set(call, application);
  }

  /** Hands the connection over; null when there is none of this call. */
  take(call: number): ByteConn | null {
    const application = this.#waiting.get(call) ?? null;
    this.#waiting.delete(call);
    return application;
  }

  /** Nothing comes of the call; the application sees a reset. */
  refuse(call: number): void {
    this.take(call)?.reset();
  }

  refuseAll(): void {
    for (const call of [...this.#waiting.keys()]) this.refuse(call);
  }
}
