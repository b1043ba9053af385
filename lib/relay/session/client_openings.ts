import type { ResetCode } from "../../core/wire/reset_code.ts";
import type { StreamOpening } from "../../core/wire/stream_opening.ts";
import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { RelayLog } from "../run/relay_log.ts";
import { whoseFault } from "../run/whose_fault.ts";
import { type OpeningWaiter, OpeningWaiters } from "../stream/opening_waiter.ts";
import type { DepartedClients } from "./departed_clients.ts";
import { UnannouncedClients, type UnservedClient } from "./unannounced_clients.ts";
import type { HeardByClient } from "./heard_by_client.ts";

/** The session driver, as far as new streams go. */
export interface OpeningsHost {
  /**
   * Opens a stream and starts its pump; `applicationOf` gives the application, by the number of
   * the stream. False when there are too many streams already.
   */
  openStream(
    opening: StreamOpening,
    applicationOf: (stream: number) => Promise<ByteConn | null>,
  ): boolean;
  applicationFailed(stream: number, code: ResetCode): void;
  /** A mistake of ours happened in the handling of `stream`. */
  streamFault(stream: number, what: string, error: unknown): void;
}

/** The streams that applications beside CNAPT open, and those among them that wait for an answer. */
export class ClientOpenings {
  readonly #host: OpeningsHost;
  readonly #departed: Pick<DepartedClients, "watch">;
  readonly #log: RelayLog;
  readonly #waiters = new OpeningWaiters();
  readonly #unannounced = new UnannouncedClients();

  constructor(host: OpeningsHost, departed: Pick<DepartedClients, "watch">, log: RelayLog) {
    this.#host = host;
    this.#departed = departed;
    this.#log = log;
  }

  /** Relays `application`, which connected to an emulator. */
  open(opening: StreamOpening, application: ByteConn): void {
    const isOpened = this.#host.openStream(opening, (stream) => {
      this.#departed.watch(stream, application);
      return this.#unannounced.add(stream, { kind: "relayed", opening, application });
    });
    if (isOpened) return;
    this.#log.warn("application-turned-away", {
      service: nameOfTarget(opening.target),
      reason: "too many connections",
    });
    application.reset();
  }

  /**
   * Relays the answer to a call of a server application. False when there are too many streams
   * already; the application is as it was.
   */
  relay(opening: StreamOpening, application: ByteConn): boolean {
    return this.#host.openStream(opening, () => Promise.resolve(application));
  }

  /** Opens a stream for an application that waits to hear what became of it. */
  openFor(opening: StreamOpening, waiter: OpeningWaiter): void {
    const add = (stream: number) => {
      if (waiter.application !== null) this.#departed.watch(stream, waiter.application);
      this.#unannounced.add(stream, { kind: "waiting", opening, waiter });
      return this.#waiters.add(stream, waiter);
    };
    if (!this.#host.openStream(opening, add)) waiter.failed("limit");
  }

  /** BIND of `stream` goes out: SNAPT may know it from now on, and its application is read. */
  announced(stream: number): void {
    this.#unannounced.announced(stream);
  }

  /** The destination of `stream` is connected: tells who waits for that. */
  async opened(stream: number): Promise<void> {
    try {
      await this.#waiters.opened(stream);
    } catch (error) {
      if (whoseFault(error) === "ours") return this.#host.streamFault(stream, "opened", error);
      this.#host.applicationFailed(stream, "application");
    }
  }

  failed(stream: number, code: ResetCode): HeardByClient {
    if (code === "sessionEnded" && this.#unannounced.keepUnserved(stream)) {
      this.#waiters.forget(stream);
      return "nothing";
    }
    this.#unannounced.failed(stream);
    this.#waiters.failed(stream, code);
    return "reset";
  }

  /** Ends all; those of whom SNAPT has not heard are among the unserved then. */
  close(): void {
    for (const stream of this.#unannounced.keepAllUnserved()) this.#waiters.forget(stream);
    this.#waiters.failAll("sessionEnded");
  }

  /** Those who have come in vain, for the next session; they are whoever's who takes them. */
  takeUnserved(): readonly UnservedClient[] {
    return this.#unannounced.takeUnserved();
  }
}
