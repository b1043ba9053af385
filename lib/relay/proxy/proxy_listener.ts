/**
 * A way in beside the emulators: a proxy that programs ask for a destination, those on this
 * machine or those of the hosts that the gate admits.
 *
 * Theory of operation. Each connection negotiates in the proxy's own language, within a time; what
 * it asks for becomes a stream; when the outcome is known it is told, and from then on the
 * connection is an application's like all others. How many negotiate at once is bounded.
 */
import { outcomeOf } from "../../core/proxy/proxy_outcome.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import type { ByteListener } from "../../net/listen.ts";
import { hostOf } from "../../net/socket_address.ts";
import type { AccessGate } from "../access/access_gate.ts";
import type { CnaptSite } from "../site/cnapt_site.ts";
import { lastAnswer } from "./last_answer.ts";
import { PrefixedConn } from "./prefixed_conn.ts";
import { type Negotiate, ProxyRefusal, type ProxyRequest } from "./proxy_request.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { UdpAssociations } from "./udp_associations.ts";

/** How long a program may take to say what it wants. */
const NEGOTIATION_MS = 15_000;
const MAX_NEGOTIATING = 256;

/** Finds the site that a request is to go through. Throws `ProxyRefusal` where there is none. */
export type FindSite = (request: ProxyRequest) => CnaptSite;

export class ProxyListener {
  readonly #listener: ByteListener;
  readonly #negotiate: Negotiate;
  readonly #findSite: FindSite;
  readonly #log: RelayLog;
  readonly #gate: AccessGate | null;
  readonly #associations: UdpAssociations | null;
  readonly #negotiating = new Set<ByteConn>();
  readonly #accepting: Promise<void>;

  constructor(
    listener: ByteListener,
    negotiate: Negotiate,
    findSite: FindSite,
    log: RelayLog,
    /** Who may use it; null: whoever reaches it. */
    gate: AccessGate | null = null,
    /** What relays datagrams for those who ask for it; null: nothing. */
    associations: UdpAssociations | null = null,
  ) {
    this.#associations = associations;
    this.#gate = gate;
    this.#listener = listener;
    this.#negotiate = negotiate;
    this.#findSite = findSite;
    this.#log = log;
    this.#accepting = this.#accept();
  }

  get address(): string {
    return this.#listener.address;
  }
  get port(): number {
    return this.#listener.port;
  }

  /** How many connections of others were turned away. */
  get refused(): number {
    return this.#gate?.refused ?? 0;
  }

  /** How many programs have datagrams relayed. */
  get associations(): number {
    return this.#associations?.count ?? 0;
  }

  async close(): Promise<void> {
    this.#listener.close();
    for (const conn of this.#negotiating) conn.reset();
    await this.#accepting;
    await this.#associations?.close();
  }

  async #accept(): Promise<void> {
    for (;;) {
      const conn = await this.#listener.accept();
      if (conn === null) return;
      const isAllowed = this.#gate?.admits(hostOf(conn.remoteAddress), "proxy") ?? true;
      if (isAllowed && this.#negotiating.size < MAX_NEGOTIATING) void this.#serve(conn);
      else conn.reset();
    }
  }

  async #serve(conn: ByteConn): Promise<void> {
    this.#negotiating.add(conn);
    const overdue = setTimeout(() => conn.reset(), NEGOTIATION_MS);
    try {
      const request = await this.#negotiate(conn);
      if (request === null) return conn.close();
      if (request.kind === "open") this.#open(this.#findSite(request), request, conn);
      else if (this.#associations !== null) this.#associations.open(request, conn);
      else void lastAnswer(conn, request.answer("failed"));
    } catch (error) {
      if (error instanceof ProxyRefusal) {
        this.#log.info("proxy-request-refused", {
          from: conn.remoteAddress,
          reason: error.message,
        });
        await lastAnswer(conn, error.answer);
      } else if (error instanceof ConnFailed) conn.close();
      else {
        // A mistake of ours with one request is no reason to end everything else.
        const reason = error instanceof Error ? error.message : String(error);
        this.#log.warn("proxy-request-failed", { from: conn.remoteAddress, reason });
        conn.reset();
      }
    } finally {
      clearTimeout(overdue);
      this.#negotiating.delete(conn);
    }
  }

  #open(site: CnaptSite, { target, rest, answer }: ProxyRequest, conn: ByteConn): void {
    const compression = target.kind === "service" ? site.compressionOf(target.name) : "none";
    const opening = { target, compression, source: conn.remoteAddress };
    const opened = async () => {
      await conn.write(answer("opened"));
      return rest.length === 0 ? conn : new PrefixedConn(rest, conn);
    };
    if (target.kind === "service") {
      // Services wait for a network like those that come in by an emulator.
      opened().then((application) => site.open(opening, application), () => conn.close());
      return;
    }
    site.openFor(opening, {
      opened,
      failed: (code) => void lastAnswer(conn, answer(outcomeOf(code))),
    });
  }
}
