/**
 * Judges from what is heard whether the current path still works (DESIGN 7).
 *
 * Theory of operation. Everything that arrives, control frames and payload alike, proves the
 * path. While something is expected (bytes were sent and no acknowledgement came, or payload was
 * flowing and stopped) a short quiet spell is enough to ask with a PING; when idle it takes the
 * heartbeat interval. If nothing at all arrives after the PING for `deadAfterMs`, or four times
 * the measured round trip where that is longer, the path is dead, whatever the interface says.
 *
 * Payload proves the path but not the control link, which is a connection of its own: it is asked
 * once per heartbeat interval even while payload flows, and has `CONTROL_DEAD_MS` to answer.
 */
import { PathMeter } from "../decision/path_meter.ts";

/** How eagerly the path is checked; all in ms. */
export interface LivenessSettings {
  /** Idle time after which a heartbeat is sent. */
  readonly heartbeatMs: number;
  /** Silence after a PING that counts as death. */
  readonly deadAfterMs: number;
}

/** Patience with a control link while payload still arrives on others; queues may be long then. */
const CONTROL_DEAD_MS = 5_000;
/** Quiet time, beside four round trips, after which an expected answer is asked for. */
const QUIET_MS = 250;
/** For how long after payload arrived more of it is expected. */
const ACTIVE_MS = 2_000;

type Question = { readonly token: number; readonly askedAt: number };

export class Liveness {
  readonly #settings: LivenessSettings;
  #heardAt: number;
  #controlHeardAt: number;
  #sentAt: number | null = null;
  #payloadAt = -Infinity;
  #question: Question | null = null;
  #nextToken = 1;
  /** What PING and PONG and acknowledgements tell of the current path (Check Activity). */
  readonly meter = new PathMeter();

  constructor(settings: LivenessSettings, now: number) {
    this.#settings = settings;
    this.#heardAt = now;
    this.#controlHeardAt = now;
  }

  /** Smoothed round trip of PING and PONG in ms, null before the first. */
  get roundTripMs(): number | null {
    return this.meter.roundTripMs;
  }
  /** When anything was last heard from the peer. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** A new path: forget what was asked on the old one. */
  restart(now: number): void {
    this.#heardAt = now;
    this.#controlHeardAt = now;
    this.#sentAt = null;
    this.#payloadAt = -Infinity;
    this.#question = null;
    this.meter.restart();
  }

  /** Something came on the control link. */
  noteHeard(now: number): void {
    this.#controlHeardAt = now;
    this.#question = null;
    this.notePath(now);
  }

  /** Something other than payload came on another link. */
  notePath(now: number): void {
    this.#heardAt = now;
    this.#sentAt = null;
  }

  notePayload(now: number): void {
    this.#payloadAt = now;
    this.notePath(now);
  }

  /** Payload was sent; true when an acknowledgement is expected only from now on. */
  noteSent(now: number): boolean {
    if (this.#sentAt !== null) return false;
    this.#sentAt = now;
    return true;
  }

  notePong(token: number, now: number): void {
    const question = this.#question;
    if (question !== null && question.token === token) {
      this.meter.noteAnswer(now - question.askedAt, now);
    }
    this.noteHeard(now);
  }

  /** Forgets a quiet path's benefit of the doubt: the next check asks at once. */
  suspect(now: number): void {
    this.#sentAt = Math.min(this.#sentAt ?? now, now - this.#quietMs());
    this.#heardAt = Math.min(this.#heardAt, now - this.#quietMs());
  }

  /** When `check` should be called next. */
  nextCheckAt(): number {
    if (this.#question !== null) {
      const { askedAt } = this.#question;
      const patience = Math.max(CONTROL_DEAD_MS, this.#deadMs());
      return Math.min(askedAt + patience, Math.max(askedAt, this.#heardAt) + this.#deadMs());
    }
    const { heartbeatMs } = this.#settings;
    const pathAt = this.#isExpecting()
      ? Math.max(this.#heardAt, this.#sentAt ?? 0) + this.#quietMs()
      : this.#heardAt + heartbeatMs;
    return Math.min(pathAt, this.#controlHeardAt + heartbeatMs);
  }

  /** What is to be done now: nothing, send a PING with this token, or give the path up. */
  check(now: number): { kind: "fine" } | { kind: "ask"; token: number } | { kind: "dead" } {
    if (now < this.nextCheckAt()) return { kind: "fine" };
    if (this.#question !== null) return { kind: "dead" };
    const token = this.#nextToken++;
    this.#question = { token, askedAt: now };
    return { kind: "ask", token };
  }

  #isExpecting(): boolean {
    return this.#sentAt !== null || this.#heardAt - this.#payloadAt < ACTIVE_MS;
  }
  #quietMs(): number {
    return QUIET_MS + 4 * (this.meter.roundTripMs ?? 0);
  }
  #deadMs(): number {
    return Math.max(this.#settings.deadAfterMs, 4 * (this.meter.roundTripMs ?? 0));
  }
}
