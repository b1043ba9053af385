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
import { PrefixedConn } from "../../net/prefixed_conn.ts";
import { type Negotiate, ProxyRefusal, type ProxyRequest } from "./proxy_request.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import type { UdpAssociations } from "./udp_associations.ts";

/** How long a program may take to say what it wants. */
const NEGOTIATION_MS = 15_000;
const MAX_NEGOTIATING = 256;

/** Finds the site that a request is to go through. Throws `ProxyRefusal` where there is none. */
export type FindSite = (request: ProxyRequest) => CnaptSite;

export interface ProxyContext {
  readonly negotiate: Negotiate;
  readonly findSite: FindSite;
  /** Who is allowed to use it; null: whoever reaches it. */
  readonly gate?: AccessGate | null;
  /** What relays datagrams for those who ask for it; null: nothing. */
  readonly associations?: UdpAssociations | null;
  /** A mistake of ours with one request costs that request: the proxy has a group of its own. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

export class ProxyListener {
  readonly #listener: ByteListener;
  readonly #context: ProxyContext;
  readonly #tasks: TaskGroup;
  readonly #log: RelayLog;
  readonly #gate: AccessGate | null;
  readonly #associations: UdpAssociations | null;
  readonly #negotiating = new Set<ByteConn>();

  constructor(listener: ByteListener, context: ProxyContext) {
    this.#listener = listener;
    this.#context = context;
    this.#tasks = context.tasks.child(`proxy ${listener.name}`, "keepGoing");
    this.#log = context.log;
    this.#gate = context.gate ?? null;
    this.#associations = context.associations ?? null;
  }

  /** Serves programs from now on. */
  start(): this {
    this.#tasks.run("accept", () => this.#accept());
    return this;
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
    await this.#associations?.close();
    this.#tasks.close();
    await this.#tasks.done();
  }

  async #accept(): Promise<void> {
    for (;;) {
      const conn = await this.#listener.accept();
      if (conn === null) return;
      const isAllowed = this.#gate?.admits(hostOf(conn.remoteAddress), "proxy") ?? true;
      if (isAllowed && this.#negotiating.size < MAX_NEGOTIATING) {
        this.#tasks.run("serve", () => this.#serve(conn));
      } else conn.reset();
    }
  }

  async #serve(conn: ByteConn): Promise<void> {
    const { negotiate, findSite } = this.#context;
    this.#negotiating.add(conn);
    const overdue = this.#tasks.timer(NEGOTIATION_MS, () => conn.reset());
    try {
      const request = await negotiate(conn);
      if (request === null) return conn.close();
      if (request.kind === "open") this.#open(findSite(request), request, conn);
      else if (this.#associations !== null) this.#associations.open(request, conn);
      else this.#sayLast(conn, request.answer("failed"));
    } catch (error) {
      if (error instanceof ProxyRefusal) {
        this.#log.info("proxy-request-refused", {
          from: conn.remoteAddress,
          reason: error.message,
        });
        this.#sayLast(conn, error.answer);
      } else if (error instanceof ConnFailed) conn.close();
      else {
        conn.reset();
        throw error;
      }
    } finally {
      overdue.cancel();
      this.#negotiating.delete(conn);
    }
  }

  #sayLast(conn: ByteConn, answer: Uint8Array): void {
    this.#tasks.run("last answer", () => lastAnswer(conn, answer, this.#tasks));
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
      return this.#tasks.run("open", async () => {
        let application: ByteConn;
        try {
          application = await opened();
        } catch (error) {
          conn.close();
          return passOnOurs(error);
        }
        site.open(opening, application);
      });
    }
    site.openFor(opening, {
      application: conn,
      opened,
      failed: (code) => this.#sayLast(conn, answer(outcomeOf(code))),
    });
  }
}
