import type { ByteConn } from "./byte_conn.ts";
import type { PeerDeparture } from "./peer_departure.ts";

/** A connection of which the first bytes were read already, along with what came before them. */
export class PrefixedConn implements ByteConn {
  readonly #conn: ByteConn;
  #prefix: Uint8Array;

  constructor(prefix: Uint8Array, conn: ByteConn) {
    this.#prefix = prefix;
    this.#conn = conn;
  }

  get localAddress(): string {
    return this.#conn.localAddress;
  }
  get remoteAddress(): string {
    return this.#conn.remoteAddress;
  }

  async read(into: Uint8Array): Promise<number | null> {
    if (this.#prefix.length === 0) return await this.#conn.read(into);
    const part = this.#prefix.subarray(0, into.length);
    into.set(part);
    this.#prefix = this.#prefix.subarray(part.length);
    return part.length;
  }

  async readNext(): Promise<Uint8Array | null> {
    const part = this.#prefix;
    if (part.length === 0) return await this.#conn.readNext();
    this.#prefix = new Uint8Array(0);
    return part;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#conn.write(bytes);
  }
  async closeWrite(): Promise<void> {
    await this.#conn.closeWrite();
  }
  lookAgain(): "done" | "later" {
    return this.#conn.lookAgain?.() ?? "done";
  }
  lookForAnswer(): number | null {
    return this.#conn.lookForAnswer?.() ?? null;
  }
  unconfirmedBytes(): number {
    return this.#conn.unconfirmedBytes?.() ?? 0;
  }
  async peerDeparture(): Promise<PeerDeparture> {
    return await this.#conn.peerDeparture?.() ?? "unknown";
  }
  close(): void {
    this.#conn.close();
  }
  reset(): void {
    this.#conn.reset();
  }
}
