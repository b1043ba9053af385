import type { ByteConn } from "../../net/byte_conn.ts";
import type { DescriptorUse } from "../../net/descriptor_budget.ts";
import { dial, type DialOptions } from "../../net/dial.ts";
import type { PinnedServer } from "../../net/tls_client.ts";
import { Link } from "./link.ts";
import { authenticateToSnapt, type Credentials } from "./link_auth.ts";
import type { Provider } from "../network/provider.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";

/** Where SNAPT is and how a link to it is secured. */
export interface SnaptEndpoint {
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
  /** Null with `security: none`. */
  readonly tls: PinnedServer | null;
}

/** A link that is not authenticated after that long is given up. */
export const LINK_TIMEOUT_MS = 8_000;
/** So many links are being opened at once at most; further ones wait for their turn. */
const MAX_CONCURRENT_DIALS = 256;

export interface LinkDialerContext {
  readonly endpoint: SnaptEndpoint;
  /** The site: links outlive sessions. */
  readonly tasks: TaskGroup;
  /** How connections are made; the simulation has its own way. */
  readonly dial?: typeof dial;
}

/** Opens links: dials over a provider, secures and authenticates. What it returns is parked. */
export class LinkDialer {
  readonly #endpoint: SnaptEndpoint;
  readonly #tasks: TaskGroup;
  readonly #dial: typeof dial;
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
      return await this.#openWithin(provider, signal, "dial");
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Opens a link before all that wait for their turn: the one that everything depends on. */
  async openAtOnce(provider: Provider, signal: AbortSignal): Promise<Link> {
    return await this.#openWithin(provider, signal, "control");
  }

  async #openWithin(
    provider: Provider,
    signal: AbortSignal,
    use: DescriptorUse,
  ): Promise<Link> {
    const limit = { clock: this.#tasks, ms: LINK_TIMEOUT_MS, signal };
    return await withinLimit(limit, (limited) => this.#open(provider, limited, use));
  }

  async #open(provider: Provider, signal: AbortSignal, use: DescriptorUse): Promise<Link> {
    signal.throwIfAborted();
    const { tls, credentials } = this.#endpoint;
    const options = tls === null ? { signal, use } : { signal, use, tls };
    const conn = await this.#dialOver(provider, options);
    // Who is called off may have no network any more; and only a reset lets go of the socket then.
    const abort = () => conn.reset();
    signal.addEventListener("abort", abort, { once: true });
    try {
      signal.throwIfAborted();
      await authenticateToSnapt(conn, credentials);
      signal.throwIfAborted();
    } catch (error) {
      conn.reset();
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
    return new Link(conn, provider.key, this.#tasks);
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
