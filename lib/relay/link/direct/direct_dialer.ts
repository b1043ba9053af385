import type { DialRequest } from "../../../core/wire/client_service_messages.ts";
import { certificatePem } from "../../../config/pem.ts";
import { dial } from "../../../net/dial.ts";
import { hostOf } from "../../../net/socket_address.ts";
import { isSameHost } from "../../../net/same_host.ts";
import { Link } from "../link.ts";
import { authenticateCnapt, type Authenticated } from "../link_auth.ts";
import { LINK_TIMEOUT_MS } from "../link_dialer.ts";
import type { RelayLog } from "../../run/relay_log.ts";
import type { TaskGroup } from "../../run/task_group.ts";
import { withinLimit } from "../../run/time_limit.ts";
import { passOnOurs } from "../../run/whose_fault.ts";
import { sentenceOf } from "../link_failure.ts";

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
  /** The server: a link may outlive the session that asked for it. */
  readonly tasks: TaskGroup;
  /** How connections are made; the simulation has its own way. */
  readonly dial?: typeof dial;
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
    const { sources, tasks, log } = this.#context;
    const { host } = request;
    if (![...sources()].some((source) => isSameHost(hostOf(source), host))) {
      log.info("direct-not-dialled", { to: host, reason: "this CNAPT does not come from there" });
      return;
    }
    const count = Math.min(request.count, MAX_DIALS - this.#dials);
    for (let started = 0; started < count; started++) {
      tasks.run("dial CNAPT", () => this.#tryOne(request, signal));
    }
  }

  async #tryOne(request: DialRequest, stopping: AbortSignal): Promise<void> {
    const { tasks, opened, log } = this.#context;
    this.#dials += 1;
    let link: Link;
    try {
      const limit = { clock: tasks, ms: LINK_TIMEOUT_MS, signal: stopping };
      link = await withinLimit(limit, (signal) => this.#dialOne(request, signal));
    } catch (error) {
      passOnOurs(error);
      const reason = sentenceOf(error);
      log.debug("direct-failed", { to: `${request.host}:${request.port}`, reason });
      return;
    } finally {
      this.#dials -= 1;
    }
    opened(link);
  }

  async #dialOne(
    { host, port, certificate }: DialRequest,
    signal: AbortSignal,
  ): Promise<Link> {
    const { known, tasks, dial: dialWith = dial } = this.#context;
    const tls = certificate.length === 0
      ? {}
      : { tls: { ca: certificatePem(certificate), serverName: DIRECT_SERVER_NAME } };
    const conn = await dialWith({ host, port }, { kind: "any" }, { signal, ...tls });
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
      return new Link(conn, "", tasks);
    } catch (error) {
      conn.close();
      throw error;
    } finally {
      signal.removeEventListener("abort", close);
    }
  }
}
