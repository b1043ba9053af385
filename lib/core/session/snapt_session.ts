import { unreachable } from "../exhaustive.ts";
import { DRAINS, SNAPT_PHASE_OF, TAKES_BINDS } from "../handshake/snapt_phase.ts";
import { snaptTakes } from "../handshake/snapt_transitions.ts";
import type { ClientServiceOutcome } from "../wire/client_service_messages.ts";
import type { Bind, Message, SwitchStep2, SwitchUnexpected } from "../wire/message.ts";
import { ProtocolViolation } from "../wire/protocol_violation.ts";
import type { SnaptEffect } from "./snapt_effect.ts";
import type { LinkId } from "../stream/link_id.ts";
import { SnaptHandshake } from "./snapt_handshake.ts";
import type { SessionFacts } from "./session_facts.ts";
import type { RoleRecordMessage } from "./message_record.ts";
import type { StreamRecord } from "../stream/stream_record.ts";

/** BIND frames of an epoch that the session has not reached yet, waiting for its switch message. */
const MAX_EARLY_BINDS = 4_096;

/** SNAPT's side of one session: answers CNAPT's handshake and accepts the links of its streams. */
export class SnaptSession extends SnaptHandshake implements SessionFacts<SnaptEffect> {
  /** Answers CONNECT. */
  start(now: number): SnaptEffect[] {
    if (this.control !== null) this.emit({ kind: "adoptControl", link: this.control });
    this.sendAck("connect");
    this.resumeRecord(0);
    const { datagrams, site, services } = this.settings;
    // The services come last: who has them knows whether there is UDP.
    if (datagrams !== null) this.sendRecord({ kind: "datagramSession", ...datagrams });
    this.sendRecord({ kind: "services", site, services });
    this.watchSilence(now);
    return this.flush();
  }

  /** SNAPT stops, the CNAPT was revoked, or it started anew: the session ends now. */
  end(now: number): SnaptEffect[] {
    return this.take("endRequested", now);
  }

  controlLost(link: LinkId, now: number): SnaptEffect[] {
    return link === this.control ? this.take("controlLost", now) : [];
  }

  /** The answer to `clientServicesOffered`. */
  clientServicesOpened(outcomes: readonly ClientServiceOutcome[]): SnaptEffect[] {
    this.sendRecord({ kind: "clientServicesOpened", outcomes });
    return this.flush();
  }

  /**
   * SWITCH_STEP2 or SWITCH_UNEXPECTED came on an authenticated link. The old epoch is left only
   * here, after authentication and the check of freshness. `refuse`: not for this session as it is.
   *
   * @throws {ProtocolViolation} it says what cannot be; the session is as it was
   */
  switchReceived(
    link: LinkId,
    message: SwitchStep2 | SwitchUnexpected,
    now: number,
  ): SnaptEffect[] | { readonly refuse: "unknownSession" | "staleEpoch" } {
    if (message.instance !== this.settings.instance || SNAPT_PHASE_OF[this.state] === "ended") {
      return { refuse: "unknownSession" };
    }
    const isStep2 = message.kind === "switchStep2";
    const isFresh = isStep2 ? message.epoch === this.epoch : message.epoch > this.epoch;
    if (!isFresh) return { refuse: "staleEpoch" };
    if (isStep2 && !snaptTakes(this.state, "step2Received")) return { refuse: "staleEpoch" };
    this.record.acknowledge(message.recordReceived);
    this.switching = { link, message };
    this.heardAt = now;
    const all = [...this.take(isStep2 ? "step2Received" : "unexpectedReceived", now)];
    const early = this.early;
    this.early = [];
    for (const { link, bind } of early) all.push(...this.#bindEarly(link, bind, now));
    all.push(...this.reboundIfAll(now));
    return all;
  }

  /** A BIND that cannot be right costs its stream, not the switch for which it waited. */
  #bindEarly(link: LinkId, bind: Bind, now: number): SnaptEffect[] {
    try {
      return this.bindReceived(link, bind, now);
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      const detail = `stream ${bind.stream}: ${error.message}`;
      this.emit({ kind: "note", level: "warn", event: "protocol-violation", detail });
      this.emit({ kind: "closeLink", link });
      return [...this.flush(), ...this.applicationFailed(bind.stream, "protocol", now)];
    }
  }

  /** BIND came as the first frame of an authenticated link. */
  bindReceived(link: LinkId, bind: Bind, now: number): SnaptEffect[] {
    if (bind.epoch > this.epoch && this.early.length < MAX_EARLY_BINDS) {
      this.early.push({ link, bind });
      return [];
    }
    const stream = this.streams.get(bind.stream);
    const isStale = bind.epoch !== this.epoch || !TAKES_BINDS[SNAPT_PHASE_OF[this.state]] ||
      (stream !== undefined && bind.binding <= stream.binding);
    if (isStale) return [{ kind: "closeLink", link }];
    this.heardAt = now;
    if (stream !== undefined) this.rebind(stream, link, bind, now);
    else this.openStream(link, bind, now);
    return this.flush();
  }

  /** A frame on the control link. Frames of any other link are stale and ignored here. */
  controlReceived(link: LinkId, message: Message, now: number): SnaptEffect[] {
    if (link !== this.control) return [];
    this.heardAt = now;
    if (this.takeCommonMessage(message, now)) return this.flush();
    switch (message.kind) {
      case "switchStep1":
        if (message.epoch !== this.epoch + 1) {
          throw new ProtocolViolation(
            "epoch",
            `Cannot switch to epoch ${message.epoch}: the session is in ${this.epoch}`,
          );
        }
        this.step1Epoch = message.epoch;
        if (message.shape === "strict") return this.take("strictStep1Received", now);
        return [
          ...this.take("overlappedStep1Received", now),
          ...this.drainedIfNonePending(now),
        ];
      case "lastMessageBeforeRedirection":
        if (DRAINS[this.state] !== "strict") return this.flush();
        this.takeLastMessages(message.epoch, message.entries);
        return this.drainedIfNonePending(now);
      case "clientServicesReadyForRedirection":
        return this.take("clientReadyReceived", now);
      case "disconnect":
        return this.take("disconnectReceived", now);
      case "pathReport":
        this.emit({ kind: "pathReported", report: message });
        return this.flush();
      case "heldStreams":
        return this.heldByPeer(message.epoch, message.streams, now);
      case "dialRequest":
        this.emit({ kind: "dialClient", request: message });
        return this.flush();
      case "pong":
        return this.flush();
      default:
        throw new ProtocolViolation("unexpected", `Cannot take ${message.kind}: SNAPT sends it`);
    }
  }

  /** Payload came in: CNAPT is alive, also while it has nothing to say on the control link. */
  payloadReceived(now: number): void {
    this.heardAt = now;
  }

  timePassed(now: number): SnaptEffect[] {
    const all: SnaptEffect[] = [];
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
          all.push(...this.checkSilence(now));
          break;
        case "drain":
          all.push(...this.giveUpDraining(now));
          break;
        case "switch":
          all.push(...this.take("switchTimedOut", now));
          break;
        case "progress":
          this.progressDue(now);
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

  protected override takeRoleMessage(message: RoleRecordMessage): void {
    switch (message.kind) {
      case "offerClientServices":
        this.emit({ kind: "clientServicesOffered", services: message.services });
        return;
      case "callRefused":
        this.callEnded(message.call, message.code);
        return;
      default:
        throw new ProtocolViolation("unexpected", `Cannot take ${message.kind}: SNAPT sends it`);
    }
  }
}
