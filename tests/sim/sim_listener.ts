import type { ByteConn } from "../../lib/net/byte_conn.ts";
import type { ByteListener } from "../../lib/net/listen.ts";

/** A server socket of a simulated world. */
export class SimListener implements ByteListener {
  readonly address: string;
  readonly port: number;
  readonly #waiting: ByteConn[] = [];
  #accept: ((conn: ByteConn | null) => void) | null = null;
  #state: "open" | "closed" = "open";

  constructor(address: string, port: number) {
    this.address = address;
    this.port = port;
  }

  get name(): string {
    return `${this.address}:${this.port}`;
  }
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Somebody connects. */
  give(conn: ByteConn): void {
    const accept = this.#accept;
    this.#accept = null;
    if (accept === null) this.#waiting.push(conn);
    else accept(conn);
  }

  accept(): Promise<ByteConn | null> {
    const conn = this.#waiting.shift();
    if (conn !== undefined) return Promise.resolve(conn);
    if (this.#state === "closed") return Promise.resolve(null);
    return new Promise((resolve) => this.#accept = resolve);
  }

  close(): void {
    this.#state = "closed";
    this.#accept?.(null);
    this.#accept = null;
  }
}
