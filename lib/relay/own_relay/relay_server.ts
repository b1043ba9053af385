/**
 * The relay: accepts connections, reads for whom each is, and gives it to the SNAPT that it names.
 *
 * Theory of operation. A connection costs a place among those that wait, the reading of a
 * ClientHello, and a look for its name, until it turns out to be for somebody. Who asks for a name
 * that leads nowhere has failed, and a source that fails too often is closed without a word, unless
 * somebody who is served comes from there.
 */
import { unreachable } from "../../core/exhaustive.ts";
import { sourceKey } from "../../core/access/source_key.ts";
import { monthOf, type MonthUse } from "../../core/relay/month_meter.ts";
import { nameAskedFor, relayRoute } from "../../core/relay/relay_name.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import { AcceptedTls, type TlsIdentity } from "../../net/accepted_tls.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { descriptors } from "../../net/descriptor_budget.ts";
import type { ByteListener } from "../../net/listen.ts";
import { hostOf } from "../../net/socket_address.ts";
import { acceptAll } from "../access/accept_all.ts";
import {
  type UnprovenLimits,
  UnprovenLinks,
  type UnprovenPlace,
} from "../access/unproven_links.ts";
import { type Admission, type Pairing, welcomeCnapt } from "../link/link_auth.ts";
import { PAIRING_HASHES } from "../pairing/pairing_hashes.ts";
import { reasonCodeOf } from "../run/failure_fields.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import type { DatagramPort } from "./datagram_port.ts";
import { readFirstBytes } from "./first_bytes.ts";
import { numberInToken } from "./numbered_token.ts";
import { noRelayCounts, type StrangerRefusal } from "./relay_counters.ts";
import { type ServedCounts, ServedSnapt, type ServedSnaptLimits } from "./served_snapt.ts";
import { SnaptRecord } from "./snapt_record.ts";
import { turnAway } from "./turn_away.ts";

const TICK_MS = 1_000;
const SWEEP_MS = 10_000;

/** A SNAPT that the relay has invited. */
export interface InvitedSnapt {
  readonly idHex: string;
  readonly name: string;
}

/** What a name leads to. */
export type NameMeaning =
  | { readonly kind: "route"; readonly snapt: InvitedSnapt }
  /** The relay itself: a SNAPT with its key, or somebody with a code. */
  | { readonly kind: "own" };

export interface RelayServerContext {
  readonly limits: ServedSnaptLimits;
  readonly pending: UnprovenLimits;
  /** How long a new connection has to say for whom it is, and then to prove its key, in ms. */
  readonly handshakeMs: number;
  readonly identity: TlsIdentity;
  /** Null: nowhere. */
  readonly meaningOf: (name: string) => Promise<NameMeaning | null>;
  /** Bytes that may be carried for a SNAPT in a month; null: as many as there are. */
  readonly monthLimit: (idHex: string) => number | null;
  /** What was carried for it in a month before the relay was started; null: nothing. */
  readonly monthKept: (idHex: string) => MonthUse | null;
  readonly admit: (idHex: string) => Promise<Admission<InvitedSnapt>>;
  readonly pairing: Pairing;
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  readonly random: (count: number) => Uint8Array;
  /** Its UDP port; absent: it has none. The server closes it. */
  readonly datagrams?: DatagramPort | null;
}

/** A SNAPT that was here or was asked for since the relay was started. */
export interface SeenSnapt extends ServedCounts {
  readonly idHex: string;
  readonly record: SnaptRecord;
}

export class RelayServer {
  readonly counters = noRelayCounts();
  readonly #context: RelayServerContext;
  readonly #tasks: TaskGroup;
  readonly #unproven: UnprovenLinks;
  readonly #served = new Map<string, ServedSnapt>();
  readonly #byNumber = new Map<number, ServedSnapt>();
  /** They stay when a SNAPT leaves. */
  readonly #records = new Map<string, SnaptRecord>();
  #nextNumber = 0;
  /** From where those come that have proven a key, or named a SNAPT. */
  readonly #live = new Map<string, number>();
  readonly #listeners: ByteListener[] = [];

  constructor(context: RelayServerContext) {
    this.#context = context;
    this.#tasks = context.tasks.child("relay", "keepGoing");
    this.#unproven = new UnprovenLinks(context.pending);
  }

  /** All SNAPTs that were here or were asked for since the relay was started. */
  seen(): readonly SeenSnapt[] {
    return [...this.#records].map(([idHex, record]) => ({
      idHex,
      record,
      ...this.#served.get(idHex)?.counts ?? { parked: 0, joined: 0, waiting: 0 },
    }));
  }

  /** Serves what `listener` accepts until `stop`; may be called for several. */
  serve(listener: ByteListener): void {
    if (this.#listeners.length === 0) {
      this.#tasks.every(TICK_MS, () => this.#tick());
      this.#tasks.every(SWEEP_MS, () => this.#unproven.sweep(this.#tasks.now()));
    }
    this.#listeners.push(listener);
    this.#tasks.run(
      "accept",
      () => acceptAll(listener, this.#tasks, (conn) => this.#accepted(conn)),
    );
  }

  /** Ends at once what SNAPTs have here that are let in no longer. */
  review(isInvited: (idHex: string) => boolean): void {
    for (const [idHex, { name }] of [...this.#records]) {
      const served = this.#served.get(idHex);
      if (isInvited(idHex) || served?.isRevoked === true) continue;
      if (served === undefined) {
        this.#records.delete(idHex);
        continue;
      }
      this.#context.log.info("snapt-revoked", { snapt: name });
      served.revoke();
    }
  }

  async stop(): Promise<void> {
    for (const listener of this.#listeners) listener.close();
    this.#unproven.evictAll();
    const all = [...this.#served.values()];
    await Promise.all(all.map((served) => served.part("shuttingDown")));
    for (const served of all) served.revoke();
    await this.#context.datagrams?.close();
    this.#tasks.close();
    await this.#tasks.done();
  }

  #accepted(conn: ByteConn): void {
    const { counters } = this;
    counters.accepted += 1;
    if (!descriptors().hasRoom("dial")) this.#unproven.evictOldest();
    const source = sourceKey(hostOf(conn.remoteAddress));
    if (this.#unproven.isBlocked(source, this.#tasks.now()) && !this.#live.has(source)) {
      counters.refused.blocked += 1;
      return conn.reset();
    }
    this.#tasks.run("admit", () => this.#admit(conn, source));
  }

  /** Within its time, or until it has to make room for another. */
  async #admit(conn: ByteConn, source: string): Promise<void> {
    let end: StrangerRefusal | null = null;
    const giveUp = (why: StrangerRefusal) => {
      end = why;
      conn.reset();
    };
    const timer = this.#tasks.timer(this.#context.handshakeMs, () => giveUp("timedOut"));
    const place = this.#unproven.add(source, () => giveUp("crowdedOut"));
    const proven = () => {
      timer.cancel();
      place.leave();
    };
    try {
      await this.#hear(conn, source, place, proven);
    } catch (error) {
      conn.close();
      passOnOurs(error);
      this.#noteStranger(source, end ?? refusalOf(error));
      const reason = error instanceof Error ? error.message : String(error);
      const fields = { from: conn.remoteAddress, ...reasonCodeOf(error), reason };
      this.#context.log.debug("connection-refused", fields);
    } finally {
      proven();
    }
  }

  /** `proven` is to be called when the connection is for somebody. */
  async #hear(
    conn: ByteConn,
    source: string,
    place: UnprovenPlace,
    proven: () => void,
  ): Promise<void> {
    const first = await readFirstBytes(conn);
    if (first.kind === "parked") {
      const token = first.token.toHex();
      const served = this.#byNumber.get(numberInToken(first.token));
      if (served === undefined || !served.isAsked(token)) {
        throw new ProtocolViolation("unexpected", "Cannot park: nobody asked for this connection");
      }
      proven();
      return served.parked(token, conn);
    }
    const name = nameAskedFor(first.serverName);
    const meaning = name === null ? null : await this.#context.meaningOf(name);
    switch (meaning?.kind) {
      case undefined:
        this.#noteStranger(source, "unknownName");
        return await turnAway(conn);
      case "route":
        proven();
        this.#live.set(source, (this.#live.get(source) ?? 0) + 1);
        return this.#servedOf(meaning.snapt).call(conn, first.bytes, () => this.#forget(source));
      case "own":
        place.begun();
        return await this.#welcome(conn, first.bytes, source, proven);
      default:
        unreachable(meaning);
    }
  }

  async #welcome(
    conn: ByteConn,
    first: Uint8Array,
    source: string,
    proven: () => void,
  ): Promise<void> {
    const { admit, identity, pairing } = this.#context;
    const secured = new AcceptedTls({ conn, first }, identity);
    try {
      await secured.handshake();
      const known = await welcomeCnapt(secured, admit, pairing, "relayed");
      if (known === null) return; // a code was redeemed
      proven();
      this.#live.set(source, (this.#live.get(source) ?? 0) + 1);
      try {
        // It may have been revoked while it proved its key, and nobody would look again.
        if ((await admit(known.idHex)).kind !== "known") return;
        const route = relayRoute(known.key, PAIRING_HASHES);
        const datagrams = this.#context.datagrams?.seatOf(route) ?? null;
        await this.#servedOf(known.client).attach(secured, datagrams);
      } catch (error) {
        passOnOurs(error); // it has gone, and comes back
      } finally {
        this.#forget(source);
      }
    } finally {
      secured.close();
    }
  }

  #forget(source: string): void {
    const count = (this.#live.get(source) ?? 1) - 1;
    if (count === 0) this.#live.delete(source);
    else this.#live.set(source, count);
  }

  #servedOf({ idHex, name }: InvitedSnapt): ServedSnapt {
    const known = this.#served.get(idHex);
    if (known !== undefined) return known;
    const { limits, log, monthKept, random } = this.#context;
    const number = this.#nextNumber++;
    const record = this.#records.get(idHex) ?? new SnaptRecord(name, monthKept(idHex));
    this.#records.set(idHex, record);
    const monthLimit = () => this.#context.monthLimit(idHex);
    const tasks = this.#tasks;
    const served = new ServedSnapt({ record, number, limits, monthLimit, tasks, log, random });
    this.#served.set(idHex, served);
    this.#byNumber.set(number, served);
    return served;
  }

  #tick(): void {
    const month = monthOf(this.#tasks.date());
    for (const record of this.#records.values()) record.month.roll(month);
    for (const [idHex, served] of [...this.#served]) {
      served.tick();
      if (!served.isIdle) continue;
      this.#served.delete(idHex);
      this.#byNumber.delete(served.number);
    }
  }

  #noteStranger(source: string, reason: StrangerRefusal): void {
    this.counters.refused[reason] += 1;
    this.#unproven.noteFailure(source, this.#tasks.now());
  }
}

/** What a SNAPT is refused for, by the code that it was told. */
const UNPROVEN: ReadonlySet<string> = new Set(["unknownId", "revoked", "badKey", "version"]);

function refusalOf(error: unknown): StrangerRefusal {
  const isUnproven = error instanceof ProtocolViolation && UNPROVEN.has(error.code);
  return isUnproven ? "unproven" : "malformed";
}
