import type { ByteConn } from "../../net/byte_conn.ts";
import { dial, type DialOptions } from "../../net/dial.ts";
import type { PinnedServer } from "../../net/tls_client.ts";
import { Link } from "./link.ts";
import { authenticateToSnapt, type Credentials } from "./link_auth.ts";
import { PathSizes } from "./path_sizes.ts";
import type { Provider } from "../network/provider.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** Where SNAPT is and how a link to it is secured. */
export interface SnaptEndpoint {
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
  /** Null with `security: none`. */
  readonly tls: PinnedServer | null;
}

/** A link that is not authenticated after that long is given up, */
export const LINK_TIMEOUT_MS = 8_000;
/**
 * but where round trips take seconds it may take so many of them: from the first packet to the
 * verdict it is four to six, and a new attempt would take as many.
 */
const LINK_ROUND_TRIPS = 10;
const SLOW_LINK_TIMEOUT_MS = 25_000;
/** So many links are being opened at once at most; further ones wait for their turn. */
const MAX_CONCURRENT_DIALS = 256;

export interface LinkDialerContext {
  readonly endpoint: SnaptEndpoint;
  /** The site: links outlive sessions. */
  readonly tasks: TaskGroup;
  /** How connections are made; the simulation has its own way. */
  readonly dial?: typeof dial;
}

/** `segmentBytes` absent: as much as is known to pass on the network. */
type Wanted = Required<Pick<DialOptions, "use">> & Pick<DialOptions, "segmentBytes">;
type Attempt = Wanted & Required<Pick<DialOptions, "connected">>;

/** Opens links: dials over a provider, secures and authenticates. What it returns is parked. */
export class LinkDialer {
  readonly #endpoint: SnaptEndpoint;
  readonly #tasks: TaskGroup;
  readonly #dial: typeof dial;
  /** How large packets may be on which network: links are dialled accordingly. */
  readonly sizes = new PathSizes();
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(context: LinkDialerContext) {
    this.#endpoint = context.endpoint;
    this.#tasks = context.tasks;
    this.#dial = context.dial ?? dial;
  }

  /**
   * A bare connection to where SNAPT should be: neither secured nor authenticated.
   *
   * @throws {ConnFailed} nobody answers
   */
  async connect(provider: Provider, signal: AbortSignal): Promise<ByteConn> {
    return await this.#dialOver(provider, { signal });
  }

  /**
   * Opens a link that many others may be opened beside; it waits for its turn.
   *
   * @throws {LinkRefused} SNAPT does not want this CNAPT
   * @throws {ProtocolViolation} the other end is not our SNAPT
   * @throws {ConnFailed} no connection, or it broke, or it took too long
   */
  async open(provider: Provider, signal: AbortSignal): Promise<Link> {
    await this.#turn();
    try {
      return await this.#openWithin(provider, signal, { use: "dial" });
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /**
   * Opens a link whose packets carry `segmentBytes` at most, or, where it is null, as much as the
   * device takes, whatever is known of the network.
   */
  async openSized(
    provider: Provider,
    segmentBytes: number | null,
    signal: AbortSignal,
  ): Promise<Link> {
    return await this.#openWithin(provider, signal, { use: "dial", segmentBytes });
  }

  /** Opens a link before all that wait for their turn: the one that everything depends on. */
  async openAtOnce(provider: Provider, signal: AbortSignal): Promise<Link> {
    return await this.#openWithin(provider, signal, { use: "control" });
  }

  async #openWithin(
    provider: Provider,
    signal: AbortSignal,
    wanted: Wanted,
  ): Promise<Link> {
    let slowestMs = 0;
    const connected = (tookMs: number) => slowestMs = Math.max(slowestMs, tookMs);
    const tooLate = new AbortController();
    const giveUp = () => tooLate.abort(new DOMException("It took too long", "TimeoutError"));
    let timer = this.#tasks.timer(LINK_TIMEOUT_MS, () => {
      const ms = Math.min(slowestMs * LINK_ROUND_TRIPS, SLOW_LINK_TIMEOUT_MS) - LINK_TIMEOUT_MS;
      if (ms <= 0) giveUp();
      else timer = this.#tasks.timer(ms, giveUp);
    });
    try {
      const limited = AbortSignal.any([signal, tooLate.signal]);
      return await this.#open(provider, limited, { ...wanted, connected });
    } catch (error) {
      tooLate.abort(); // nobody would get what parts of the attempt still open
      throw error;
    } finally {
      timer.cancel();
    }
  }

  async #open(provider: Provider, signal: AbortSignal, attempt: Attempt): Promise<Link> {
    signal.throwIfAborted();
    const { tls, credentials } = this.#endpoint;
    const { segmentBytes = this.sizes.segmentBytesOn(provider.key) } = attempt;
    const options = { signal, ...attempt, segmentBytes, ...(tls && { tls }) };
    const beganAt = this.#tasks.now();
    const conn = await this.#dialOver(provider, options);
    attempt.connected(this.#tasks.now() - beganAt);
    // Who is called off may have no network any more; and only a reset lets go of the socket then.
    const abort = () => conn.reset();
    signal.addEventListener("abort", abort, { once: true });
    let askedAt = this.#tasks.now();
    try {
      signal.throwIfAborted();
      await authenticateToSnapt(conn, credentials, "cnapt", () => askedAt = this.#tasks.now());
      signal.throwIfAborted();
    } catch (error) {
      conn.reset();
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
    const link = new Link(conn, provider.key, this.#tasks);
    link.dialled(this.#tasks.now() - askedAt);
    return link;
  }

  async #dialOver({ via, proxy }: Provider, options: DialOptions): Promise<ByteConn> {
    const { host, port } = this.#endpoint;
    if (proxy === undefined) {
      return await this.#dial({ host, port }, via, options);
    }
    const tunnel = { host, port, authorization: proxy.authorization };
    return await this.#dial({ host: proxy.host, port: proxy.port }, via, { ...options, tunnel });
  }

  async #turn(): Promise<void> {
    while (this.#running >= MAX_CONCURRENT_DIALS) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
  }
}
