import type { Message } from "../../core/wire/message.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { Link } from "../link/link.ts";
import type { RelayLog } from "../run/relay_log.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import type { SnaptCounters } from "./snapt_counters.ts";

/** What the store of parked links works with. */
export interface ParkedClientsContext {
  /** So many links of one CNAPT are kept; one more is closed. */
  readonly parkedPerClient: number;
  readonly counters: SnaptCounters;
  readonly log: RelayLog;
}

/** The authenticated links of every CNAPT that have not said yet what they are for. */
export class ParkedClients {
  readonly #context: ParkedClientsContext;
  readonly #parked = new Map<string, Set<Link>>();

  constructor(context: ParkedClientsContext) {
    this.#context = context;
  }

  /** The IDs of the CNAPTs that have any. */
  get ids(): Iterable<string> {
    return this.#parked.keys();
  }

  /** Those of one CNAPT; `idHex` is its ID. */
  of(idHex: string): ReadonlySet<Link> {
    return this.#parked.get(idHex) ?? new Set();
  }

  /** Keeps `link` until its first frame; null when there is none, and the link is to be closed. */
  async firstOn(link: Link, idHex: string): Promise<Message | null> {
    const parked = this.#parked.get(idHex) ?? new Set();
    this.#parked.set(idHex, parked);
    parked.add(link);
    try {
      return parked.size > this.#context.parkedPerClient ? null : await this.#first(link);
    } finally {
      parked.delete(link);
      if (parked.size === 0 && this.#parked.get(idHex) === parked) this.#parked.delete(idHex);
    }
  }

  close(idHex: string): void {
    for (const link of this.of(idHex)) link.close();
  }

  closeAll(): void {
    for (const idHex of [...this.#parked.keys()]) this.close(idHex);
  }

  async #first(link: Link): Promise<Message | null> {
    try {
      return await link.firstMessage();
    } catch (error) {
      passOnOurs(error);
      if (error instanceof ProtocolViolation) {
        this.#context.counters.malformed += 1;
        this.#context.log.info("link-malformed", {
          from: link.conn.remoteAddress,
          reason: error.message,
        });
      }
      return null;
    }
  }
}
