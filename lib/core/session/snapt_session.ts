import { unreachable } from "../exhaustive.ts";
import {
  type SnaptEffect,
  type SnaptEvent,
  type SnaptState,
  snaptTransition,
} from "../handshake/snapt_transitions.ts";
import type {
  AnnouncedService,
  Bind,
  Message,
  RecordMessage,
  SwitchStep2,
  SwitchUnexpected,
} from "../wire/message.ts";
import { ProtocolViolation } from "../wire/protocol_violation.ts";
import type { Effect, LinkId } from "./effect.ts";
import type { MemoryBudget } from "./memory_budget.ts";
import { DRAIN_MS, type SessionLimits } from "./session_streams.ts";
import { SnaptStreams } from "./snapt_streams.ts";
import type { StreamRecord } from "./stream_record.ts";

/** A connected session of which nothing was heard for so long has lost its path. */
export const SILENT_MS = 30_000;

/** BIND frames of an epoch that the session has not reached yet, waiting for its switch message. */
const MAX_EARLY_BINDS = 4_096;

export interface SnaptSessionSettings {
  readonly instance: string;
  readonly site: string;
  readonly services: readonly AnnouncedService[];
  readonly limits: SessionLimits;
  /** Z: for how long a session without a network is kept. */
  readonly switchTimeoutMs: number;
  /** For how long a session may say nothing at all. */
  readonly inactivityMs: number;
}

/** SNAPT's side of one session: answers CNAPT's handshake and accepts the links of its streams. */
export class SnaptSession extends SnaptStreams {
  readonly #settings: SnaptSessionSettings;
  #state: SnaptState = "connected";
  #epoch = 0;
  #heardAt: number;
  /** What `unexpectedReceived` and `step2Received` brought, for the effects they lead to. */
  #switching: { readonly link: LinkId; readonly message: SwitchStep2 | SwitchUnexpected } | null =
    null;
  #step1Epoch = 0;
  #early: { readonly link: LinkId; readonly bind: Bind }[] = [];
  #switches = 0;

  /** `link`: the authenticated link on which CONNECT came. */
  constructor(
    settings: SnaptSessionSettings,
    link: LinkId,
    processBudget: MemoryBudget,
    now: number,
  ) {
    super(settings.limits, settings.services.map((service) => service.name), processBudget);
    this.#settings = settings;
    this.#heardAt = now;
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
    return this.#settings.instance;
  }

  /** Answers CONNECT. */
  start(now: number): Effect[] {
    if (this.control !== null) this.emit({ kind: "adoptControl", link: this.control });
    this.#sendAck("connect");
    this.resumeRecord(0);
    this.sendRecord({
      kind: "services",
      site: this.#settings.site,
      services: this.#settings.services,
    });
    this.#watchSilence(now);
    return this.flush();
  }

  /** SNAPT stops, the CNAPT was revoked, or it started anew: the session ends now. */
  end(now: number): Effect[] {
    return this.#take("endRequested", now);
  }

  controlLost(link: LinkId, now: number): Effect[] {
    return link === this.control ? this.#take("controlLost", now) : [];
  }

  /**
   * SWITCH_STEP2 or SWITCH_UNEXPECTED came on an authenticated link. The old epoch is left only
   * here, after authentication and the check of freshness. Null: not for this session as it is.
   */
  switchReceived(
    link: LinkId,
    message: SwitchStep2 | SwitchUnexpected,
    now: number,
  ): Effect[] | { readonly refuse: "unknownSession" | "staleEpoch" } {
    if (message.instance !== this.#settings.instance || this.#state === "closed") {
      return { refuse: "unknownSession" };
    }
    const isStep2 = message.kind === "switchStep2";
    const isFresh = isStep2 ? message.epoch === this.#epoch : message.epoch > this.#epoch;
    if (!isFresh) return { refuse: "staleEpoch" };
    const awaitsStep2 = this.#state === "overlapAwaitingStep2" ||
      this.#state === "strictAwaitingStep2" || this.#state === "strictAwaitingClientReady" ||
      this.#state === "detached";
    if (isStep2 && !awaitsStep2) return { refuse: "staleEpoch" };
    this.#switching = { link, message };
    this.#heardAt = now;
    const all = [...this.#take(isStep2 ? "step2Received" : "unexpectedReceived", now)];
    const early = this.#early;
    this.#early = [];
    for (const { link, bind } of early) all.push(...this.bindReceived(link, bind, now));
    all.push(...this.#reboundIfAll(now));
    return all;
  }

  /** BIND came as the first frame of an authenticated link. */
  bindReceived(link: LinkId, bind: Bind, now: number): Effect[] {
    if (bind.epoch > this.#epoch && this.#early.length < MAX_EARLY_BINDS) {
      this.#early.push({ link, bind });
      return [];
    }
    const stream = this.streams.get(bind.stream);
    const isStale = bind.epoch !== this.#epoch || this.#state === "closed" ||
      this.#state === "detached" || (stream !== undefined && bind.binding <= stream.binding);
    if (isStale) return [{ kind: "closeLink", link }];
    this.#heardAt = now;
    if (stream !== undefined) this.rebind(stream, link, bind, now);
    else this.openStream(link, bind, now);
    return this.flush();
  }

  /** A frame on the control link. Frames of any other link are stale and ignored here. */
  controlReceived(link: LinkId, message: Message, now: number): Effect[] {
    if (link !== this.control) return [];
    this.#heardAt = now;
    if (this.takeCommonMessage(message, now)) return this.flush();
    switch (message.kind) {
      case "switchStep1":
        if (message.epoch !== this.#epoch + 1) {
          throw new ProtocolViolation(
            "epoch",
            `Cannot switch to epoch ${message.epoch}: the session is in ${this.#epoch}`,
          );
        }
        this.#step1Epoch = message.epoch;
        if (message.shape === "strict") return this.#take("strictStep1Received", now);
        return [
          ...this.#take("overlappedStep1Received", now),
          ...this.#drainedIfNonePending(now),
        ];
      case "lastMessageBeforeRedirection":
        if (this.#state === "strictDraining") {
          this.takeLastMessages(message.epoch, message.entries);
        }
        return this.#state === "strictDraining" ? this.#drainedIfNonePending(now) : this.flush();
      case "clientServicesReadyForRedirection":
        return this.#take("clientReadyReceived", now);
      case "disconnect":
        return this.#take("disconnectReceived", now);
      case "pong":
        return this.flush();
      default:
        throw new ProtocolViolation("unexpected", `Cannot take ${message.kind}: SNAPT sends it`);
    }
  }

  timePassed(now: number): Effect[] {
    const all: Effect[] = [];
    for (const name of this.deadlines.due(now)) {
      switch (name) {
        case "acks":
          this.acksDue();
          break;
        case "liveness":
          all.push(...this.#checkSilence(now));
          break;
        case "drain":
          all.push(...this.#giveUpDraining(now));
          break;
        case "switch":
          all.push(...this.#take("switchTimedOut", now));
          break;
        case "redial":
        case "bindings":
        case "goodbye":
          break;
        default:
          unreachable(name);
      }
    }
    all.push(...this.flush());
    return all;
  }

  protected override streamGone(stream: StreamRecord, now: number): void {
    for (const effect of this.noLongerPending(stream.id, now)) this.emit(effect);
  }

  protected override takeRoleMessage(
    message: Extract<RecordMessage, { kind: "linkLost" | "services" }>,
  ): void {
    throw new ProtocolViolation("unexpected", `Cannot take ${message.kind}: SNAPT sends it`);
  }

  #take(event: SnaptEvent, now: number): Effect[] {
    const row = snaptTransition(this.#state, event);
    this.#state = row.next;
    for (const effect of row.effects) this.#perform(effect, now);
    return this.flush();
  }

  #perform(effect: SnaptEffect, now: number): void {
    switch (effect) {
      case "holdForwarding":
        for (const stream of this.streams.values()) {
          this.emit({ kind: "holdOutbound", stream: stream.id });
        }
        return;
      case "enterEpoch":
        this.#epoch = this.#switching?.message.epoch ?? this.#step1Epoch;
        this.replayedBytes = 0;
        return;
      case "expectRebinds":
        for (const id of this.streams.keys()) this.pending.add(id);
        return;
      case "sendLastMessages":
        this.sendPositionsAsLastMessage(this.#epoch);
        return;
      case "ackStep1":
        this.#sendAck("switchStep1");
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
        if (this.#switching === null) return;
        this.record.hold();
        this.control = this.#switching.link;
        this.emit({ kind: "adoptControl", link: this.control });
        this.#watchSilence(now);
        return;
      case "ackStep2":
        this.sendAllPositions();
        this.#sendAck("switchStep2");
        return;
      case "ackUnexpected":
        this.sendAllPositions();
        this.#sendAck("switchUnexpected");
        return;
      case "resendRecord":
        this.resumeRecord(this.#switching?.message.recordReceived ?? 0);
        this.#switching = null;
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
        this.deadlines.set("switch", now + this.#settings.switchTimeoutMs);
        return;
      case "stopSwitchTimer":
        this.deadlines.clear("switch");
        return;
      case "ackDisconnect":
        this.#sendAck("disconnect");
        return;
      case "sendDisconnect":
        this.sendControl({ kind: "disconnect", sentence: "SNAPT ended the session" });
        return;
      case "endSession":
        this.resetAllStreams("sessionEnded", now);
        for (const { link } of this.#early) this.emit({ kind: "closeLink", link });
        this.#early = [];
        this.control = null;
        this.deadlines.clearAll();
        this.emit({ kind: "closeControl" });
        this.emit({ kind: "sessionEnded", reason: "closed" });
        return;
      default:
        unreachable(effect);
    }
  }

  #drainedIfNonePending(now: number): Effect[] {
    const isDraining = this.#state === "overlapDraining" || this.#state === "strictDraining";
    return isDraining && this.pending.size === 0 ? this.#take("inboundDrained", now) : this.flush();
  }

  #reboundIfAll(now: number): Effect[] {
    const isRebinding = this.#state === "strictRebinding" || this.#state === "resuming";
    return isRebinding && this.pending.size === 0 ? this.#take("allRebound", now) : this.flush();
  }

  protected override nonePending(now: number): Effect[] {
    const isDraining = this.#state === "overlapDraining" || this.#state === "strictDraining";
    return isDraining ? this.#drainedIfNonePending(now) : this.#reboundIfAll(now);
  }

  #giveUpDraining(now: number): Effect[] {
    if (this.#state === "strictDraining") this.pending.clear();
    if (this.#state === "overlapDraining" && this.pending.size > 0) {
      // The old link of these is stuck behind a slow application: have their tail replayed.
      for (const id of this.pending) {
        const stream = this.streams.get(id);
        if (stream?.link.kind === "bound") {
          this.sendRecord({ kind: "linkLost", stream: id, binding: stream.binding });
        }
      }
      this.deadlines.set("drain", now + DRAIN_MS);
    }
    return this.#drainedIfNonePending(now);
  }

  #sendAck(of: "connect" | "disconnect" | "switchStep1" | "switchStep2" | "switchUnexpected") {
    this.sendControl({
      kind: "ack",
      of,
      epoch: this.#epoch,
      recordReceived: this.record.received,
      switchTimeoutMs: this.#settings.switchTimeoutMs,
    });
  }

  #watchSilence(now: number): void {
    this.#heardAt = now;
    this.deadlines.set("liveness", now + Math.min(SILENT_MS, this.#settings.inactivityMs));
  }

  #checkSilence(now: number): Effect[] {
    const silentMs = now - this.#heardAt;
    if (this.#state === "closed" || this.control === null) return [];
    if (silentMs >= this.#settings.inactivityMs && this.#state === "connected") {
      return this.#take("inactivityTimedOut", now);
    }
    if (silentMs >= SILENT_MS) return this.#take("controlLost", now);
    this.deadlines.set(
      "liveness",
      this.#heardAt + Math.min(SILENT_MS, this.#settings.inactivityMs),
    );
    return [];
  }
}
