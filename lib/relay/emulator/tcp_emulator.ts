import type { Compression, StreamOpening } from "../../core/wire/stream_opening.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { ByteListener } from "../../net/listen.ts";
import { hostOf } from "../../net/socket_address.ts";
import type { AccessGate } from "../access/access_gate.ts";
import type { TaskGroup } from "../run/task_group.ts";

export interface TcpEmulatorContext {
  readonly service: string;
  /** Takes over an application; its connection is reset when this throws. */
  readonly open: (opening: StreamOpening, application: ByteConn) => void;
  /** How the streams are compressed; not at all where this is missing. */
  readonly compression?: () => Compression;
  /** Who is allowed to use it; null: whoever reaches it. */
  readonly gate?: AccessGate | null;
  /** A mistake of ours with one application costs that application. */
  readonly tasks: TaskGroup;
}

/**
 * The server socket that stands in for a service on CNAPT's side (patent: Server Service
 * Emulator). It stays open while the session is between networks.
 */
export class TcpEmulator {
  readonly protocol = "tcp";
  readonly #context: TcpEmulatorContext;
  readonly #tasks: TaskGroup;
  readonly #listener: ByteListener;

  constructor(listener: ByteListener, context: TcpEmulatorContext) {
    this.#context = context;
    this.#listener = listener;
    this.#tasks = context.tasks.child(`emulator ${context.service}`, "keepGoing");
  }

  /** Accepts applications from now on. */
  start(): this {
    this.#tasks.run("accept", () => this.#accept());
    return this;
  }

  get service(): string {
    return this.#context.service;
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
    return this.#context.gate?.refused ?? 0;
  }

  async close(): Promise<void> {
    this.#listener.close();
    this.#tasks.close();
    await this.#tasks.done();
  }

  async #accept(): Promise<void> {
    for (;;) {
      const application = await this.#listener.accept();
      if (application === null) return;
      try {
        this.#take(application);
      } catch (error) {
        application.reset();
        this.#tasks.fault("open", error);
      }
    }
  }

  #take(application: ByteConn): void {
    const { service, open, compression, gate } = this.#context;
    const { remoteAddress: source } = application;
    if (gate?.admits(hostOf(source), service) === false) return application.reset();
    open({
      target: { kind: "service", name: service },
      compression: compression?.() ?? "none",
      source,
    }, application);
  }
}
