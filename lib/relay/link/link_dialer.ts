import { dial } from "../../net/dial.ts";
import { monotonicMs } from "../../net/clock.ts";
import { Link } from "./link.ts";
import { authenticateToSnapt, type Credentials } from "./link_auth.ts";
import type { Provider } from "../network/provider.ts";

/** Where SNAPT is and how a link to it is secured. */
export interface SnaptEndpoint {
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials;
  /** Certificate and name for TLS; null with `security: none`. */
  readonly tls: { readonly ca: string; readonly serverName: string } | null;
}

/** A link that is not authenticated after that long is given up. */
export const LINK_TIMEOUT_MS = 8_000;
/** So many links are being opened at once at most; further ones wait for their turn. */
const MAX_CONCURRENT_DIALS = 256;

/** Opens links: dials over a provider, secures and authenticates. What it returns is parked. */
export class LinkDialer {
  readonly #endpoint: SnaptEndpoint;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(endpoint: SnaptEndpoint) {
    this.#endpoint = endpoint;
  }

  /** Where SNAPT is. */
  get target(): { readonly host: string; readonly port: number } {
    return { host: this.#endpoint.host, port: this.#endpoint.port };
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
      return await this.openAtOnce(provider, signal);
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Opens a link before all that wait for their turn: the one that everything depends on. */
  async openAtOnce(provider: Provider, signal: AbortSignal): Promise<Link> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(LINK_TIMEOUT_MS)]);
    limited.throwIfAborted();
    const { host, port, tls, credentials } = this.#endpoint;
    const conn = await dial(
      { host, port },
      provider.via,
      tls === null ? { signal: limited } : { signal: limited, tls },
    );
    const abort = () => conn.close();
    limited.addEventListener("abort", abort, { once: true });
    try {
      limited.throwIfAborted();
      await authenticateToSnapt(conn, credentials);
      limited.throwIfAborted();
    } catch (error) {
      conn.close();
      throw error;
    } finally {
      limited.removeEventListener("abort", abort);
    }
    return new Link(conn, provider.key, monotonicMs());
  }

  async #turn(): Promise<void> {
    while (this.#running >= MAX_CONCURRENT_DIALS) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
  }
}
