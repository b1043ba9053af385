import { unreachable } from "../exhaustive.ts";
import {
  type SnaptAction,
  type SnaptEvent,
  type SnaptState,
  snaptTakes,
  snaptTransition,
} from "../handshake/snapt_transitions.ts";
import { DRAINS } from "../handshake/snapt_phase.ts";
import type { AckedStep, Bind, SwitchStep2, SwitchUnexpected } from "../wire/message.ts";
import type { SnaptEffect } from "./snapt_effect.ts";
import type { LinkId } from "../stream/link_id.ts";
import type { MemoryBudget } from "../stream/memory_budget.ts";
import { DRAIN_MS } from "./session_streams.ts";
import type { SnaptSessionSettings } from "./snapt_session_settings.ts";
import { SnaptStreams } from "./snapt_streams.ts";

/** A connected session of which nothing was heard for so long has lost its path. */
export const SILENT_MS = 30_000;

/** What ended a session, for the log. */
const END_REASONS: Readonly<Partial<Record<SnaptEvent, string>>> = {
  disconnectReceived: "CNAPT said goodbye",
  endRequested: "SNAPT ended it",
  switchTimedOut: "CNAPT did not come back in time",
  inactivityTimedOut: "CNAPT said nothing for too long",
};

/** Carries out what `SNAPT_TRANSITIONS` says: the state of the handshake and its effects. */
export abstract class SnaptHandshake extends SnaptStreams {
  protected readonly settings: SnaptSessionSettings;
  #state: SnaptState = "connected";
  #epoch = 0;
  protected heardAt: number;
  /** What `unexpectedReceived` and `step2Received` brought, for the effects they lead to. */
  protected switching:
    | { readonly link: LinkId; readonly message: SwitchStep2 | SwitchUnexpected }
    | null = null;
  protected step1Epoch = 0;
  /** BIND frames of an epoch that the session has yet to reach. */
  protected early: { readonly link: LinkId; readonly bind: Bind }[] = [];
  #switches = 0;

  /** `link`: the authenticated link on which CONNECT came. */
  constructor(
    settings: SnaptSessionSettings,
    link: LinkId,
    processBudget: MemoryBudget,
    now: number,
  ) {
    super(settings, processBudget);
    this.settings = settings;
    this.heardAt = now;
    this.control = link;
  }

  get state(): SnaptState {
    return this.#state;
  }
  override get epoch(): number {
    return this.#epoch;
  }
  get switches(): number {
    return this.#switches;
  }
  get instance(): string {
    return this.settings.instance;
  }

  protected take(event: SnaptEvent, now: number): SnaptEffect[] {
    const row = snaptTransition(this.#state, event);
    this.#state = row.next;
    for (const action of row.actions) this.#perform(action, event, now);
    return this.flush();
  }

  #perform(action: SnaptAction, event: SnaptEvent, now: number): void {
    switch (action) {
      case "holdForwarding":
        for (const stream of this.streams.values()) {
          this.emit({ kind: "holdOutbound", stream: stream.id });
        }
        return;
      case "enterEpoch":
        this.#epoch = this.switching?.message.epoch ?? this.step1Epoch;
        this.replayedBytes = 0;
        return;
      case "expectRebinds":
        for (const id of this.streams.keys()) this.pending.add(id);
        return;
      case "sendLastMessages":
        this.sendPositionsAsLastMessage(this.#epoch);
        return;
      case "ackStep1":
        this.sendAck("switchStep1");
        return;
      case "startDrainTimer":
        this.deadlines.setIfUnset("drain", now + DRAIN_MS);
        return;
      case "sendOk":
        this.deadlines.clear("drain");
        this.sendControl({ kind: "okToRedirection", epoch: this.#epoch });
        return;
      case "sendServerReady":
        this.sendControl({ kind: "serverServicesReadyForRedirection", epoch: this.#epoch });
        return;
      case "closeOldLinks":
        if (this.#state === "strictAwaitingStep2") this.detachAll(now);
        else {
          for (const stream of this.streams.values()) {
            this.emit({ kind: "closeOldLinks", stream: stream.id });
          }
        }
        return;
      case "closeAllLinks":
        this.pending.clear();
        this.deadlines.clear("drain");
        this.detachAll(now);
        this.control = null;
        this.record.hold();
        this.emit({ kind: "closeControl" });
        return;
      case "adoptControl":
        if (this.switching === null) return;
        this.record.hold();
        this.control = this.switching.link;
        this.emit({ kind: "adoptControl", link: this.control });
        this.watchSilence(now);
        return;
      case "ackStep2":
        this.sendAllPositions();
        this.sendAck("switchStep2");
        return;
      case "ackUnexpected":
        this.sendAllPositions();
        this.sendAck("switchUnexpected");
        return;
      case "resendRecord":
        this.resumeRecord(this.switching?.message.recordReceived ?? 0);
        this.switching = null;
        return;
      case "sendAllRedirected":
        this.#switches += 1;
        this.sendControl({
          kind: "allRedirected",
          epoch: this.#epoch,
          recordReceived: this.record.received,
          replayedBytes: this.replayedBytes,
        });
        return;
      case "startSwitchTimer":
        this.deadlines.set("switch", now + this.settings.switchTimeoutMs);
        return;
      case "stopSwitchTimer":
        this.deadlines.clear("switch");
        return;
      case "ackDisconnect":
        this.sendAck("disconnect");
        return;
      case "sendDisconnect":
        this.sendControl({ kind: "disconnect", sentence: "SNAPT ended the session" });
        return;
      case "endSession":
        this.resetAllStreams("sessionEnded", now);
        for (const { link } of this.early) this.emit({ kind: "closeLink", link });
        this.early = [];
        this.control = null;
        this.deadlines.clearAll();
        this.emit({ kind: "closeControl" });
        this.emit({ kind: "sessionEnded", reason: END_REASONS[event] ?? "closed" });
        return;
      default:
        unreachable(action);
    }
  }

  protected drainedIfNonePending(now: number): SnaptEffect[] {
    const isDraining = snaptTakes(this.#state, "inboundDrained");
    return isDraining && this.pending.size === 0 ? this.take("inboundDrained", now) : this.flush();
  }

  protected reboundIfAll(now: number): SnaptEffect[] {
    const isRebinding = snaptTakes(this.#state, "allRebound");
    return isRebinding && this.pending.size === 0 ? this.take("allRebound", now) : this.flush();
  }

  protected override nonePending(now: number): SnaptEffect[] {
    const isDraining = snaptTakes(this.#state, "inboundDrained");
    return isDraining ? this.drainedIfNonePending(now) : this.reboundIfAll(now);
  }

  protected giveUpDraining(now: number): SnaptEffect[] {
    const drains = DRAINS[this.#state];
    if (drains === "strict") this.pending.clear();
    if (drains === "overlapped" && this.pending.size > 0) {
      // The old link of these is stuck behind a slow application: have their tail replayed.
      for (const id of this.pending) {
        const stream = this.streams.get(id);
        if (stream?.link.kind === "bound") {
          this.sendRecord({ kind: "linkLost", stream: id, binding: stream.binding });
        }
      }
      this.deadlines.set("drain", now + DRAIN_MS);
    }
    return this.drainedIfNonePending(now);
  }

  protected sendAck(of: AckedStep): void {
    this.sendControl({
      kind: "ack",
      of,
      epoch: this.#epoch,
      recordReceived: this.record.received,
      switchTimeoutMs: this.settings.switchTimeoutMs,
    });
  }

  protected watchSilence(now: number): void {
    this.heardAt = now;
    this.deadlines.set("liveness", now + Math.min(SILENT_MS, this.settings.inactivityMs));
  }

  protected checkSilence(now: number): SnaptEffect[] {
    const silentMs = now - this.heardAt;
    if (this.control === null) return [];
    const mayTimeOut = snaptTakes(this.#state, "inactivityTimedOut");
    if (silentMs >= this.settings.inactivityMs && mayTimeOut) {
      return this.take("inactivityTimedOut", now);
    }
    if (silentMs >= SILENT_MS) return this.take("controlLost", now);
    this.deadlines.set(
      "liveness",
      this.heardAt + Math.min(SILENT_MS, this.settings.inactivityMs),
    );
    return [];
  }
}
