import type { CnaptEffect } from "../cnapt_effect.ts";
import type { CnaptHandshake } from "./cnapt_handshake.ts";
import type { CnaptParts } from "./cnapt_parts.ts";

/** Facts about the current path that come neither on its control link nor with payload. */
export class PathFacts {
  readonly #parts: CnaptParts;
  readonly #handshake: CnaptHandshake;

  constructor(parts: CnaptParts, handshake: CnaptHandshake) {
    this.#parts = parts;
    this.#handshake = handshake;
  }

  /** When anything last came over the network in use, on whichever link, or was begun on it. */
  get heardAt(): number {
    return this.#parts.path.heardAt;
  }
  /** When SNAPT was last heard in this session, for people; null: never. */
  get saidAt(): number | null {
    return this.#parts.path.saidAt;
  }
  /** For so long, in ms, nothing may be heard while all is well. */
  get usualSilenceMs(): number {
    return this.#parts.path.usualSilenceMs;
  }
  /** Whether nothing is heard and another control link is sought, beside the one there is. */
  get isSeeking(): boolean {
    return this.#parts.path.isSeeking;
  }

  /** The link that `controlReady` tells of next had this round trip when it was dialled, in ms. */
  dialled(roundTripMs: number | null): void {
    this.#parts.path.dialled(roundTripMs);
  }

  /** A parked link of the current provider answered to `askAround`: the path is well. */
  answered(now: number): void {
    this.#parts.path.pathAnswered(now);
  }

  /** SNAPT answered over another provider to `askAround`. */
  otherAnswered(now: number): void {
    this.#parts.path.otherAnswered(now);
  }

  /** The answer to `askSystem`: when it last got an acknowledgement; null: it cannot tell. */
  systemAnswered(acknowledgedAt: number | null, now: number): CnaptEffect[] {
    this.#parts.path.systemAsked(acknowledgedAt, now);
    this.#handshake.checkPath(now);
    return this.#parts.outbox.flush();
  }

  /** What `seekControl` asked for is there: `dialControl`, which follows, is to find it. */
  controlFound(now: number): CnaptEffect[] {
    if (this.isSeeking) this.#handshake.losePath("nothing heard from SNAPT", now);
    return this.#parts.outbox.flush();
  }
}
