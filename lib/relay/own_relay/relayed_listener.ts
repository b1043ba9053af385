import type { ByteConn } from "../../net/byte_conn.ts";
import type { ByteListener } from "../../net/listen.ts";

/** What a relay brings, as if it came to a port of this machine. */
export class RelayedListener implements ByteListener {
  readonly address: string;
  readonly port: number;
  readonly #waiting: ByteConn[] = [];
  #taker: ((conn: ByteConn | null) => void) | null = null;
  #state: "open" | "closed" = "open";

  /** Where the relay is. */
  constructor({ host, port }: { readonly host: string; readonly port: number }) {
    this.address = host;
    this.port = port;
  }

  get name(): string {
    return `through ${this.address}:${this.port}`;
  }

  /** A connection that the relay has joined to a caller. */
  bring(conn: ByteConn): void {
    if (this.#state === "closed") return conn.reset();
    const taker = this.#taker;
    this.#taker = null;
    if (taker === null) this.#waiting.push(conn);
    else taker(conn);
  }

  accept(): Promise<ByteConn | null> {
    const conn = this.#waiting.shift();
    if (conn !== undefined) return Promise.resolve(conn);
    if (this.#state === "closed") return Promise.resolve(null);
    return new Promise((resolve) => this.#taker = resolve);
  }

  close(): void {
    this.#state = "closed";
    for (const conn of this.#waiting.splice(0)) conn.reset();
    this.#taker?.(null);
    this.#taker = null;
  }
}
