import type { StreamOpening } from "../../core/wire/stream_opening.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { OpeningWaiter } from "../stream/opening_waiter.ts";

/** A client of whom SNAPT has never heard, and of whom nothing was read: all is as it came. */
export type UnservedClient =
  | {
    readonly kind: "relayed";
    readonly opening: StreamOpening;
    readonly application: ByteConn;
  }
  | {
    readonly kind: "waiting";
    readonly opening: StreamOpening;
    readonly waiter: OpeningWaiter;
  };

interface Unannounced {
  readonly client: UnservedClient;
  readonly give: (application: ByteConn | null) => void;
}

/**
 * The clients whose streams never had a link. Their streams get them with the first link and not
 * before: whose session ends until then has lost nothing, and goes on in the next one.
 */
export class UnannouncedClients {
  readonly #clients = new Map<number, Unannounced>();
  #unserved: UnservedClient[] = [];

  /** Resolves with a relayed application when its stream is announced; null: it never was. */
  add(stream: number, client: UnservedClient): Promise<ByteConn | null> {
    const { promise, resolve } = Promise.withResolvers<ByteConn | null>();
    this.#clients.set(stream, { client, give: resolve });
    return promise;
  }

  announced(stream: number): void {
    const one = this.#take(stream);
    if (one?.client.kind === "relayed") one.give(one.client.application);
  }

  /** The stream failed: its application sees so, unless it waits for an answer. */
  failed(stream: number): void {
    const one = this.#take(stream);
    one?.give(null);
    if (one?.client.kind === "relayed") one.client.application.reset();
  }

  /** The session ends: keeps the client of `stream` for another; false when it was announced. */
  keepUnserved(stream: number): boolean {
    const one = this.#take(stream);
    if (one === null) return false;
    one.give(null);
    this.#unserved.push(one.client);
    return true;
  }

  /** Like `keepUnserved`, of all; their streams. */
  keepAllUnserved(): readonly number[] {
    return [...this.#clients.keys()].filter((stream) => this.keepUnserved(stream));
  }

  takeUnserved(): readonly UnservedClient[] {
    const taken = this.#unserved;
    this.#unserved = [];
    return taken;
  }

  #take(stream: number): Unannounced | null {
    const one = this.#clients.get(stream) ?? null;
    this.#clients.delete(stream);
    return one;
  }
}
