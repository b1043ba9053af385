import { AdaptiveBuffer } from "./adaptive_buffer.ts";
import type { ByteConn } from "./byte_conn.ts";
import { type ConnFailed, toConnFailed } from "./conn_failed.ts";
import { disconnect } from "./disconnect.ts";
import { addressOf } from "./socket_address.ts";

/** A connection of Deno's own, plain or TLS: what is accepted, and what is dialled by any route. */
export class DenoConn implements ByteConn {
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly handshake?: () => Promise<void>;
  readonly #conn: Deno.TcpConn | Deno.TlsConn;
  readonly #buffer = new AdaptiveBuffer();
  #last = -1;
  /** `lost`: the peer has reset it. */
  #state: "open" | "lost" | "closed" = "open";

  constructor(conn: Deno.TcpConn | Deno.TlsConn) {
    this.#conn = conn;
    this.localAddress = addressOf(conn.localAddr);
    this.remoteAddress = addressOf(conn.remoteAddr);
    if ("handshake" in conn) {
      this.handshake = async () => {
        try {
          await conn.handshake();
        } catch (error) {
          throw toConnFailed(error, `complete TLS with ${this.remoteAddress}`);
        }
      };
    }
  }

  async read(into: Uint8Array): Promise<number | null> {
    try {
      return await this.#conn.read(into);
    } catch (error) {
      throw this.#failed(error, `read from ${this.remoteAddress}`);
    }
  }

  async readNext(): Promise<Uint8Array | null> {
    if (this.#last >= 0) this.#buffer.adapt(this.#last);
    const { bytes } = this.#buffer;
    const count = await this.read(bytes);
    this.#last = count ?? 0;
    return count === null ? null : count === bytes.length ? bytes : bytes.subarray(0, count);
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      let written = await this.#conn.write(bytes);
      while (written < bytes.length) written += await this.#conn.write(bytes.subarray(written));
    } catch (error) {
      throw this.#failed(error, `write to ${this.remoteAddress}`);
    }
  }

  async closeWrite(): Promise<void> {
    try {
      await this.#conn.closeWrite();
    } catch (error) {
      throw toConnFailed(error, `end output to ${this.remoteAddress}`);
    }
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    try {
      this.#conn.close();
    } catch {
      // Deno closed it by itself after a failure.
    }
  }

  reset(): void {
    if (this.#state === "open") disconnect(this.localAddress, this.remoteAddress);
    this.close();
  }

  #failed(error: unknown, action: string): ConnFailed {
    const failure = toConnFailed(error, action);
    if (failure.code === "reset" && this.#state === "open") this.#state = "lost";
    return failure;
  }
}
