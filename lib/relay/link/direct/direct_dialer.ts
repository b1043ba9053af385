import type { DialRequest } from "../../../core/wire/client_service_messages.ts";
import { certificatePem } from "../../../config/pem.ts";
import { dial } from "../../../net/dial.ts";
import { hostOf, plainHost } from "../../../net/socket_address.ts";
import { isSameHost } from "../../../net/same_host.ts";
import { Link } from "../link.ts";
import { authenticateCnapt, type Authenticated } from "../link_auth.ts";
import { LINK_TIMEOUT_MS } from "../link_timeout.ts";
import { LoggedOnce } from "../../run/logged_once.ts";
import type { RelayLog } from "../../run/relay_log.ts";
import type { TaskGroup } from "../../run/task_group.ts";
import { withinLimit } from "../../run/time_limit.ts";
import { passOnOurs } from "../../run/whose_fault.ts";
import { sentenceOf } from "../link_failure.ts";

/** So many links are dialled at once to one CNAPT; others that it wants wait for these. */
const MAX_DIALS = 8;
/** So many links may be wanted; CNAPT asks again for what does not come. */
const MAX_WANTED = 256;
/** After a dial that failed nothing is dialled for so long: what fails is no link but a probe. */
const FAILED_PAUSE_MS = 1_000;

export interface DirectDialerContext<Client> {
  readonly known: Authenticated<Client>;
  /** Why this address must not be dialled for this CNAPT; null: it may be. */
  readonly refusalOf: (host: string, port: number) => string | null;
  /** Addresses from which this CNAPT has links just now, `ip:port`. */
  readonly sources: () => Iterable<string>;
  /** Those of all other CNAPTs. */
  readonly othersSources: () => Iterable<string>;
  /** The link is authenticated: CNAPT says next what it is for. */
  readonly opened: (link: Link) => void;
  /** The server: a link may outlive the session that asked for it. */
  readonly tasks: TaskGroup;
  /** How connections are made; the simulation has its own way. */
  readonly dial?: typeof dial;
  readonly log: RelayLog;
}

/** Where CNAPT is to be dialled, and how many links are still wanted there. */
interface Wanted {
  readonly request: DialRequest;
  /** The address as SNAPT sees it, not as CNAPT has written it. */
  readonly host: string;
  count: number;
}

/**
 * Dials a CNAPT where it is, when it asks for that [SNAPT-19], and this SNAPT allows it. It is
 * dialled nowhere else than at an address from which it comes, and from which no other comes:
 * SNAPT connects to no third party for it, nor to what stands before several of them.
 */
export class DirectDialer<Client> {
  readonly #context: DirectDialerContext<Client>;
  readonly #told = new LoggedOnce();
  #wanted: Wanted | null = null;
  #dials = 0;
  #pausedUntil = -Infinity;

  constructor(context: DirectDialerContext<Client>) {
    this.#context = context;
  }

  dial(request: DialRequest, signal: AbortSignal): void {
    const { tasks, log } = this.#context;
    const found = this.#placeOf(request);
    if ("refusal" in found) {
      const to = `${request.host}:${request.port}`;
      if (this.#told.isNew(`${to} ${found.refusal}`)) {
        log.info("direct-not-dialled", { to, reason: found.refusal });
      }
      return;
    }
    if (tasks.now() < this.#pausedUntil) return;
    const { host } = found;
    const before = this.#wanted;
    const isSame = before?.host === host && before.request.port === request.port;
    const waiting = isSame ? before.count : 0;
    const count = Math.min(waiting + request.count, MAX_WANTED);
    this.#wanted = { request, host, count };
    for (let free = MAX_DIALS - this.#dials; free > 0 && (this.#wanted?.count ?? 0) > 0; free--) {
      tasks.run("dial CNAPT", () => this.#dialWanted(signal));
    }
  }

  #placeOf(
    { host, port }: DialRequest,
  ): { readonly host: string } | { readonly refusal: string } {
    const { refusalOf, sources, othersSources } = this.#context;
    const refusal = refusalOf(host, port);
    if (refusal !== null) return { refusal };
    const comesFrom = (source: string) => isSameHost(hostOf(source), host);
    const source = [...sources()].find(comesFrom);
    if (source === undefined) return { refusal: "this CNAPT does not come from there" };
    if ([...othersSources()].some(comesFrom)) {
      return { refusal: "other CNAPTs come from there too: it is a NAT or a load balancer" };
    }
    const seen = hostOf(source);
    return { host: seen.includes("%") ? seen : plainHost(seen) };
  }

  /** Dials one after the other until no more are wanted, or one fails. */
  async #dialWanted(signal: AbortSignal): Promise<void> {
    const { tasks, log, opened } = this.#context;
    this.#dials += 1;
    try {
      for (let wanted = this.#take(); wanted !== null; wanted = this.#take()) {
        const { request, host } = wanted;
        const link = await this.#tryOne(host, request, signal);
        if (link !== null) opened(link);
        else {
          this.#pausedUntil = tasks.now() + FAILED_PAUSE_MS;
          if (this.#wanted !== null) this.#wanted.count = 0;
          log.debug("direct-paused", { to: host, ms: FAILED_PAUSE_MS });
        }
      }
    } finally {
      this.#dials -= 1;
    }
  }

  #take(): Wanted | null {
    const wanted = this.#wanted;
    if (wanted === null || wanted.count === 0) return null;
    wanted.count -= 1;
    return wanted;
  }

  async #tryOne(
    host: string,
    request: DialRequest,
    stopping: AbortSignal,
  ): Promise<Link | null> {
    const { tasks, log } = this.#context;
    try {
      const limit = { clock: tasks, ms: LINK_TIMEOUT_MS, signal: stopping };
      return await withinLimit(limit, (signal) => this.#dialOne(host, request, signal));
    } catch (error) {
      passOnOurs(error);
      const reason = sentenceOf(error);
      log.debug("direct-failed", { to: `${host}:${request.port}`, reason });
      return null;
    }
  }

  async #dialOne(
    host: string,
    { port, certificate }: DialRequest,
    signal: AbortSignal,
  ): Promise<Link> {
    const { known, tasks, dial: dialWith = dial } = this.#context;
    const tls = certificate.length === 0
      ? {}
      : { tls: { ca: certificatePem(certificate), serverName: null } };
    const conn = await dialWith({ host, port }, { kind: "any" }, { signal, ...tls });
    const close = () => conn.reset();
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
      conn.reset();
      throw error;
    } finally {
      signal.removeEventListener("abort", close);
    }
  }
}
