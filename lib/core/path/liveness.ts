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
 * that is longer, the path is condemned, whatever the interface says. If SNAPT answers over another
 * network meanwhile, this one is outvoted and `outvotedAfterMs` is enough.
 *
 * Slow is not dead. Before a path is condemned the system is asked (`verify`): as long as it still
 * gets acknowledgements over the path, packets come and go, and only what they carry is held up,
 * behind a queue or something lost. That is believed for `SYSTEM_TRUSTED_MS`: somebody on the way
 * may acknowledge in SNAPT's place. A condemned path that is outvoted is dead. Where nobody else
 * answers, giving it up would only cost what is under way on it: another control link is sought
 * beside it (`seek`), and it is kept until there is one, or it speaks again.
 *
 * Payload proves the path but not the control link, which is a connection of its own. It is asked
 * once per heartbeat interval, and while payload flows once per `measureMs`, which is also how the
 * round trip is measured under load; it has `CONTROL_DEAD_MS` to say anything.
 */
import type { LivenessVerdict } from "./liveness_verdict.ts";
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
  /** How often the round trip is measured while payload flows; else with each heartbeat. */
  readonly measureMs?: number;
}

/** Patience with a control link while payload still arrives on others; queues may be long then. */
const CONTROL_DEAD_MS = 5_000;
/** No time-out that grows with the round trip becomes longer than this. */
const LONGEST_MS = 10_000;
/** For so long after a question the system's acknowledgements stand for SNAPT's. */
const SYSTEM_TRUSTED_MS = 10_000;
/** So long after it was last heard SNAPT gives the old links up, and nothing is left to be kept. */
const KEPT_MS = 30_000;
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
  /** When the system was last asked what it knows. */
  verifiedAt: number;
}

/** Why another control link is sought: all is silent, or only the control link. */
type Sought = "path" | "control";

export class Liveness {
  readonly #settings: LivenessSettings;
  #heardAt: number;
  #controlHeardAt: number;
  /** When the system last got an acknowledgement over the path, as far as it was asked. */
  #acknowledgedAt = -Infinity;
  #sentAt: number | null = null;
  #payloadAt = -Infinity;
  /** When payload last came or went. */
  #flowedAt = -Infinity;
  #askedAt: number;
  #question: Question | null = null;
  #sought: Sought | null = null;
  #nextToken = 1;
  /** What PING and PONG tell of the current path (Check Activity). */
  readonly meter = new PathMeter();

  constructor(settings: LivenessSettings, now: number) {
    this.#settings = settings;
    this.#heardAt = now;
    this.#controlHeardAt = now;
    this.#askedAt = now;
  }

  /** Smoothed round trip of PING and PONG in ms; before the first that of the dial, or null. */
  get roundTripMs(): number | null {
    return this.meter.roundTripMs;
  }
  /** When anything was last heard from the peer. */
  get heardAt(): number {
    return this.#heardAt;
  }
  /** Whether the path is silent, nobody else answers, and another control link is sought. */
  get isSeeking(): boolean {
    return this.#sought !== null;
  }

  /**
   * A new path: forget what was asked on the old one, and measure this one at once. `dialledMs`:
   * its round trip when it was dialled.
   */
  restart(now: number, dialledMs: number | null = null): void {
    this.#heardAt = now;
    this.#controlHeardAt = now;
    this.#acknowledgedAt = -Infinity;
    this.#sentAt = null;
    this.#payloadAt = -Infinity;
    this.#flowedAt = now;
    this.#askedAt = now - this.#measureMs();
    this.#question = null;
    this.#sought = null;
    this.meter.restart(dialledMs);
  }

  /** Something came on the control link. */
  noteHeard(now: number): void {
    this.#controlHeardAt = now;
    this.#sought = null;
    this.notePath(now);
  }

  /** Something other than payload came on another link. */
  notePath(now: number): void {
    this.#heardAt = now;
    this.#sentAt = null;
    if (this.#sought === "path") this.#sought = null;
    if (this.#question !== null) this.#question.doubt = { kind: "none" };
  }

  /** SNAPT answered over another network to what was asked around. */
  noteOtherAnswered(now: number): void {
    const question = this.#question;
    if (question?.doubt.kind !== "askedAround") return;
    question.doubt = { kind: "outvoted", since: question.doubt.since, answeredAt: now };
  }

  /** The answer to `verify`: when the system last got an acknowledgement; null: it cannot tell. */
  noteSystem(acknowledgedAt: number | null, now: number): void {
    if (this.#question !== null) this.#question.verifiedAt = now;
    this.#acknowledgedAt = Math.max(this.#acknowledgedAt, acknowledgedAt ?? -Infinity);
  }

  notePayload(now: number): void {
    this.#payloadAt = now;
    this.#flowedAt = now;
    this.notePath(now);
  }

  /** Payload was sent; true when an acknowledgement is expected only from now on. */
  noteSent(now: number): boolean {
    this.#flowedAt = now;
    if (this.#sentAt !== null) return false;
    this.#sentAt = now;
    return true;
  }

  notePong(token: number, now: number): void {
    const question = this.#question;
    if (question !== null && question.token === token) {
      this.meter.noteAnswer(now - question.askedAt, now);
      this.#question = null;
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
    if (this.#sought !== null) return Math.min(this.#keptUntil(), this.#outvotedAt());
    if (this.#question !== null) {
      const deadAt = this.#deadAt(this.#question);
      const isInDoubt = this.#question.doubt.kind !== "none";
      return isInDoubt ? deadAt : Math.min(this.#doubtAt(this.#question), deadAt);
    }
    const { heartbeatMs } = this.#settings;
    const pathAt = this.#isExpecting()
      ? Math.max(this.#heardAt, this.#sentAt ?? 0) + this.#quietMs()
      : this.#heardAt + heartbeatMs;
    return Math.min(pathAt, this.#controlHeardAt + heartbeatMs, this.#measureAt());
  }

  check(now: number): LivenessVerdict {
    if (now < this.nextCheckAt()) return { kind: "fine" };
    const question = this.#question;
    if (question === null) return this.#ask(now);
    if (this.#sought === null && now < this.#deadAt(question)) {
      question.doubt = { kind: "askedAround", since: now };
      return { kind: "askAround" };
    }
    if (this.#sought !== null && now >= this.#keptUntil()) {
      return { kind: "dead", reason: "nothing heard from SNAPT" };
    }
    const pathDeadAt = this.#pathDeadAt(question);
    if (now >= pathDeadAt && question.verifiedAt < pathDeadAt) return { kind: "verify" };
    if (now >= pathDeadAt && question.doubt.kind === "outvoted") {
      const reason = "nothing heard from SNAPT, which answers over another network";
      return { kind: "dead", reason };
    }
    this.#sought = now >= pathDeadAt ? "path" : "control";
    return { kind: "seek" };
  }

  #ask(now: number): LivenessVerdict {
    const token = this.#nextToken++;
    const isUrgent = this.#isExpecting() && now - this.#heardAt >= this.#quietMs();
    const urgency = isUrgent ? "urgent" : "routine";
    this.#askedAt = now;
    const doubt = { kind: "none" } as const;
    this.#question = { token, askedAt: now, urgency, doubt, verifiedAt: -Infinity };
    return { kind: "ask", token };
  }

  /** While payload flows the round trip is measured, whatever else is heard. */
  #measureAt(): number {
    const at = this.#askedAt + this.#measureMs();
    return at <= this.#flowedAt + ACTIVE_MS ? at : Infinity;
  }
  #measureMs(): number {
    return this.#settings.measureMs ?? this.#settings.heartbeatMs;
  }
  /** When it is time to ask on other links too. */
  #doubtAt({ askedAt, urgency }: Question): number {
    if (this.#heardAt >= askedAt) return this.#heardAt + this.#quietMs();
    if (urgency === "urgent") return askedAt;
    const since = this.#isExpecting() ? Math.max(this.#heardAt, this.#sentAt ?? 0) : askedAt;
    return Math.max(askedAt, Math.min(since, askedAt) + this.#quietMs());
  }
  #deadAt(question: Question): number {
    return Math.min(this.#pathDeadAt(question), this.#controlDeadAt(question));
  }
  #pathDeadAt(question: Question): number {
    const { askedAt, doubt } = question;
    const acknowledgedAt = Math.min(this.#acknowledgedAt, askedAt + SYSTEM_TRUSTED_MS);
    if (doubt.kind === "outvoted") {
      const silentSince = Math.max(doubt.since, acknowledgedAt);
      return Math.max(silentSince + this.#outvotedMs(), doubt.answeredAt + READING_MS);
    }
    return Math.max(askedAt, this.#heardAt, acknowledgedAt) + this.#deadMs();
  }
  #controlDeadAt({ askedAt }: Question): number {
    const patience = Math.max(CONTROL_DEAD_MS, this.#deadMs());
    return Math.max(askedAt, this.#controlHeardAt) + patience;
  }
  #outvotedAt(): number {
    const question = this.#question;
    return question?.doubt.kind === "outvoted" ? this.#pathDeadAt(question) : Infinity;
  }
  #keptUntil(): number {
    return (this.#sought === "path" ? this.#heardAt : this.#controlHeardAt) + KEPT_MS;
  }
  #isExpecting(): boolean {
    return this.#sentAt !== null || this.#heardAt - this.#payloadAt < ACTIVE_MS;
  }
  #quietMs(): number {
    return (this.#settings.quietMs ?? QUIET_MS) + this.#usualMs();
  }
  #deadMs(): number {
    const { deadAfterMs } = this.#settings;
    return Math.max(deadAfterMs, Math.min(4 * (this.meter.roundTripMs ?? 0), LONGEST_MS));
  }
  #outvotedMs(): number {
    const { outvotedAfterMs, deadAfterMs } = this.#settings;
    return Math.max(outvotedAfterMs ?? deadAfterMs, this.#usualMs());
  }
  /** What a round trip may take, judging by those before (as RFC 6298 does for TCP). */
  #usualMs(): number {
    return Math.min((this.meter.roundTripMs ?? 0) + 4 * this.meter.jitterMs, LONGEST_MS);
  }
}
