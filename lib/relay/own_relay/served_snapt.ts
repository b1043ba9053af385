import { unreachable } from "../../core/exhaustive.ts";
import { proxyV2Header } from "../../core/proxy/proxy_v2.ts";
import { BytePace } from "../../core/relay/byte_pace.ts";
import { Parking, type ParkingEffect, type ParkingFact } from "../../core/relay/parking.ts";
import type { ParkingLimits } from "../../core/relay/parking.ts";
import type { Parting } from "../../core/relay/relay_messages.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { shownAddress } from "../../net/socket_address.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import { carry } from "./carry.ts";
import type { DatagramSeat } from "./datagram_seat.ts";
import { numberedToken } from "./numbered_token.ts";
import { hasSpoken, type ParkedConn, parkedConn } from "./parked_conn.ts";
import { QuotaWatch } from "./quota_watch.ts";
import { RelayControl, RELAYS_PATIENCE } from "./relay_control.ts";
import type { SnaptRecord } from "./snapt_record.ts";
import { turnAway } from "./turn_away.ts";

/** A caller that meets parked connections which are dead tries so many. */
const MOST_TRIES = 3;

/** What one SNAPT may have. */
export interface ServedSnaptLimits extends ParkingLimits {
  /** Of all its connections together, both ways; null: as many as there are. */
  readonly bytesPerSecond: number | null;
}

export interface ServedSnaptContext {
  /** What is known of it since the relay was started. */
  readonly record: SnaptRecord;
  /** Bytes that may be carried for it in a month, both ways together; null: as many as there are. */
  readonly monthLimit: () => number | null;
  readonly limits: ServedSnaptLimits;
  /** The relay's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  /** Begins all of its tokens, so that it is found by them: not random. */
  readonly number: number;
  /** So many random bytes. */
  readonly random: (count: number) => Uint8Array;
}

/** What a SNAPT has at its relay at one moment. */
export interface ServedCounts {
  readonly parked: number;
  readonly joined: number;
  readonly waiting: number;
}

interface Caller {
  readonly conn: ByteConn;
  /** What has come of it: its ClientHello. */
  readonly bytes: Uint8Array;
  readonly tries: number;
  /** To be called when it is over. */
  readonly over: () => void;
}

/** One SNAPT at its relay: its control connection, what it has parked, and what is joined to that. */
export class ServedSnapt {
  readonly #context: ServedSnaptContext;
  readonly #parking: Parking;
  readonly #pace: BytePace;
  readonly #conns = new Map<string, ParkedConn>();
  readonly #callers = new Map<number, Caller>();
  /** What was joined to a caller and has not said a word. */
  readonly #unheard = new Set<ParkedConn>();
  readonly #quota: QuotaWatch;
  #control: RelayControl | null = null;
  #datagrams: DatagramSeat | null = null;
  #nextCaller = 0;

  constructor(context: ServedSnaptContext) {
    this.#context = context;
    this.#parking = new Parking(context.limits);
    this.#pace = new BytePace(() => context.limits.bytesPerSecond);
    this.#quota = new QuotaWatch({
      ...context,
      limit: context.monthLimit,
      changed: (kind) => this.#step({ kind }),
      tell: (message) => this.#control?.send(message),
    });
    this.#quota.begin();
  }

  get number(): number {
    return this.#context.number;
  }
  /** Whether nothing is left of it. */
  get isIdle(): boolean {
    return this.#parking.isIdle;
  }

  get counts(): ServedCounts {
    const { parked, joined } = this.#parking.counts;
    return { parked, joined, waiting: this.#parking.waiting };
  }

  /**
   * Serves its control connection, on which it has proven its key, until that ends. One that was
   * there before ends: SNAPT may have come by another network and the old one be dead.
   * `datagrams`: what it has at the UDP port; null: the relay has none.
   *
   * @throws {ProtocolViolation} it says what is no message
   * @throws {ConnFailed} the connection broke
   */
  async attach(conn: ByteConn, datagrams: DatagramSeat | null = null): Promise<void> {
    const { tasks, record, log } = this.#context;
    const { name, from: before } = record;
    tasks.run("part", () => this.part("displaced"));
    const group = tasks.child(`snapt ${name}`, "keepGoing");
    const control = new RelayControl(conn, group, RELAYS_PATIENCE);
    this.#control = control;
    const from = shownAddress(conn.remoteAddress);
    record.attached(from, tasks.date());
    log.info("snapt-attached", { snapt: name, from, instead_of: before ?? undefined });
    try {
      this.#step({ kind: "attached" });
      this.#quota.tell();
      this.#doubtUnheard();
      this.#datagrams = datagrams;
      datagrams?.attach({
        pace: this.#pace,
        isSpent: () => this.#quota.isSpent,
        carried: (bytes, to) => record.carried(bytes, to),
      });
      await control.hear(({ kind }) => {
        if (kind !== "wantDatagrams") {
          throw new ProtocolViolation("unexpected", `Cannot take ${kind}: only a relay says it`);
        }
        if (this.#control !== control) return; // it was displaced
        control.send({ kind: "datagrams", token: datagrams?.token() ?? null });
      });
    } finally {
      if (this.#control === control) {
        this.#detached();
        log.info("snapt-lost", { snapt: name });
      }
      group.close();
      conn.close();
    }
  }

  /** Ends the control connection that there is, and says why. */
  async part(reason: Parting): Promise<void> {
    const control = this.#control;
    if (control === null) return;
    this.#detached();
    control.send({ kind: "parting", reason });
    await control.closeGently();
  }

  #detached(): void {
    this.#control = null;
    this.#datagrams?.detach();
    this.#step({ kind: "detached" });
    this.#context.record.detached(this.#context.tasks.date());
  }

  /** Ends everything at once. */
  revoke(): void {
    this.#context.tasks.run("part", () => this.part("revoked"));
    this.#step({ kind: "revoked" });
  }

  get isRevoked(): boolean {
    return this.#parking.isRevoked;
  }

  isAsked(token: string): boolean {
    return this.#parking.isAsked(token);
  }

  /** A connection came that was asked for with this token. */
  parked(token: string, conn: ByteConn): void {
    const parked = parkedConn(conn);
    this.#conns.set(token, parked);
    this.#context.tasks.run("watch parked", async () => {
      await hasSpoken(parked);
      if (this.#parking.isParked(token)) this.#step({ kind: "lost", token });
    });
    this.#step({ kind: "arrived", token });
  }

  /** A connection that asks for this SNAPT; `bytes`: what has come; `over` is called at its end. */
  call(conn: ByteConn, bytes: Uint8Array, over: () => void): void {
    this.#call({ conn, bytes, over, tries: 0 });
  }

  tick(): void {
    this.#quota.look();
    this.#step({ kind: "tick" });
  }

  #call(caller: Caller): void {
    const id = this.#nextCaller++;
    this.#callers.set(id, caller);
    this.#step({ kind: "callerCame", caller: id });
  }

  /**
   * SNAPT has come anew, perhaps by another network: what it parked before and has said nothing since
   * may be dead, and whoever was joined to it waits for nothing.
   */
  #doubtUnheard(): void {
    for (const { conn } of [...this.#unheard]) conn.reset();
  }

  #step(fact: ParkingFact): void {
    for (const effect of this.#parking.step(fact, this.#context.tasks.now())) this.#do(effect);
  }

  #do(effect: ParkingEffect): void {
    const { tasks, random, log, record, number, limits } = this.#context;
    switch (effect.kind) {
      case "ask": {
        const tokens = Array.from({ length: effect.count }, () => numberedToken(number, random));
        this.#step({ kind: "asked", tokens: tokens.map((token) => token.toHex()) });
        this.#control?.send({ kind: "park", tokens });
        return;
      }
      case "join": {
        const caller = this.#callers.get(effect.caller);
        const parked = this.#conns.get(effect.token);
        this.#callers.delete(effect.caller);
        if (caller === undefined || parked === undefined) return;
        tasks.run("join", () => this.#join(caller, parked, effect.token));
        return;
      }
      case "close":
        this.#conns.get(effect.token)?.conn.reset();
        this.#conns.delete(effect.token);
        return;
      case "turnAway": {
        const caller = this.#callers.get(effect.caller);
        this.#callers.delete(effect.caller);
        if (caller === undefined) return;
        record.refused[effect.reason] += 1;
        const from = caller.conn.remoteAddress;
        const about = { snapt: record.name, from, reason_code: effect.reason };
        // A CNAPT whose SNAPT is not here, or has used up its month, asks each second.
        if (effect.reason !== "full") log.debug("caller-turned-away", about);
        else log.info("snapt-full", { ...about, limit: limits.connections });
        tasks.run("turn away", () => turnAway(caller.conn).finally(caller.over));
        return;
      }
      default:
        unreachable(effect);
    }
  }

  async #join(caller: Caller, parked: ParkedConn, token: string): Promise<void> {
    try {
      const { conn, bytes } = caller;
      const header = proxyV2Header(conn.remoteAddress, conn.localAddress);
      // Until SNAPT has answered, all that there is of the caller is known: another one may get it.
      const written = parked.conn.write(Uint8Array.of(...header, ...bytes)).then(
        () => true,
        (error: unknown) => {
          passOnOurs(error);
          return false;
        },
      );
      this.#unheard.add(parked);
      const isAlive = await written && await hasSpoken(parked);
      this.#unheard.delete(parked);
      if (!isAlive) return this.#again(caller, token);
      const { record, tasks } = this.#context;
      record.connections += 1;
      record.carried(bytes.length, "snapt");
      await carry({
        caller: conn,
        parked: parked.conn,
        first: parked.first,
        pace: this.#pace,
        tasks,
        carried: (count, to) => record.carried(count, to),
      });
      this.#step({ kind: "ended", token });
      caller.over();
    } finally {
      parked.conn.close();
      this.#conns.delete(token);
    }
  }

  /** The parked connection was dead. */
  #again(caller: Caller, token: string): void {
    this.#step({ kind: "ended", token });
    const tries = caller.tries + 1;
    if (tries < MOST_TRIES && !this.#context.tasks.isClosed) {
      return this.#call({ ...caller, tries });
    }
    caller.conn.reset();
    caller.over();
  }
}
