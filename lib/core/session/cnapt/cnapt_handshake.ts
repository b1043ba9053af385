import { unreachable } from "../../exhaustive.ts";
import type { CnaptEvent } from "../../handshake/cnapt_event.ts";
import { LINK_AWAITED, SITE_POINT_AWAITED } from "../../handshake/cnapt_phase.ts";
import { cnaptTakes, cnaptTransition } from "../../handshake/cnapt_transitions.ts";
import type { ProviderKey } from "../../path/provider_key.ts";
import type { LinkId } from "../../stream/link_id.ts";
import type { SwitchShape } from "../../wire/message.ts";
import { performCnaptAction } from "./cnapt_actions.ts";
import type { CnaptParts } from "./cnapt_parts.ts";
import type { SitePoint } from "../site_barrier.ts";

/** Pause between two attempts to reach SNAPT. */
const REDIAL_MS = 500;

/** Why SNAPT wants nothing to do with this CNAPT. */
export interface Refusal {
  readonly code: string;
  readonly sentence: string;
}

/** Turns facts into events of `CNAPT_TRANSITIONS`, and has carried out what the table says. */
export class CnaptHandshake {
  readonly #parts: CnaptParts;
  #refusal: Refusal | null = null;

  constructor(parts: CnaptParts) {
    this.#parts = parts;
  }

  get refusal(): Refusal | null {
    return this.#refusal;
  }

  /**
   * Changes nothing.
   *
   * @throws {IllegalEvent | ProtocolViolation} `event` cannot be: not now, or not at all
   */
  check(event: CnaptEvent): void {
    cnaptTransition(this.#parts.place.state, event.kind);
    if ("recordReceived" in event) this.#parts.outbox.record.checkAcknowledge(event.recordReceived);
  }

  /** @throws {IllegalEvent} the state has no such event; nothing was changed */
  take(event: CnaptEvent, now: number): void {
    const { place } = this.#parts;
    const row = cnaptTransition(place.state, event.kind);
    place.state = row.next;
    for (const action of row.actions) performCnaptAction(this.#parts, action, event, now);
  }

  /** A control link asked for by `dialControl` or `prepareLinks` is authenticated. */
  controlReady(link: LinkId, provider: ProviderKey, now: number): void {
    const { outbox, place, switching } = this.#parts;
    const awaited = LINK_AWAITED[place.state];
    switch (awaited) {
      case "none":
        return outbox.emit({ kind: "closeLink", link });
      case "first":
      case "any":
        return this.take({ kind: "controlReady", link, provider }, now);
      case "prepared":
        if (provider !== switching.target) return outbox.emit({ kind: "closeLink", link });
        return this.take({ kind: "newLinksReady", link }, now);
      case "target":
        if (provider !== switching.target) return outbox.emit({ kind: "closeLink", link });
        return this.take({ kind: "controlReady", link, provider }, now);
      default:
        return unreachable(awaited);
    }
  }

  /** No control link could be had where `dialControl` or `prepareLinks` asked for one; why not. */
  controlFailed(now: number, reason = ""): void {
    const awaited = LINK_AWAITED[this.#parts.place.state];
    switch (awaited) {
      case "none":
        return;
      case "first":
      case "any":
        return this.#parts.deadlines.set("redial", now + REDIAL_MS);
      case "prepared":
        if (reason !== "") this.#parts.switching.noteFailure(reason);
        return this.take({ kind: "newLinksFailed" }, now);
      case "target":
        return this.take({ kind: "controlFailed" }, now);
      default:
        return unreachable(awaited);
    }
  }

  /** The pause after a failure is over: looks again, if SNAPT is still looked for. */
  redial(now: number): void {
    const { deadlines, place } = this.#parts;
    const awaited = LINK_AWAITED[place.state];
    deadlines.clear("redial");
    if (awaited === "first" || awaited === "any") this.take({ kind: "controlFailed" }, now);
  }

  /** SNAPT turned a link away, or the session. */
  turnedAway({ code, sentence }: Refusal, now: number): void {
    const { outbox, place } = this.#parts;
    if (code === "staleEpoch") {
      return outbox.control === null ? this.controlFailed(now) : this.losePath(sentence, now);
    }
    if (!cnaptTakes(place.state, "refused")) return;
    this.#refusal = { code, sentence };
    this.take({ kind: "refused", code, sentence }, now);
  }

  requestSwitch(
    { provider, shape, reason }: {
      readonly provider: ProviderKey;
      readonly shape: SwitchShape;
      readonly reason: string;
    },
    now: number,
  ): void {
    const kind = shape === "strict" ? "strictSwitchRequested" : "overlappedSwitchRequested";
    if (cnaptTakes(this.#parts.place.state, kind)) this.take({ kind, provider, reason }, now);
  }

  /** The other sites of a switch have come to `point` too, or are not waited for any longer. */
  sitePointPassed(point: SitePoint, now: number): void {
    const { place, switching } = this.#parts;
    if (SITE_POINT_AWAITED[place.state] !== point) return;
    switching.endWait("sites", now);
    this.take({ kind: "sitesReady" }, now);
  }

  /** The old provider was left, but the new one of a strict switch could not be connected. */
  providerNotConnected(reason: string, now: number): void {
    if (!cnaptTakes(this.#parts.place.state, "providerNotConnected")) return;
    this.take({ kind: "providerNotConnected", reason }, now);
  }

  /** The control link broke. Another than the current one, or the next, is of no consequence. */
  controlLost(link: LinkId, reason: string, now: number): void {
    const { outbox, switching } = this.#parts;
    if (link === switching.prepared) {
      switching.takePrepared();
      return this.losePath(reason, now);
    }
    if (link === outbox.control) this.losePath(reason, now);
  }

  /** The provider's interface or address is gone. */
  providerLost(provider: ProviderKey, reason: string, now: number): void {
    const { outbox, place, switching } = this.#parts;
    const isTarget = provider === switching.target;
    if (LINK_AWAITED[place.state] === "prepared" && isTarget && provider !== place.provider) {
      switching.noteFailure(reason);
      return this.take({ kind: "newLinksFailed" }, now);
    }
    const isInUse = provider === place.provider || isTarget;
    if (isInUse && outbox.control !== null) this.losePath(reason, now);
  }

  /** Whether its links are still well is asked at once, and the pause of a search is over. */
  networkStirred(provider: ProviderKey, now: number): void {
    const { deadlines, path, place } = this.#parts;
    if (provider === place.provider) path.suspect(now);
    deadlines.hasten("redial", now);
  }

  /** The table of networks is another one: the pause of a search is over. */
  networksChanged(now: number): void {
    this.#parts.deadlines.hasten("redial", now);
  }

  /**
   * The machine has slept. Of a path nobody knows whether it is still there; it is not waited for.
   * A search under way may wait for what was dialled before, and begins anew.
   */
  woke(reason: string, now: number): void {
    if (this.#parts.outbox.control !== null) return this.losePath(reason, now);
    if (LINK_AWAITED[this.#parts.place.state] === "target") {
      this.take({ kind: "controlFailed" }, now);
    } else this.redial(now);
  }

  /** It is time to look whether the path still works. */
  checkPath(now: number): void {
    const reason = this.#parts.path.check(now);
    if (reason !== null) this.losePath(reason, now);
  }

  losePath(reason: string, now: number): void {
    this.take({ kind: "pathLost", reason }, now);
  }
}
