import { unreachable } from "../../exhaustive.ts";
import { Liveness, type LivenessSettings } from "../../path/liveness.ts";
import type { PathMeter } from "../../path/path_meter.ts";
import type { StreamRecord } from "../../stream/stream_record.ts";
import type { Message, StreamPosition } from "../../wire/message.ts";
import { ACK_DELAY_MS } from "../streams/acknowledgements.ts";
import type { CnaptEffect } from "../cnapt_effect.ts";
import type { CnaptPlace } from "./cnapt_place.ts";
import type { CnaptDeadline } from "../deadline_name.ts";
import type { Deadlines } from "../deadlines.ts";
import type { Outbox } from "../outbox.ts";

/** An acknowledgement that has not come after so long may never: its stream may be gone. */
const TIMED_AT_MOST_MS = 10_000;

/**
 * The current path as CNAPT's session sees it: what is heard of it goes to `Liveness`, and what
 * that asks for is put out. Without a control link there is no path, and nothing is noted.
 */
export class SessionPath {
  readonly #liveness: Liveness;
  readonly #outbox: Outbox<CnaptEffect>;
  readonly #deadlines: Deadlines<CnaptDeadline>;
  readonly #place: CnaptPlace;
  #controlHeardAt = -Infinity;
  /** What was sent last when the clock was started for its acknowledgement. */
  #timed: { readonly stream: number; readonly position: number; readonly at: number } | null = null;

  constructor(
    parts: {
      readonly outbox: Outbox<CnaptEffect>;
      readonly deadlines: Deadlines<CnaptDeadline>;
      readonly place: CnaptPlace;
    },
    settings: LivenessSettings,
    now: number,
  ) {
    this.#outbox = parts.outbox;
    this.#deadlines = parts.deadlines;
    this.#place = parts.place;
    this.#liveness = new Liveness(settings, now);
  }

  /** What is measured of the current path. */
  get meter(): PathMeter {
    return this.#liveness.meter;
  }
  get roundTripMs(): number | null {
    return this.#liveness.roundTripMs;
  }
  /** When a frame last came on the control link. */
  get controlHeardAt(): number {
    return this.#controlHeardAt;
  }
  /** When anything was last heard from SNAPT. */
  get heardAt(): number {
    return this.#liveness.heardAt;
  }

  /** A new path: what was asked on the old one is forgotten. */
  restart(now: number): void {
    this.#liveness.restart(now);
    this.#look();
  }

  /** There is no path to be looked at. */
  stop(): void {
    this.#deadlines.clear("liveness");
  }

  /** A frame came on the control link. */
  heard(message: Message, now: number): void {
    this.#controlHeardAt = now;
    if (message.kind === "pong") this.#liveness.notePong(message.token, now);
    else this.#liveness.noteHeard(now);
  }

  /** SNAPT answered on the link of a stream. */
  linkAnswered(now: number): void {
    this.#liveness.notePath(now);
  }

  /** A parked link of the current provider answered to `askAround`: the path is well. */
  pathAnswered(now: number): void {
    if (this.#outbox.control === null) return;
    this.#liveness.notePath(now);
    this.#look();
  }

  /** SNAPT answered over another provider to `askAround`. */
  otherAnswered(now: number): void {
    if (this.#outbox.control === null) return;
    this.#liveness.noteOtherAnswered(now);
    this.#look();
  }

  /** Something failed that makes the path doubtful: it is asked at once. */
  suspect(now: number): void {
    if (this.#outbox.control === null) return;
    this.#liveness.suspect(now);
    this.#look();
  }

  /** Payload went out; an acknowledgement is expected. */
  payloadSent(stream: StreamRecord, now: number): void {
    if (this.#timed === null || now - this.#timed.at > TIMED_AT_MOST_MS) {
      this.#timed = { stream: stream.id, position: stream.ring.sent, at: now };
    }
    if (this.#outbox.control === null || !this.#liveness.noteSent(now)) return;
    this.#deadlines.pullIn("liveness", this.#liveness.nextCheckAt());
  }

  /** Payload came in, which proves the path, and more is expected. */
  payloadReceived(now: number): void {
    if (this.#outbox.control === null) return;
    this.#liveness.notePayload(now);
    this.#deadlines.pullIn("liveness", this.#liveness.nextCheckAt());
  }

  /** An acknowledgement that took no longer than a PONG would have measures the path as well. */
  acknowledged({ stream, position }: StreamPosition, now: number): void {
    const timed = this.#timed;
    if (timed === null || timed.stream !== stream || position < timed.position) return;
    this.#timed = null;
    this.meter.noteUpperBound(Math.max(0, now - timed.at - ACK_DELAY_MS / 2), now);
  }

  /** Looks whether the path still works; why it does not, or null. */
  check(now: number): string | null {
    if (this.#outbox.control === null) return null;
    const verdict = this.#liveness.check(now);
    switch (verdict.kind) {
      case "fine":
        break;
      case "ask":
        this.#outbox.sendControl({ kind: "ping", token: verdict.token });
        break;
      case "askAround":
        this.#outbox.emit({ kind: "askAround", provider: this.#place.provider });
        break;
      case "dead":
        return verdict.reason;
      default:
        unreachable(verdict);
    }
    this.#look();
    return null;
  }

  #look(): void {
    this.#deadlines.set("liveness", this.#liveness.nextCheckAt());
  }
}
