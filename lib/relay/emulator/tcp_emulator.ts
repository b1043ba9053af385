import type { Compression, StreamOpening } from "../../core/wire/stream_opening.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { ByteListener } from "../../net/listen.ts";
import { hostOf } from "../../net/socket_address.ts";
import type { AccessGate } from "../access/access_gate.ts";

/**
 * The server socket that stands in for a service on CNAPT's side (patent: Server Service
 * Emulator). It stays open while the session is between networks.
 */
export class TcpEmulator {
  readonly service: string;
  readonly protocol = "tcp";
  readonly #compression: () => Compression;
  readonly #gate: AccessGate | null;
  readonly #listener: ByteListener;
  readonly #accepting: Promise<void>;

  constructor(
    service: string,
    listener: ByteListener,
    open: (opening: StreamOpening, application: ByteConn) => void,
    compression: () => Compression = () => "none",
    /** Who may use it; null: whoever reaches it. */
    gate: AccessGate | null = null,
  ) {
    this.#gate = gate;
    this.#compression = compression;
    this.service = service;
    this.#listener = listener;
    this.#accepting = this.#accept(open);
  }

  /** Where programs find it: `address:port`, or `unix:path`. */
  get name(): string {
    return this.#listener.name;
  }
  get port(): number {
    return this.#listener.port;
  }

  /** How many connections of others were turned away. */
  get refused(): number {
    return this.#gate?.refused ?? 0;
  }

  async close(): Promise<void> {
    this.#listener.close();
    await this.#accepting;
  }

  async #accept(
    open: (opening: StreamOpening, application: ByteConn) => void,
  ): Promise<void> {
    for (;;) {
      const application = await this.#listener.accept();
      if (application === null) return;
      if (this.#gate?.admits(hostOf(application.remoteAddress), this.service) === false) {
        application.reset();
        continue;
      }
      open({
        target: { kind: "service", name: this.service },
        compression: this.#compression(),
        source: application.remoteAddress,
      }, application);
    }
  }
}
