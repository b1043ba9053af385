import { unreachable } from "../exhaustive.ts";
import {
  type CnaptAction,
  type CnaptEvent,
  type CnaptState,
  cnaptTakes,
  cnaptTransition,
} from "../handshake/cnapt_transitions.ts";
import { BOUND_OVER, LINK_AWAITED } from "../handshake/cnapt_phase.ts";
import type { Ack } from "../wire/message.ts";
import type { CnaptSessionSettings } from "./cnapt_session_settings.ts";
import { CnaptStreams } from "./cnapt_streams.ts";
import type { CnaptEffect } from "./cnapt_effect.ts";
import type { ProviderKey } from "../path/provider_key.ts";
import type { LinkId } from "../stream/link_id.ts";
import type { MemoryBudget } from "../stream/memory_budget.ts";
import { DRAIN_MS } from "./session_streams.ts";
import type { SwitchReceipt } from "./switch_receipt.ts";

/** How long DISCONNECT waits for its acknowledgement. */
const GOODBYE_MS = 500;

/** Carries out what `CNAPT_TRANSITIONS` says: the state of the handshake and its effects. */
export abstract class CnaptHandshake extends CnaptStreams {
  protected readonly settings: CnaptSessionSettings;
  #state: CnaptState = "idle";
  #epoch = 0;
  #provider: ProviderKey;
  /** Where a switch under way leads; null for a sudden one that has not found a provider. */
  protected target: ProviderKey | null = null;
  /** The authenticated link that is to become the control link. */
  protected candidate: LinkId | null = null;
  protected lastAck: Ack | null = null;
  protected replayedByPeer = 0;
  protected lastRefusal: { readonly code: string; readonly sentence: string } | null = null;

  constructor(
    settings: CnaptSessionSettings,
    provider: ProviderKey,
    processBudget: MemoryBudget,
    now: number,
  ) {
    super(settings, processBudget, now);
    this.settings = settings;
    this.#provider = provider;
  }

  get state(): CnaptState {
    return this.#state;
  }
  override get epoch(): number {
    return this.#epoch;
  }
  override get provider(): ProviderKey {
    return this.#provider;
  }

  /** The first control link of a session needs no switch message. */
  protected adoptFirstControl(link: LinkId, provider: ProviderKey): void {
    this.#provider = provider;
    this.control = link;
    this.candidate = null;
    this.emit({ kind: "adoptControl", link });
    this.emit({ kind: "useProvider", provider });
  }

  protected take(event: CnaptEvent, now: number): CnaptEffect[] {
    const row = cnaptTransition(this.#state, event);
    this.#state = row.next;
    for (const action of row.actions) this.#perform(action, now);
    return this.flush();
  }

  #perform(action: CnaptAction, now: number): void {
    const epoch = this.#epoch;
    switch (action) {
      case "dialControl":
        this.emit({
          kind: "dialControl",
          provider: LINK_AWAITED[this.#state] === "target" ? this.target : null,
        });
        return;
      case "sendConnect":
        this.sendControl({ kind: "connect", instance: this.settings.instance });
        this.deadlines.set("switch", now + this.settings.switchTimeoutMs);
        return;
      case "openSession":
        this.deadlines.clear("switch");
        this.liveness.restart(now);
        this.deadlines.set("liveness", this.liveness.nextCheckAt());
        if (this.settings.clientServices.length > 0) {
          this.sendRecord({ kind: "offerClientServices", services: this.settings.clientServices });
        }
        return;
      case "reportRefusal":
        this.emit({
          kind: "note",
          level: "warn",
          event: "refused",
          detail: `${this.lastRefusal?.code ?? "unknown"}: ${this.lastRefusal?.sentence ?? ""}`,
        });
        return;
      case "suspendDecision":
      case "resumeDecision":
        this.emit({ kind: action });
        return;
      case "prepareNewLinks":
        if (this.target !== null) {
          const count = this.countAllowed(this.target);
          this.emit({ kind: "prepareLinks", provider: this.target, count });
        }
        return;
      case "abandonNewLinks":
        if (this.target !== null) this.emit({ kind: "abandonLinks", provider: this.target });
        if (this.candidate !== null) this.emit({ kind: "closeLink", link: this.candidate });
        this.candidate = null;
        return;
      case "failSwitch":
        this.deadlines.clear("switch");
        this.#endSwitch("failed", now);
        return;
      case "holdForwarding":
        for (const stream of this.streams.values()) {
          stream.stalledSince ??= now;
          this.emit({ kind: "holdOutbound", stream: stream.id });
        }
        return;
      case "sendStep1":
        this.draft?.endPhase("prepare", now);
        this.sendControl({
          kind: "switchStep1",
          epoch: epoch + 1,
          shape: this.draft?.kind === "strict" ? "strict" : "overlapped",
        });
        return;
      case "enterEpoch":
        this.#epoch += 1;
        this.draft?.endPhase("step1", now);
        return;
      case "redirectOutbound":
        for (const stream of this.streams.values()) {
          if (stream.link.kind === "bound") this.moving.add(stream.id);
          this.requestLink(stream, now);
        }
        this.sendHeld();
        return;
      case "sendLastMessages":
        this.sendPositionsAsLastMessage(this.#epoch);
        return;
      case "startDrainTimer":
        this.deadlines.set("drain", now + DRAIN_MS);
        if (this.#isDrained()) { for (const e of this.take("inboundDrained", now)) this.emit(e); }
        return;
      case "awaitSitesDrained":
        this.draft?.endPhase("drain", now);
        this.deadlines.clear("drain");
        this.emit({ kind: "reachSitePoint", point: "drained" });
        return;
      case "awaitSitesLeft":
        this.draft?.endPhase("leave", now);
        this.emit({ kind: "reachSitePoint", point: "left" });
        return;
      case "sendClientReady":
        if (this.draft?.kind === "overlapped") this.draft.endPhase("drain", now);
        this.deadlines.clear("drain");
        this.sendControl({ kind: "clientServicesReadyForRedirection", epoch });
        return;
      case "closeOldLinks":
        for (const stream of this.streams.values()) {
          this.emit({ kind: "closeOldLinks", stream: stream.id });
        }
        return;
      case "closeAllLinks":
        this.moving.clear();
        this.deferred.clear();
        this.deadlines.clear("drain");
        this.detachAll(now);
        this.control = null;
        this.record.hold();
        this.deadlines.clear("liveness");
        this.emit({ kind: "closeControl" });
        return;
      case "adoptControl":
        if (this.candidate === null) return;
        this.record.hold();
        this.control = this.candidate;
        this.candidate = null;
        this.#provider = this.target ?? this.#provider;
        this.emit({ kind: "adoptControl", link: this.control });
        this.emit({ kind: "useProvider", provider: this.#provider });
        this.liveness.restart(now);
        this.deadlines.set("liveness", this.liveness.nextCheckAt());
        return;
      case "sendStep2":
        this.draft?.endPhase("change", now);
        this.sendControl({
          kind: "switchStep2",
          instance: this.settings.instance,
          epoch,
          recordReceived: this.record.received,
        });
        this.sendAllPositions();
        return;
      case "sendUnexpected":
        this.#epoch += 1;
        if (this.draft !== null) {
          this.draft.to = this.#provider;
          this.draft.endPhase("search", now);
        }
        this.sendControl({
          kind: "switchUnexpected",
          instance: this.settings.instance,
          epoch: this.#epoch,
          recordReceived: this.record.received,
        });
        this.sendAllPositions();
        return;
      case "rebindStreams":
        this.rebindStreams(now);
        return;
      case "rebindDeferred":
        for (const id of this.deferred) {
          const stream = this.streams.get(id);
          if (stream !== undefined) this.requestLink(stream, now);
        }
        this.deferred.clear();
        return;
      case "resendRecord":
        this.resumeRecord(this.lastAck?.recordReceived ?? 0);
        return;
      case "beginSudden":
        this.replayedByPeer = 0;
        this.deadlines.set("switch", now + this.settings.switchTimeoutMs);
        this.target = null;
        return;
      case "fallBackToSudden":
        if (this.draft !== null) {
          this.draft.reason = `${this.draft.reason}; ${this.draft.kind} switch broke off`;
          this.draft.kind = "sudden";
        }
        this.emit({ kind: "leaveSites" });
        this.target = null;
        this.stallAll(this.liveness.heardAt);
        this.deadlines.set("switch", now + this.settings.switchTimeoutMs);
        return;
      case "completeSwitch":
        this.deadlines.clear("switch");
        this.draft?.endPhase("rebind", now);
        this.noteOpenStalls(now);
        if (this.draft !== null) this.draft.replayedBytes += this.replayedByPeer;
        this.#endSwitch("switched", now);
        return;
      case "loseSession":
        this.resetAllStreams("sessionEnded", now);
        if (this.draft !== null) this.#endSwitch("failed", now);
        return;
      case "sendDisconnect":
        this.sendControl({ kind: "disconnect", sentence: "CNAPT stops" });
        this.deadlines.set("goodbye", now + GOODBYE_MS);
        return;
      case "closeSession":
        this.resetAllStreams("sessionEnded", now);
        if (this.candidate !== null) this.emit({ kind: "closeLink", link: this.candidate });
        this.control = null;
        this.deadlines.clearAll();
        this.emit({ kind: "closeControl" });
        this.emit({ kind: "sessionEnded", reason: this.lastRefusal?.sentence ?? "closed" });
        return;
      default:
        unreachable(action);
    }
  }

  protected override bindingProvider(): ProviderKey | null {
    const over = BOUND_OVER[this.#state];
    switch (over) {
      case "none":
        return null;
      case "current":
        return this.#provider;
      case "target":
        return this.target;
      default:
        unreachable(over);
    }
  }

  #isDrained(): boolean {
    return this.moving.size === 0;
  }

  protected override drainedIfAllMoved(now: number): CnaptEffect[] {
    const isDraining = cnaptTakes(this.#state, "inboundDrained");
    return isDraining && this.#isDrained() ? this.take("inboundDrained", now) : this.flush();
  }

  #endSwitch(outcome: SwitchReceipt["outcome"], now: number): void {
    const draft = this.draft;
    this.draft = null;
    this.target = null;
    if (draft === null) return;
    this.emit({
      kind: "switchEnded",
      receipt: draft.finish(outcome, this.#epoch, this.streams.size, now),
    });
  }
}
