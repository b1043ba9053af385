/**
 * The parked connections of one SNAPT at its relay, and the callers that wait for one:
 * `step(fact, now) → effects`.
 *
 * Theory of operation. A few connections are kept parked ahead of need. A caller gets the one that
 * was parked last, which is the least likely to have been forgotten by a NAT, and another one is
 * asked for. Where none is parked the caller waits for a while: SNAPT may just be coming back, as
 * after a restart of the relay.
 */
import { unreachable } from "../exhaustive.ts";
import { type ParkedEvent, type ParkedState, parkedTransition } from "./parked_transitions.ts";
import { MAX_TOKENS } from "./relay_messages.ts";

/** How many there may be of what, and for how long, in ms. */
export interface ParkingLimits {
  /** Kept ahead of need. */
  readonly parked: number;
  /** Joined and waiting together. */
  readonly connections: number;
  /** So long a caller waits. */
  readonly waitMs: number;
  /** What was asked for comes within this time, or not at all. */
  readonly askedMs: number;
}

/** `token` names a parked connection, `caller` one that asks for this SNAPT. */
export type ParkingFact =
  | { readonly kind: "attached" | "detached" | "revoked" | "tick" }
  /** SNAPT may have nothing carried any more, or may again. */
  | { readonly kind: "spent" | "renewed" }
  /** These were asked for on the control connection. */
  | { readonly kind: "asked"; readonly tokens: readonly string[] }
  | { readonly kind: "arrived" | "lost" | "ended"; readonly token: string }
  | { readonly kind: "callerCame" | "callerLeft"; readonly caller: number };

export type ParkingEffect =
  | { readonly kind: "ask"; readonly count: number }
  | { readonly kind: "join"; readonly caller: number; readonly token: string }
  | { readonly kind: "close"; readonly token: string }
  | { readonly kind: "turnAway"; readonly caller: number; readonly reason: TurnAwayReason };

/** Why a caller gets no connection. */
export type TurnAwayReason = "full" | "absent" | "spent";

interface ParkedConn {
  state: Exclude<ParkedState, "over">;
  readonly since: number;
}

export class Parking {
  readonly #limits: ParkingLimits;
  readonly #conns = new Map<string, ParkedConn>();
  /** Those that are free, the one that was parked last at the end. */
  readonly #parked = new Set<string>();
  readonly #counts = { asked: 0, parked: 0, joined: 0 };
  /** Since when they wait, the one that came first at first. */
  readonly #callers = new Map<number, number>();
  #control: "attached" | "detached" | "revoked" = "detached";
  #quota: "open" | "spent" = "open";
  #effects: ParkingEffect[] = [];

  constructor(limits: ParkingLimits) {
    this.#limits = limits;
  }

  get isAttached(): boolean {
    return this.#control === "attached";
  }
  /** Whether SNAPT is let in no longer: nothing begins any more. */
  get isRevoked(): boolean {
    return this.#control === "revoked";
  }
  get waiting(): number {
    return this.#callers.size;
  }

  /** How many are in each state. */
  get counts(): Readonly<Record<ParkedConn["state"], number>> {
    return this.#counts;
  }

  /** Whether nothing is left that this is to be kept for. */
  get isIdle(): boolean {
    return this.#control !== "attached" && this.#conns.size === 0 && this.#callers.size === 0;
  }

  /** Whether a connection with this token was asked for and has not come. */
  isAsked(token: string): boolean {
    return this.#conns.get(token)?.state === "asked";
  }

  /** Whether a connection with this token waits for a caller. */
  isParked(token: string): boolean {
    return this.#conns.get(token)?.state === "parked";
  }

  /** @throws {IllegalEvent} of a connection that cannot happen to it */
  step(fact: ParkingFact, now: number): readonly ParkingEffect[] {
    this.#effects = [];
    this.#take(fact, now);
    return this.#effects;
  }

  #take(fact: ParkingFact, now: number): void {
    switch (fact.kind) {
      case "attached":
        this.#control = "attached";
        return this.#topUp();
      case "detached":
        this.#control = "detached";
        return this.#toAll("detached");
      case "revoked":
        this.#control = "revoked";
        this.#toAll("revoked");
        return this.#turnAway(() => true);
      case "spent":
        this.#quota = "spent";
        this.#toAll("spent");
        return this.#turnAway(() => true, "spent");
      case "renewed":
        this.#quota = "open";
        return this.#topUp();
      case "asked":
        for (const token of fact.tokens) this.#conns.set(token, { state: "asked", since: now });
        this.#counts.asked += fact.tokens.length;
        return;
      case "arrived":
        this.#event(fact.token, "arrived");
        return this.#serve();
      case "lost":
      case "ended":
        return this.#event(fact.token, fact.kind);
      case "callerCame":
        return this.#callerCame(fact.caller, now);
      case "callerLeft":
        this.#callers.delete(fact.caller);
        return;
      case "tick":
        return this.#tick(now);
      default:
        return unreachable(fact);
    }
  }

  #callerCame(caller: number, now: number): void {
    if (this.#control === "revoked") {
      this.#effects.push({ kind: "turnAway", caller, reason: "absent" });
      return;
    }
    if (this.#quota === "spent") {
      this.#effects.push({ kind: "turnAway", caller, reason: "spent" });
      return;
    }
    if (this.#counts.joined + this.#callers.size >= this.#limits.connections) {
      this.#effects.push({ kind: "turnAway", caller, reason: "full" });
      return;
    }
    this.#callers.set(caller, now);
    this.#serve();
    this.#topUp();
  }

  /** Asks for what is lacking only here and when callers come: SNAPT may fail at each. */
  #tick(now: number): void {
    for (const [token, { state, since }] of [...this.#conns]) {
      if (state === "asked" && now - since >= this.#limits.askedMs) this.#event(token, "overdue");
    }
    this.#turnAway((since) => now - since >= this.#limits.waitMs);
    this.#topUp();
  }

  #turnAway(isMeant: (since: number) => boolean, reason: TurnAwayReason = "absent"): void {
    for (const [caller, since] of [...this.#callers]) {
      if (!isMeant(since)) continue;
      this.#callers.delete(caller);
      this.#effects.push({ kind: "turnAway", caller, reason });
    }
  }

  /** Joins callers that wait to what is parked. */
  #serve(): void {
    for (const caller of this.#callers.keys()) {
      const token = this.#newest();
      if (token === null) return;
      this.#callers.delete(caller);
      this.#event(token, "taken", caller);
    }
  }

  /** Few are parked, so that looking through them costs next to nothing. */
  #newest(): string | null {
    let newest: string | null = null;
    for (const token of this.#parked) newest = token;
    return newest;
  }

  #topUp(): void {
    if (this.#control !== "attached" || this.#quota === "spent") return;
    const there = this.#counts.parked + this.#counts.asked;
    const count = Math.min(this.#limits.parked + this.#callers.size - there, MAX_TOKENS);
    if (count > 0) this.#effects.push({ kind: "ask", count });
  }

  #toAll(event: "detached" | "revoked" | "spent"): void {
    for (const token of [...this.#conns.keys()]) this.#event(token, event);
  }

  #event(token: string, event: ParkedEvent, caller?: number): void {
    const conn = this.#conns.get(token);
    const { next, actions } = parkedTransition(conn?.state ?? "over", event);
    if (conn !== undefined) this.#enter(token, conn, next);
    for (const action of actions) {
      switch (action) {
        case "close":
          this.#effects.push({ kind: "close", token });
          break;
        case "join":
          if (caller !== undefined) this.#effects.push({ kind: "join", caller, token });
          break;
        default:
          unreachable(action);
      }
    }
  }

  #enter(token: string, conn: ParkedConn, next: ParkedState): void {
    this.#counts[conn.state] -= 1;
    this.#parked.delete(token);
    if (next === "over") {
      this.#conns.delete(token);
      return;
    }
    this.#counts[next] += 1;
    conn.state = next;
    if (next === "parked") this.#parked.add(token);
  }
}
