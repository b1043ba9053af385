/**
 * Judges from what is heard whether the current path still works. Detection, not the
 * handshake, dominates the pause of a sudden switch.
 *
 * Theory of operation. Everything that arrives, control frames and payload alike, proves the
 * path. While something is expected (bytes were sent and no acknowledgement came, or payload was
 * flowing and stopped) it takes a quiet spell that the measured round trip and its variation do
 * not explain to ask with a PING; when idle it takes the heartbeat interval. A question that is
 * in doubt is also asked on other links, of this network and of others (`askAround`). If nothing
 * at all arrives after the PING for `deadAfterMs`, or four times the measured round trip where
 * that is longer, the path is dead, whatever the interface says. If SNAPT answers over another
 * network meanwhile, this one is outvoted and `outvotedAfterMs` is enough.
 *
 * Payload proves the path but not the control link, which is a connection of its own: it is asked
 * once per heartbeat interval even while payload flows, and has `CONTROL_DEAD_MS` to answer.
 */
import { PathMeter } from "./path_meter.ts";

/** How eagerly the path is checked; all in ms. */
export interface LivenessSettings {
  /** Idle time after which a heartbeat is sent. */
  readonly heartbeatMs: number;
  /** Silence after a PING that counts as death. */
  readonly deadAfterMs: number;
  /** How late an expected answer may be, beside the round trip, before it is asked for. */
  readonly quietMs?: number;
  /** Silence after a PING that counts as death when another network answered; else as above. */
  readonly outvotedAfterMs?: number;
}

/** Patience with a control link while payload still arrives on others; queues may be long then. */
const CONTROL_DEAD_MS = 5_000;
/** `quietMs` where none is given. */
const QUIET_MS = 250;
/**
 * What this network gets after the other one answered: when this program itself stood still, an
 * answer over either may lie unread, and only the order of reading would make the difference.
 */
const READING_MS = 5;
/** For how long after payload arrived more of it is expected. */
const ACTIVE_MS = 2_000;

interface Question {
  readonly token: number;
  readonly askedAt: number;
  /** Whether it is urgent enough to be asked on other links at once. */
  readonly urgency: "urgent" | "routine";
  /** What came of asking on other links, since when; nothing while something is heard. */
  doubt:
    | { readonly kind: "none" }
    | { readonly kind: "askedAround"; readonly since: number }
    | { readonly kind: "outvoted"; readonly since: number; readonly answeredAt: number };
}

/** What is to be done about a path. */
export type LivenessVerdict =
  | { readonly kind: "fine" }
  /** Send a PING with this token. */
  | { readonly kind: "ask"; readonly token: number }
  /** Ask on other links of this network, and on those of others. */
  | { readonly kind: "askAround" }
  | { readonly kind: "dead"; readonly reason: string };

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
    if (this.#question !== null) this.#question.doubt = { kind: "none" };
  }

  /** SNAPT answered over another network to what was asked around. */
  noteOtherAnswered(now: number): void {
    const question = this.#question;
    if (question?.doubt.kind !== "askedAround") return;
    question.doubt = { kind: "outvoted", since: question.doubt.since, answeredAt: now };
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
      const deadAt = this.#deadAt(this.#question);
      const isInDoubt = this.#question.doubt.kind !== "none";
      return isInDoubt ? deadAt : Math.min(this.#doubtAt(this.#question), deadAt);
    }
    const { heartbeatMs } = this.#settings;
    const pathAt = this.#isExpecting()
      ? Math.max(this.#heardAt, this.#sentAt ?? 0) + this.#quietMs()
      : this.#heardAt + heartbeatMs;
    return Math.min(pathAt, this.#controlHeardAt + heartbeatMs);
  }

  check(now: number): LivenessVerdict {
    if (now < this.nextCheckAt()) return { kind: "fine" };
    const question = this.#question;
    if (question === null) {
      const token = this.#nextToken++;
      const isUrgent = this.#isExpecting() && now - this.#heardAt >= this.#quietMs();
      const urgency = isUrgent ? "urgent" : "routine";
      this.#question = { token, askedAt: now, urgency, doubt: { kind: "none" } };
      return { kind: "ask", token };
    }
    if (now < this.#deadAt(question)) {
      question.doubt = { kind: "askedAround", since: now };
      return { kind: "askAround" };
    }
    const reason = question.doubt.kind === "outvoted"
      ? "nothing heard from SNAPT, which answers over another network"
      : "nothing heard from SNAPT";
    return { kind: "dead", reason };
  }

  /** When it is time to ask on other links too. */
  #doubtAt({ askedAt, urgency }: Question): number {
    if (this.#heardAt >= askedAt) return this.#heardAt + this.#quietMs();
    return urgency === "urgent" ? askedAt : askedAt + this.#quietMs();
  }
  #deadAt({ askedAt, doubt }: Question): number {
    if (doubt.kind === "outvoted") {
      return Math.max(doubt.since + this.#outvotedMs(), doubt.answeredAt + READING_MS);
    }
    const patience = Math.max(CONTROL_DEAD_MS, this.#deadMs());
    return Math.min(askedAt + patience, Math.max(askedAt, this.#heardAt) + this.#deadMs());
  }
  #isExpecting(): boolean {
    return this.#sentAt !== null || this.#heardAt - this.#payloadAt < ACTIVE_MS;
  }
  #quietMs(): number {
    return (this.#settings.quietMs ?? QUIET_MS) + this.#usualMs();
  }
  #deadMs(): number {
    return Math.max(this.#settings.deadAfterMs, 4 * (this.meter.roundTripMs ?? 0));
  }
  #outvotedMs(): number {
    const { outvotedAfterMs, deadAfterMs } = this.#settings;
    return Math.max(outvotedAfterMs ?? deadAfterMs, this.#usualMs());
  }
  /** What a round trip may take, judging by those before (as RFC 6298 does for TCP). */
  #usualMs(): number {
    return (this.meter.roundTripMs ?? 0) + 4 * this.meter.jitterMs;
  }
}
