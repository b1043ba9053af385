import type { ByteConn } from "../../net/byte_conn.ts";
import { ListenFailed } from "../../net/listen.ts";
import { lastAnswer } from "./last_answer.ts";
import type { CnaptSite } from "../site/cnapt_site.ts";
import type { AssociateRequest } from "./proxy_request.ts";
import type { RelayLog } from "../run/relay_log.ts";
import { UdpAssociation } from "./udp_association.ts";

/** So many at once; then one without any flow makes room, that which is oldest. */
const MAX_ASSOCIATIONS = 256;

/** The UDP relays of one SOCKS5 proxy. */
export class UdpAssociations {
  readonly #site: CnaptSite;
  readonly #log: RelayLog;
  /** Oldest first. */
  readonly #open = new Set<UdpAssociation>();
  readonly #closing = new Set<Promise<void>>();

  constructor(site: CnaptSite, log: RelayLog) {
    this.#site = site;
    this.#log = log;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Takes over `conn`, on which the relay was asked for, and answers it. */
  open(request: AssociateRequest, conn: ByteConn): void {
    const refusal = hasNoDatagrams(this.#site)
      ? { outcome: "notAllowed", reason: "SNAPT lets this CNAPT reach nothing by UDP" } as const
      : this.#makeRoom()
      ? null
      : { outcome: "failed", reason: "there are too many" } as const;
    if (refusal !== null) return this.#refuse(request, conn, refusal.outcome, refusal.reason);
    try {
      const association = new UdpAssociation(conn, request, this.#site.flows);
      this.#open.add(association);
      void this.#serve(association, conn, request.answer("opened", association.relay));
    } catch (error) {
      if (!(error instanceof ListenFailed)) throw error;
      this.#refuse(request, conn, "failed", error.message);
    }
  }

  async close(): Promise<void> {
    for (const association of [...this.#open]) this.#end(association);
    await Promise.all(this.#closing);
  }

  async #serve(
    association: UdpAssociation,
    conn: ByteConn,
    answer: Uint8Array,
  ): Promise<void> {
    await conn.write(answer).catch(() => conn.close());
    await association.ended;
    this.#end(association);
  }

  #end(association: UdpAssociation): void {
    if (!this.#open.delete(association)) return;
    const closing = association.close();
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
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
    void lastAnswer(conn, request.answer(outcome));
  }
}

/** Whether SNAPT was heard, and gives this CNAPT nothing that it could reach by UDP. */
function hasNoDatagrams({ driver }: CnaptSite): boolean {
  return driver !== null && driver.session.services.length > 0 && !driver.offersDatagrams;
}
