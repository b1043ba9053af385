import type { ByteConn } from "../../net/byte_conn.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { ListenFailed } from "../../net/listen.ts";
import { lastAnswer } from "./last_answer.ts";
import type { CnaptSite } from "../site/cnapt_site.ts";
import type { AssociateRequest } from "./proxy_request.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import { UdpAssociation } from "./udp_association.ts";

/** So many at once; then one without any flow makes room, that which is oldest. */
const MAX_ASSOCIATIONS = 256;

/** The UDP relays of one SOCKS5 proxy. */
export class UdpAssociations {
  readonly #site: CnaptSite;
  readonly #tasks: TaskGroup;
  readonly #log: RelayLog;
  /** Oldest first. */
  readonly #open = new Set<UdpAssociation>();

  /** `tasks`: a mistake of ours with one relay costs that relay. */
  constructor(site: CnaptSite, tasks: TaskGroup, log: RelayLog) {
    this.#site = site;
    this.#tasks = tasks.child("datagram relays", "keepGoing");
    this.#log = log;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Takes over `conn`, on which the relay was asked for, and answers it. */
  open(request: AssociateRequest, conn: ByteConn): void {
    const refusal = this.#site.hasNoDatagrams
      ? { outcome: "notAllowed", reason: "SNAPT lets this CNAPT reach nothing by UDP" } as const
      : this.#makeRoom()
      ? null
      : { outcome: "failed", reason: "there are too many" } as const;
    if (refusal !== null) return this.#refuse(request, conn, refusal.outcome, refusal.reason);
    try {
      const association = new UdpAssociation(conn, request, this.#site.flows);
      this.#open.add(association);
      this.#tasks.run("serve", () => this.#serve(association, request, conn));
    } catch (error) {
      if (!(error instanceof ListenFailed || error instanceof ConnFailed)) throw error;
      this.#refuse(request, conn, "failed", error.message);
    }
  }

  async close(): Promise<void> {
    for (const association of [...this.#open]) this.#end(association);
    this.#tasks.close();
    await this.#tasks.done();
  }

  async #serve(
    association: UdpAssociation,
    request: AssociateRequest,
    conn: ByteConn,
  ): Promise<void> {
    try {
      await conn.write(request.answer("opened", association.relay));
      await association.untilEnded();
    } catch (error) {
      passOnOurs(error); // else it has gone already
    } finally {
      this.#end(association);
    }
  }

  #end(association: UdpAssociation): void {
    if (!this.#open.delete(association)) return;
    this.#tasks.run("close", () => association.close());
  }

  #makeRoom(): boolean {
    if (this.#open.size < MAX_ASSOCIATIONS) return true;
    const idle = [...this.#open].find((one) => one.flowCount === 0);
    if (idle !== undefined) this.#end(idle);
    return idle !== undefined;
  }

  #refuse(
    request: AssociateRequest,
    conn: ByteConn,
    outcome: "notAllowed" | "failed",
    reason: string,
  ): void {
    this.#log.info("proxy-request-refused", {
      from: conn.remoteAddress,
      reason: `Cannot relay datagrams: ${reason}`,
    });
    const answer = request.answer(outcome);
    this.#tasks.run("last answer", () => lastAnswer(conn, answer, this.#tasks));
  }
}
