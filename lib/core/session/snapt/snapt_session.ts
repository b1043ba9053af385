import { unreachable } from "../../exhaustive.ts";
import type { Farewell } from "../../handshake/snapt_event.ts";
import type { SnaptState } from "../../handshake/snapt_transitions.ts";
import type { LinkId } from "../../stream/link_id.ts";
import type { MemoryBudget } from "../../stream/memory_budget.ts";
import type { StreamRecord } from "../../stream/stream_record.ts";
import type { ClientServiceOutcome } from "../../wire/client_service_messages.ts";
import type { Bind, Message, SwitchStep2, SwitchUnexpected } from "../../wire/message.ts";
import type { ResetCode } from "../../wire/reset_code.ts";
import type { SnaptDeadline } from "../deadline_name.ts";
import type { MessageRecord } from "../message_record.ts";
import type { SessionFacts } from "../session_facts.ts";
import { sendAck } from "./snapt_actions.ts";
import { SnaptControl } from "./snapt_control.ts";
import type { CarriedBytes } from "../streams/stream_table.ts";
import type { SnaptEffect } from "../snapt_effect.ts";
import { SnaptHandshake, type SwitchRefusal } from "./snapt_handshake.ts";
import { makeSnaptParts, type SnaptParts } from "./snapt_parts.ts";
import { SnaptRights } from "./snapt_rights.ts";
import type { SnaptSessionSettings } from "../snapt_session_settings.ts";

/**
 * SNAPT's side of one session: answers CNAPT's handshake and accepts the links of its streams.
 * Every public method is a fact from the shell, which goes to the part whose business it is; it
 * returns what is to be done.
 */
export class SnaptSession implements SessionFacts<SnaptEffect> {
  readonly #parts: SnaptParts;
  readonly #handshake: SnaptHandshake;
  readonly #control: SnaptControl;
  readonly #firstLink: LinkId;
  /** What this CNAPT may do from now on. */
  readonly rights: SnaptRights;

  /** `link`: the authenticated link on which CONNECT came. */
  constructor(
    settings: SnaptSessionSettings,
    link: LinkId,
    processBudget: MemoryBudget,
    now: number,
  ) {
    this.#parts = makeSnaptParts({
      settings,
      processBudget,
      take: (event, at) => this.#handshake.take(event, at),
    }, now);
    this.#handshake = new SnaptHandshake(this.#parts);
    this.#control = new SnaptControl(this.#parts, this.#handshake);
    this.#firstLink = link;
    this.rights = new SnaptRights(this.#parts);
  }

  get state(): SnaptState {
    return this.#parts.place.state;
  }
  get epoch(): number {
    return this.#parts.place.epoch;
  }
  get switches(): number {
    return this.#parts.place.switches;
  }
  get instance(): string {
    return this.#parts.settings.instance;
  }
  /** Whether CNAPT said anything in this session after its CONNECT. */
  get wasHeard(): boolean {
    return this.#parts.silence.wasHeard;
  }
  /** When CNAPT last said anything, on whichever link. */
  get heardAt(): number {
    return this.#parts.silence.heardAt;
  }
  get streams(): ReadonlyMap<number, StreamRecord> {
    return this.#parts.table.records;
  }
  /** What its streams have carried; sent is what went to CNAPT. */
  get traffic(): CarriedBytes {
    return this.#parts.table.traffic;
  }
  get controlLink(): LinkId | null {
    return this.#parts.outbox.control;
  }
  get deadline(): number {
    return this.#parts.deadlines.next;
  }
  get keptUntil(): number {
    return this.#parts.deadlines.at("switch");
  }
  /** CNAPT asks SNAPT before it gives a session up. */
  get peerKeepsMs(): number {
    return Infinity;
  }
  /** Of the path in use, in ms, as SNAPT measures it; null where nothing was answered yet. */
  get roundTripMs(): number | null {
    return this.#parts.meter.roundTripMs;
  }
  get memory(): MemoryBudget {
    return this.#parts.table.memory;
  }
  get memoryBytes(): number {
    return this.memory.usedBytes;
  }
  get record(): MessageRecord {
    return this.#parts.outbox.record;
  }
  /** How many calls wait for CNAPT. */
  get pendingCalls(): number {
    return this.#parts.calls.size;
  }

  /** Answers CONNECT. */
  start(now: number): SnaptEffect[] {
    const { outbox, settings, silence } = this.#parts;
    outbox.adopt(this.#firstLink);
    sendAck(this.#parts, "connect");
    outbox.resumeRecord(0);
    const { datagrams, site, services, places } = settings;
    outbox.sendRecord({ kind: "places", advice: "stay", places });
    // The services come last: who has them knows whether there is UDP.
    if (datagrams !== null) outbox.sendRecord({ kind: "datagramSession", ...datagrams });
    outbox.sendRecord({ kind: "services", site, services });
    silence.watch(now);
    return outbox.flush();
  }

  /** SNAPT stops, the CNAPT was revoked, or it started anew: the session ends now. */
  end(farewell: Farewell, now: number): SnaptEffect[] {
    return this.#after(this.#handshake.take({ kind: "endRequested", farewell }, now));
  }

  /** The control link broke. Another than the current one is of no consequence. */
  controlLost(link: LinkId, now: number): SnaptEffect[] {
    if (link === this.controlLink) this.#handshake.take({ kind: "controlLost" }, now);
    return this.#parts.outbox.flush();
  }

  controlReceived(link: LinkId, message: Message, now: number): SnaptEffect[] {
    if (link === this.controlLink) this.#control.received(message, now);
    return this.#parts.outbox.flush();
  }

  /**
   * SWITCH_STEP2 or SWITCH_UNEXPECTED came on an authenticated link. `refuse`: not for this
   * session as it is.
   */
  switchReceived(
    link: LinkId,
    message: SwitchStep2 | SwitchUnexpected,
    now: number,
  ): SnaptEffect[] | { readonly refuse: SwitchRefusal } {
    const refuse = this.#handshake.switchReceived(link, message, now);
    return refuse === null ? this.#parts.outbox.flush() : { refuse };
  }

  /**
   * BIND came as the first frame of an authenticated link.
   *
   * @throws {ProtocolViolation} it says what cannot be; the session is as it was
   */
  bindReceived(link: LinkId, bind: Bind, now: number): SnaptEffect[] {
    return this.#after(this.#handshake.bindReceived(link, bind, now));
  }

  /** A mistake of ours kept BIND from being taken: its stream ends, also when it never began. */
  bindFailed(id: number, now: number): SnaptEffect[] {
    const { outbox, table } = this.#parts;
    if (table.get(id) !== undefined) return this.applicationFailed(id, "application", now);
    if (!table.wasSeen(id)) {
      table.markSeen(id);
      outbox.sendRecord({ kind: "reset", stream: id, code: "application" });
    }
    return outbox.flush();
  }

  /** The answer to `clientServicesOffered`. */
  clientServicesOpened(outcomes: readonly ClientServiceOutcome[]): SnaptEffect[] {
    const { outbox } = this.#parts;
    return this.#after(outbox.sendRecord({ kind: "clientServicesOpened", outcomes }));
  }

  /** A server application connected to a client service; null when there is too much already. */
  call(
    service: string,
    source: string,
  ): { readonly call: number; readonly effects: SnaptEffect[] } | null {
    const call = this.#parts.calls.make(service, source);
    return call === null ? null : { call, effects: this.#parts.outbox.flush() };
  }

  /** A flow has come of the call, or nobody waits any more; false when it does not wait. */
  callAnswered(call: number): boolean {
    return this.#parts.calls.answered(call);
  }

  /** What the stream leads to is connected; who asked for a destination waits to hear of it. */
  serviceOpened(id: number): SnaptEffect[] {
    const { outbox, table } = this.#parts;
    if (table.get(id)?.opening.target.kind === "destination") {
      outbox.sendRecord({ kind: "opened", stream: id });
    }
    return outbox.flush();
  }

  streamLinkLost(stream: number, link: LinkId, now: number): SnaptEffect[] {
    return this.#after(this.#parts.links.lost(stream, link, now));
  }

  inboundBroken(stream: number, now: number): SnaptEffect[] {
    return this.#after(this.#parts.links.inboundBroken(stream, now));
  }

  inboundMoved(stream: number, link: LinkId, now: number): SnaptEffect[] {
    return this.#after(this.#parts.links.inboundMoved(stream, link, now));
  }

  delivered(stream: StreamRecord, bytes: number, now: number): SnaptEffect[] | null {
    const { acks, outbox } = this.#parts;
    return acks.delivered(stream, bytes, now) === "sent" ? outbox.flush() : null;
  }

  taken(stream: StreamRecord, now: number): void {
    this.#parts.acks.taken(stream, now);
  }

  payloadSent(stream: StreamRecord, now: number): void {
    this.#parts.watch.sent(stream, now);
  }

  payloadWaits(stream: number, now: number): SnaptEffect[] {
    return this.#after(this.#parts.links.payloadWaits(stream, now));
  }

  applicationEnded(stream: number, now: number): SnaptEffect[] {
    return this.#after(this.#parts.ends.outputEnded(stream, now));
  }

  inputEnded(stream: number, now: number): SnaptEffect[] {
    return this.#after(this.#parts.ends.inputEnded(stream, now));
  }

  applicationFailed(id: number, code: ResetCode, now: number): SnaptEffect[] {
    const stream = this.#parts.table.get(id);
    if (stream !== undefined) this.#parts.ends.fail(stream, code, now);
    return this.#parts.outbox.flush();
  }

  /** Payload came in: CNAPT is alive, also while it has nothing to say on the control link. */
  payloadReceived(now: number): void {
    this.#parts.silence.heard(now);
  }

  timePassed(now: number): SnaptEffect[] {
    const { deadlines, outbox } = this.#parts;
    let name = deadlines.takeDue(now);
    for (; name !== null; name = deadlines.takeDue(now)) this.#due(name, now);
    return outbox.flush();
  }

  #due(name: SnaptDeadline, now: number): void {
    switch (name) {
      case "acks":
        return this.#parts.acks.due();
      case "liveness":
        return this.#handshake.checkSilence(now);
      case "drain":
        return this.#parts.links.giveUpDraining(now);
      case "switch":
        return this.#handshake.take({ kind: "switchTimedOut" }, now);
      case "progress":
        return this.#parts.watch.look(now);
      case "earlyBinds":
        return this.#handshake.dropEarly(now);
      default:
        return unreachable(name);
    }
  }

  /** What is to be done after a fact was taken. */
  #after(_taken: void): SnaptEffect[] {
    return this.#parts.outbox.flush();
  }
}
