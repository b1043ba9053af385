import type { DialRequest } from "../../../core/wire/client_service_messages.ts";
import { certificatePem } from "../../../config/identity.ts";
import { dial } from "../../../net/dial.ts";
import { monotonicMs } from "../../../net/clock.ts";
import { hostOf } from "../../../net/socket_address.ts";
import { isSameHost } from "../../../net/same_host.ts";
import { Link } from "../link.ts";
import { authenticateCnapt, type Authenticated } from "../link_auth.ts";
import { LINK_TIMEOUT_MS } from "../link_dialer.ts";
import type { RelayLog } from "../../run/relay_log.ts";

/** What the certificate of every CNAPT is good for. */
export const DIRECT_SERVER_NAME = "snapt.internal";
/** So many links are dialled at once to one CNAPT; it asks again for what does not come. */
const MAX_DIALS = 256;

export interface DirectDialerContext<Client> {
  readonly known: Authenticated<Client>;
  /** Addresses from which this CNAPT has links just now, `ip:port`. */
  readonly sources: () => Iterable<string>;
  /** The link is authenticated: CNAPT says next what it is for. */
  readonly opened: (link: Link) => void;
  readonly log: RelayLog;
}

/**
 * Dials a CNAPT where it is, when it asks for that [SNAPT-19]. It is dialled nowhere else than at
 * an address from which it came: SNAPT connects to no third party for it.
 */
export class DirectDialer<Client> {
  readonly #context: DirectDialerContext<Client>;
  #dials = 0;

  constructor(context: DirectDialerContext<Client>) {
    this.#context = context;
  }

  dial(request: DialRequest, signal: AbortSignal): void {
    const { sources, log } = this.#context;
    const { host, port } = request;
    if (![...sources()].some((source) => isSameHost(hostOf(source), host))) {
      log.info("direct-not-dialled", { to: host, reason: "this CNAPT does not come from there" });
      return;
    }
    const count = Math.min(request.count, MAX_DIALS - this.#dials);
    for (let started = 0; started < count; started++) {
      this.#dialOne(request, signal).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        log.debug("direct-failed", { to: `${host}:${port}`, reason });
      });
    }
  }

  async #dialOne({ host, port, certificate }: DialRequest, stopping: AbortSignal): Promise<void> {
    const { known, opened } = this.#context;
    this.#dials += 1;
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(LINK_TIMEOUT_MS)]);
    try {
      const tls = certificate.length === 0
        ? {}
        : { tls: { ca: certificatePem(certificate), serverName: DIRECT_SERVER_NAME } };
      const conn = await dial({ host, port }, { kind: "any" }, { signal, ...tls });
      const close = () => conn.close();
      signal.addEventListener("abort", close, { once: true });
      try {
        signal.throwIfAborted();
        const admit = (idHex: string) =>
          Promise.resolve(
            idHex === known.idHex
              ? { kind: "known" as const, key: known.key, client: known.client }
              : { kind: "refused" as const, code: "unknownId" as const, sentence: "another CNAPT" },
          );
        await authenticateCnapt(conn, admit, "snapt");
        opened(new Link(conn, "", monotonicMs()));
      } catch (error) {
        conn.close();
        throw error;
      } finally {
        signal.removeEventListener("abort", close);
      }
    } finally {
      this.#dials -= 1;
    }
  }
}
