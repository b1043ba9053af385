import type { ByteConn } from "../../../../../lib/net/byte_conn.ts";
import type { ByteListener } from "../../../../../lib/net/listen.ts";
import { MemoryConn } from "../../../../memory_conn.ts";

/** A server socket that exists in memory only. */
export class MemoryListener implements ByteListener {
  readonly address = "192.0.2.2";
  readonly port = 7787;
  readonly name = "192.0.2.2:7787";
  /** Thrown once by the next `accept`. */
  mistake: Error | null = null;
  readonly #waiting: MemoryConn[] = [];
  #wake: (() => void) | null = null;
  #state: "open" | "closed" = "open";

  get isClosed(): boolean {
    return this.#state === "closed";
  }

  /** A connection from `source`, or one of which `relay` says so; the end of who made it. */
  connect(source?: string, relay?: string): MemoryConn {
    const [near, far] = MemoryConn.pair(source ?? "198.51.100.1:40000", this.name);
    if (relay !== undefined) far.relay = relay;
    this.#waiting.push(far);
    this.#wake?.();
    return near;
  }

  async accept(): Promise<ByteConn | null> {
    for (;;) {
      const { mistake } = this;
      this.mistake = null;
      if (mistake !== null) throw mistake;
      const conn = this.#waiting.shift();
      if (conn !== undefined) return conn;
      if (this.#state === "closed") return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  close(): void {
    this.#state = "closed";
    this.#wake?.();
  }
}
