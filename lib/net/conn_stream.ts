import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import type { ByteConn } from "./byte_conn.ts";

/**
 * A connection as node:tls wants one, of which the first bytes were read before. Unlike a socket it
 * reads no further while it is stopped, whatever node:tls does with its own buffers. It begins
 * stopped.
 */
export class ConnStream extends Duplex {
  readonly #conn: ByteConn;
  #first: Uint8Array | null;
  #intake: "open" | "stopped" = "stopped";
  #reading: "idle" | "wanted" | "reading" = "idle";

  constructor(conn: ByteConn, first: Uint8Array) {
    super({ allowHalfOpen: true });
    this.#conn = conn;
    this.#first = first.length === 0 ? null : first;
  }

  stop(): void {
    this.#intake = "stopped";
  }

  start(): void {
    this.#intake = "open";
    if (this.#reading === "wanted") this.#pull();
  }

  override _read(): void {
    if (this.#reading === "reading") return;
    if (this.#intake === "stopped") this.#reading = "wanted";
    else this.#pull();
  }

  #pull(): void {
    const first = this.#first;
    if (first !== null) {
      this.#first = null;
      this.#reading = "idle";
      this.push(Buffer.from(first));
      return;
    }
    this.#reading = "reading";
    this.#conn.readNext().then(
      (bytes) => {
        this.#reading = "idle";
        // What was read is valid until the next reading only.
        this.push(bytes === null ? null : Buffer.from(bytes));
      },
      (error: Error) => this.destroy(error),
    );
  }

  override _write(bytes: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    this.#conn.write(bytes).then(() => done(), done);
  }

  override _final(done: (error?: Error) => void): void {
    this.#conn.closeWrite().then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#conn.close();
    done(error);
  }
}
