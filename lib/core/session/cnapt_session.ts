import { unreachable } from "../exhaustive.ts";
import { LINK_AWAITED, SITE_POINT_AWAITED } from "../handshake/cnapt_phase.ts";
import { cnaptTakes } from "../handshake/cnapt_transitions.ts";
import type { DialRequest } from "../wire/client_service_messages.ts";
import type { Message, SwitchShape } from "../wire/message.ts";
import type { AnnouncedService } from "../wire/record_message.ts";
import type { ResetCode } from "../wire/reset_code.ts";
import type { PathReport } from "../wire/path_report.ts";
import { ProtocolViolation } from "../wire/protocol_violation.ts";
import { ACK_EVENTS } from "./ack_events.ts";
import { CnaptHandshake } from "./cnapt_handshake.ts";
import type { CnaptEffect } from "./cnapt_effect.ts";
import type { ProviderKey } from "../path/provider_key.ts";
import type { LinkId } from "../stream/link_id.ts";
import type { SessionFacts } from "./session_facts.ts";
import type { RoleRecordMessage } from "./message_record.ts";
import type { SitePoint } from "./site_barrier.ts";
import type { StreamRecord } from "../stream/stream_record.ts";
import { SwitchReceiptDraft } from "./switch_receipt.ts";

/** Pause between two attempts to reach SNAPT. */
const REDIAL_MS = 500;

/**
 * CNAPT's side of one session. Every public method is a fact from the shell; it returns what is
 * to be done.
 */
export class CnaptSession extends CnaptHandshake implements SessionFacts<CnaptEffect> {
  #services: readonly AnnouncedService[] = [];
  #site = "";

  get roundTripMs(): number | null {
    return this.liveness.roundTripMs;
  }
  get services(): readonly AnnouncedService[] {
    return this.#services;
  }
  get site(): string {
    return this.#site;
  }
  /** What the switch under way is for. */
  get purpose(): { readonly from: ProviderKey; readonly to: ProviderKey; readonly reason: string } {
    const { provider: from } = this;
    return { from, to: this.target ?? from, reason: this.draft?.reason ?? "" };
  }
  get refusal(): { readonly code: string; readonly sentence: string } | null {
    return this.lastRefusal;
  }

  /** Starts to connect. */
  start(now: number): CnaptEffect[] {
    return this.take("startRequested", now);
  }

  /** Says goodbye; the session ends with its acknowledgement or half a second later. */
  stop(now: number): CnaptEffect[] {
    return this.take("stopRequested", now);
  }

  /** A control link asked for by `dialControl` or `prepareLinks` is authenticated. */
  controlReady(link: LinkId, provider: ProviderKey, now: number): CnaptEffect[] {
    const unwanted: CnaptEffect[] = [{ kind: "closeLink", link }];
    const awaited = LINK_AWAITED[this.state];
    switch (awaited) {
      case "none":
        return unwanted;
      case "first":
        this.adoptFirstControl(link, provider);
        return this.take("controlReady", now);
      case "prepared":
        if (provider !== this.target) return unwanted;
        this.candidate = link;
        return this.take("newLinksReady", now);
      case "target":
        if (provider !== this.target) return unwanted;
        this.candidate = link;
        return this.take("controlReady", now);
      case "any":
        this.candidate = link;
        this.target = provider;
        return this.take("controlReady", now);
      default:
        unreachable(awaited);
    }
  }

  /** No control link could be had where `dialControl` or `prepareLinks` asked for one. */
  controlFailed(now: number): CnaptEffect[] {
    const awaited = LINK_AWAITED[this.state];
    switch (awaited) {
      case "none":
        return [];
      case "first":
      case "any":
        this.deadlines.set("redial", now + REDIAL_MS);
        return this.flush();
      case "prepared":
        return this.take("newLinksFailed", now);
      case "target":
        return this.take("controlFailed", now);
      default:
        unreachable(awaited);
    }
  }

  /** SNAPT refused a link or the session. */
  refused(code: string, sentence: string, now: number): CnaptEffect[] {
    if (code === "staleEpoch") {
      return this.control === null ? this.controlFailed(now) : this.#losePath(sentence, now);
    }
    this.lastRefusal = { code, sentence };
    return cnaptTakes(this.state, "refused") ? this.take("refused", now) : [];
  }

  /** The user or the decision task wants the session to live on `provider`. */
  requestSwitch(
    provider: ProviderKey,
    shape: SwitchShape,
    reason: string,
    now: number,
  ): CnaptEffect[] {
    if (this.state !== "connected") return [];
    this.target = provider;
    this.draft = new SwitchReceiptDraft(shape, this.provider, provider, reason, now);
    this.replayedByPeer = 0;
    this.deadlines.set("switch", now + this.settings.switchTimeoutMs);
    return this.take(
      shape === "overlapped" ? "overlappedSwitchRequested" : "strictSwitchRequested",
      now,
    );
  }

  /** The other sites of a switch have come to `point` too, or are not waited for any longer. */
  sitePointPassed(point: SitePoint, now: number): CnaptEffect[] {
    if (SITE_POINT_AWAITED[this.state] !== point) return [];
    this.draft?.endWait("sites", now);
    return this.take("sitesReady", now);
  }

  /** The old provider was left, but the new one of a strict switch could not be connected. */
  providerNotConnected(reason: string, now: number): CnaptEffect[] {
    if (SITE_POINT_AWAITED[this.state] !== "left") return [];
    if (this.draft !== null) this.draft.reason += `; ${reason}`;
    return this.take("controlFailed", now);
  }

  /** The control link broke. Another than the current one is of no consequence. */
  controlLost(link: LinkId, reason: string, now: number): CnaptEffect[] {
    if (link === this.candidate) {
      this.candidate = null;
      return this.#losePath(reason, now);
    }
    return link === this.control ? this.#losePath(reason, now) : [];
  }

  /** The provider's interface or address is gone. */
  providerLost(provider: ProviderKey, reason: string, now: number): CnaptEffect[] {
    const isPrepared = LINK_AWAITED[this.state] === "prepared" && provider === this.target;
    if (isPrepared && provider !== this.provider) {
      return this.take("newLinksFailed", now);
    }
    const isInUse = provider === this.provider || provider === this.target;
    return isInUse && this.control !== null ? this.#losePath(reason, now) : [];
  }

  /** No stream comes of a call of a server application. */
  refuseCall(call: number, code: ResetCode): CnaptEffect[] {
    this.sendRecord({ kind: "callRefused", call, code });
    return this.flush();
  }

  /** Asks SNAPT for links that it dials (`reach: direct`); without a control link nobody hears it. */
  requestDial(request: DialRequest): CnaptEffect[] {
    this.sendControl(request);
    return this.flush();
  }

  /** For SNAPT; without a control link there is nobody to tell. */
  reportPath(report: PathReport): CnaptEffect[] {
    this.sendControl(report);
    return this.flush();
  }

  /** A frame on the control link. Frames of any other link are stale and ignored here. */
  controlReceived(link: LinkId, message: Message, now: number): CnaptEffect[] {
    if (link !== this.control) return [];
    if (message.kind === "pong") this.liveness.notePong(message.token, now);
    else this.liveness.noteHeard(now);
    if (this.takeCommonMessage(message, now)) return this.flush();
    switch (message.kind) {
      case "pong":
        return this.flush();
      case "ack":
        this.lastAck = message;
        return this.take(ACK_EVENTS[message.of], now);
      case "refused":
        return this.refused(message.code, message.sentence, now);
      case "disconnect":
        return this.refused("shuttingDown", message.sentence, now);
      case "lastMessageBeforeRedirection":
        this.takeLastMessages(message.epoch, message.entries);
        return this.flush();
      case "okToRedirection":
        return this.take("okReceived", now);
      case "serverServicesReadyForRedirection":
        return this.take("serverReadyReceived", now);
      case "allRedirected":
        this.replayedByPeer = message.replayedBytes;
        this.record.acknowledge(message.recordReceived);
        return this.take("allRedirectedReceived", now);
      case "parkRequest":
        return [];
      default:
        throw new ProtocolViolation("unexpected", `Cannot take ${message.kind}: CNAPT sends it`);
    }
  }

  /** Carries out what has become due. */
  timePassed(now: number): CnaptEffect[] {
    const all: CnaptEffect[] = [];
    for (
      let name = this.deadlines.takeDue(now);
      name !== null;
      name = this.deadlines.takeDue(now)
    ) {
      switch (name) {
        case "acks":
          this.acksDue();
          break;
        case "liveness":
          all.push(...this.#checkLiveness(now));
          break;
        case "drain":
          for (const id of this.moving) {
            const stream = this.streams.get(id);
            if (stream !== undefined) this.loseStreamLink(stream, now);
          }
          this.moving.clear();
          all.push(...this.drainedIfAllMoved(now));
          break;
        case "switch":
          all.push(...this.take("switchTimedOut", now));
          break;
        case "redial":
          all.push(...this.#redial(now));
          break;
        case "progress":
          this.progressDue(now);
          break;
        case "bindings":
          this.retryUnansweredBindings(now);
          break;
        case "goodbye":
          all.push(...this.take("disconnectTimedOut", now));
          break;
        default:
          unreachable(name);
      }
    }
    all.push(...this.flush());
    return all;
  }

  protected override streamGone(stream: StreamRecord, now: number): void {
    this.deferred.delete(stream.id);
    if (this.moving.delete(stream.id)) {
      for (const effect of this.drainedIfAllMoved(now)) this.emit(effect);
    }
  }

  protected override takeRoleMessage(message: RoleRecordMessage, now: number): void {
    switch (message.kind) {
      case "services":
        this.#site = message.site;
        this.#services = message.services;
        this.emit({ kind: "servicesAnnounced" });
        return;
      case "opened":
        if (this.streams.has(message.stream)) {
          this.emit({ kind: "streamOpened", stream: message.stream });
        }
        return;
      case "datagramSession":
        this.emit({ kind: "datagramsOffered", offer: message });
        return;
      case "linkLost": {
        const stream = this.streams.get(message.stream);
        if (stream !== undefined && stream.binding === message.binding) {
          this.loseStreamLink(stream, now);
        }
        return;
      }
      case "clientServicesOpened":
        this.emit({ kind: "clientServicesOpened", outcomes: message.outcomes });
        return;
      case "call": {
        const { call, service, source } = message;
        this.emit({ kind: "callReceived", call, service, source });
        return;
      }
      case "offerClientServices":
      case "callRefused":
        throw new ProtocolViolation("unexpected", `Cannot take ${message.kind}: CNAPT sends it`);
      default:
        unreachable(message);
    }
  }

  #checkLiveness(now: number): CnaptEffect[] {
    const verdict = this.liveness.check(now);
    switch (verdict.kind) {
      case "fine":
        break;
      case "ask":
        this.sendControl({ kind: "ping", token: verdict.token });
        break;
      case "askAround":
        this.emit({ kind: "askAround", provider: this.provider });
        break;
      case "dead":
        return this.#losePath(verdict.reason, now);
      default:
        unreachable(verdict);
    }
    if (this.control !== null) this.deadlines.set("liveness", this.liveness.nextCheckAt());
    return this.flush();
  }

  /** Looks again for SNAPT, if it is still looked for. */
  #redial(now: number): CnaptEffect[] {
    const awaited = LINK_AWAITED[this.state];
    return awaited === "first" || awaited === "any" ? this.take("controlFailed", now) : [];
  }

  #losePath(reason: string, now: number): CnaptEffect[] {
    if (this.state === "connected") {
      this.draft = new SwitchReceiptDraft("sudden", this.provider, "", reason, now);
      this.stallAll(this.liveness.heardAt);
    }
    return this.take("pathLost", now);
  }
}
