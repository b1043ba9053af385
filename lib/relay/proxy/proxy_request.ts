import type { ProxyOutcome } from "../../core/proxy/proxy_outcome.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";
import type { ByteConn } from "../../net/byte_conn.ts";

/** A connection that an application asked a proxy for. */
export interface ProxyRequest {
  readonly kind: "open";
  readonly target: StreamTarget;
  /** Which site it is to go through; null: the proxy's own, or the one that has the service. */
  readonly site: string | null;
  /** What came behind the request: the first bytes of the application. */
  readonly rest: Uint8Array;
  /** How the outcome is told in the proxy's language. */
  answer(outcome: ProxyOutcome): Uint8Array<ArrayBuffer>;
}

/** An application asked for a relay for datagrams, for as long as its connection lasts. */
export interface AssociateRequest {
  readonly kind: "associate";
  /** Where it says that it sends from; all zeros where it does not know. */
  readonly host: string;
  readonly port: number;
  /** How the outcome is told: where the relay is, or why there is none. */
  answer(outcome: ProxyOutcome, relay?: HostAndPort): Uint8Array<ArrayBuffer>;
}

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** What was asked for cannot be understood or is not offered; `answer` says so, then it is over. */
export class ProxyRefusal extends Error {
  override readonly name = "ProxyRefusal";
  readonly answer: Uint8Array<ArrayBuffer>;

  constructor(reason: string, answer: Uint8Array<ArrayBuffer>) {
    super(`Cannot serve the request: ${reason}`);
    this.answer = answer;
  }
}

/**
 * Reads from a connection until a request is whole. `negotiate` may answer in between.
 *
 * @throws {ProxyRefusal} it is no request, or cannot be served
 * @throws {ConnFailed} the connection broke
 */
export type Negotiate = (conn: ByteConn) => Promise<ProxyRequest | AssociateRequest | null>;

/** All bytes of a connection so far; grows up to a bound. */
export class RequestBytes {
  readonly #conn: ByteConn;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(conn: ByteConn, maxBytes: number) {
    this.#conn = conn;
    this.#bytes = new Uint8Array(maxBytes);
  }

  get all(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Waits for more; false when there is no more, or no room for it. */
  async more(): Promise<boolean> {
    if (this.#length === this.#bytes.length) return false;
    const count = await this.#conn.read(this.#bytes.subarray(this.#length));
    if (count === null) return false;
    this.#length += count;
    return true;
  }

  /** Forgets the first `count` bytes. */
  take(count: number): void {
    this.#bytes.copyWithin(0, count, this.#length);
    this.#length -= count;
  }
}
