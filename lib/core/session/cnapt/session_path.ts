import { unreachable } from "../../exhaustive.ts";
import { Liveness, type LivenessSettings } from "../../path/liveness.ts";
import type { PathMeter } from "../../path/path_meter.ts";
import { usualAnswerMs } from "../../path/usual_answer.ts";
import type { Message } from "../../wire/message.ts";
import type { CnaptEffect } from "../cnapt_effect.ts";
import type { CnaptPlace } from "./cnapt_place.ts";
import type { CnaptDeadline } from "../deadline_name.ts";
import type { Deadlines } from "../deadlines.ts";
import type { Outbox } from "../outbox.ts";

/**
 * The current path as CNAPT's session sees it: what is heard of it goes to `Liveness`, and what
 * that asks for is put out. Without a control link there is no path, and nothing is noted.
 */
export class SessionPath {
  readonly #liveness: Liveness;
  readonly #outbox: Outbox<CnaptEffect>;
  readonly #deadlines: Deadlines<CnaptDeadline>;
  readonly #place: CnaptPlace;
  readonly #settings: LivenessSettings;
  /** When anything came from SNAPT, whatever was doubted since. */
  #saidAt: number | null = null;
  /** Round trip of the control link that is to be the next, as its dial showed it. */
  #dialledMs: number | null = null;

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
    this.#settings = settings;
  }

  /** What is measured of the current path. */
  get meter(): PathMeter {
    return this.#liveness.meter;
  }
  get roundTripMs(): number | null {
    return this.#liveness.roundTripMs;
  }
  /** What an acknowledgement on this path may take, in ms. */
  get usualMs(): number {
    return usualAnswerMs(this.meter, this.#settings.quietMs);
  }
  /** When anything last came over the network in use, on whichever link, or was begun on it. */
  get heardAt(): number {
    return this.#liveness.heardAt;
  }
  /** When SNAPT was last heard in this session, for people; null: never. */
  get saidAt(): number | null {
    return this.#saidAt;
  }
  /** For so long, in ms, nothing may be heard while all is well. */
  get usualSilenceMs(): number {
    return this.#settings.heartbeatMs + this.usualMs;
  }

  /** Whether nothing is heard and another control link is sought, beside the one there is. */
  get isSeeking(): boolean {
    return this.#outbox.control !== null && this.#liveness.isSeeking;
  }

  /** The control link that is to be the next one had this round trip when it was dialled. */
  dialled(roundTripMs: number | null): void {
    this.#dialledMs = roundTripMs;
  }

  /** A new path: what was asked on the old one is forgotten. */
  restart(now: number): void {
    this.#note(() => this.#liveness.restart(now, this.#dialledMs));
    this.#look();
  }

  /** There is no path to be looked at. */
  stop(): void {
    this.#deadlines.clear("liveness");
  }

  /** A frame came on the control link. */
  heard(message: Message, now: number): void {
    this.#saidAt = now;
    this.#note(() => {
      if (message.kind === "pong") this.#liveness.notePong(message.token, now);
      else this.#liveness.noteHeard(now);
    });
  }

  /** SNAPT answered on the link of a stream. */
  linkAnswered(now: number): void {
    this.#saidAt = now;
    this.#note(() => this.#liveness.notePath(now));
  }

  /** A parked link of the current provider answered to `askAround`: the path is well. */
  pathAnswered(now: number): void {
    if (this.#outbox.control === null) return;
    this.#saidAt = now;
    this.#note(() => this.#liveness.notePath(now));
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
  payloadSent(now: number): void {
    if (this.#outbox.control === null || !this.#liveness.noteSent(now)) return;
    this.#deadlines.pullIn("liveness", this.#liveness.nextCheckAt());
  }

  /** Payload came in, which proves the path, and more is expected. */
  payloadReceived(now: number): void {
    if (this.#outbox.control === null) return;
    this.#saidAt = now;
    this.#note(() => this.#liveness.notePayload(now));
    this.#deadlines.pullIn("liveness", this.#liveness.nextCheckAt());
  }

  /** When the system last got an acknowledgement over the path; null: it cannot tell. */
  systemAsked(acknowledgedAt: number | null, now: number): void {
    this.#liveness.noteSystem(acknowledgedAt, now);
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
      case "verify":
        this.#outbox.emit({ kind: "askSystem" });
        return null;
      case "seek":
        this.#outbox.emit({ kind: "seekControl" });
        break;
      case "dead":
        return verdict.reason;
      default:
        unreachable(verdict);
    }
    this.#look();
    return null;
  }

  /** What is heard may end the search for another control link. */
  #note(hear: () => void): void {
    const { isSeeking } = this.#liveness;
    hear();
    if (!isSeeking || this.#liveness.isSeeking) return;
    this.#outbox.emit({ kind: "stopSeeking" });
    this.#look();
  }

  #look(): void {
    this.#deadlines.set("liveness", this.#liveness.nextCheckAt());
  }
}
