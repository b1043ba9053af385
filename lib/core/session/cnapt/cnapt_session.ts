import { CNAPT_PHASE_OF, HAS_BEGUN } from "../../handshake/cnapt_phase.ts";
import type { CnaptState } from "../../handshake/cnapt_transitions.ts";
import type { PathMeter } from "../../path/path_meter.ts";
import type { ProviderKey } from "../../path/provider_key.ts";
import type { LinkId } from "../../stream/link_id.ts";
import type { MemoryBudget } from "../../stream/memory_budget.ts";
import type { StreamRecord } from "../../stream/stream_record.ts";
import type { DialRequest } from "../../wire/client_service_messages.ts";
import type { Bound, Message, SwitchShape } from "../../wire/message.ts";
import type { PathReport } from "../../wire/path_report.ts";
import type { AnnouncedService } from "../../wire/record_message.ts";
import type { ResetCode } from "../../wire/reset_code.ts";
import type { StreamOpening } from "../../wire/stream_opening.ts";
import { deadlineCame } from "./cnapt_deadlines.ts";
import { CnaptControl } from "./cnapt_control.ts";
import type { CnaptEffect } from "../cnapt_effect.ts";
import { CnaptHandshake, type Refusal } from "./cnapt_handshake.ts";
import { type CnaptParts, makeCnaptParts } from "./cnapt_parts.ts";
import { PathFacts } from "./path_facts.ts";
import type { CnaptSessionSettings } from "../cnapt_session_settings.ts";
import type { MessageRecord } from "../message_record.ts";
import type { SessionFacts } from "../session_facts.ts";
import type { SitePoint } from "../site_barrier.ts";

/**
 * CNAPT's side of one session. Every public method is a fact from the shell, which goes to the
 * part whose business it is; it returns what is to be done.
 */
export class CnaptSession implements SessionFacts<CnaptEffect> {
  readonly #parts: CnaptParts;
  readonly #handshake: CnaptHandshake;
  readonly #control: CnaptControl;
  /** What is learned of the current path besides what comes over it. */
  readonly path: PathFacts;

  constructor(
    settings: CnaptSessionSettings,
    provider: ProviderKey,
    processBudget: MemoryBudget,
    now: number,
  ) {
    this.#parts = makeCnaptParts({
      settings,
      provider,
      processBudget,
      take: (event, at) => this.#handshake.take(event, at),
    }, now);
    this.#handshake = new CnaptHandshake(this.#parts);
    this.#control = new CnaptControl(this.#parts, this.#handshake);
    this.path = new PathFacts(this.#parts, this.#handshake);
  }

  get state(): CnaptState {
    return this.#parts.place.state;
  }
  get epoch(): number {
    return this.#parts.place.epoch;
  }
  get provider(): ProviderKey {
    return this.#parts.place.provider;
  }
  get streams(): ReadonlyMap<number, StreamRecord> {
    return this.#parts.table.records;
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
  get peerKeepsMs(): number {
    return this.#control.peerKeepsMs;
  }
  get memory(): MemoryBudget {
    return this.#parts.table.memory;
  }
  get record(): MessageRecord {
    return this.#parts.outbox.record;
  }
  get roundTripMs(): number | null {
    return this.#parts.path.roundTripMs;
  }
  /** What is measured of the current path. */
  get meter(): PathMeter {
    return this.#parts.path.meter;
  }
  get services(): readonly AnnouncedService[] {
    return this.#control.services;
  }
  get site(): string {
    return this.#control.site;
  }
  get refusal(): Refusal | null {
    return this.#handshake.refusal;
  }
  /** What the switch under way is for. */
  get purpose(): { readonly from: ProviderKey; readonly to: ProviderKey; readonly reason: string } {
    const { place: { provider: from }, switching } = this.#parts;
    return { from, to: switching.target ?? from, reason: switching.reason };
  }

  /** Whether the service of a stream is not allowed over the provider of the session. */
  isWaiting(stream: StreamRecord): boolean {
    return this.#parts.links.isWaiting(stream);
  }

  /** Starts to connect. */
  start(now: number): CnaptEffect[] {
    return this.#after(this.#handshake.take({ kind: "startRequested" }, now));
  }

  /** Says goodbye; the session ends with its acknowledgement or half a second later. */
  stop(now: number): CnaptEffect[] {
    return this.#after(this.#handshake.take({ kind: "stopRequested" }, now));
  }

  /** A control link asked for by `dialControl` or `prepareLinks` is authenticated. */
  controlReady(link: LinkId, provider: ProviderKey, now: number): CnaptEffect[] {
    return this.#after(this.#handshake.controlReady(link, provider, now));
  }

  /** No control link could be had where `dialControl` or `prepareLinks` asked for one; why not. */
  controlFailed(now: number, reason = ""): CnaptEffect[] {
    return this.#after(this.#handshake.controlFailed(now, reason));
  }

  /** SNAPT refused a link or the session. */
  refused(code: string, sentence: string, now: number): CnaptEffect[] {
    return this.#after(this.#handshake.turnedAway({ code, sentence }, now));
  }

  /** The user or the decision task wants the session to live on `provider`. */
  requestSwitch(
    provider: ProviderKey,
    shape: SwitchShape,
    reason: string,
    now: number,
  ): CnaptEffect[] {
    return this.#after(this.#handshake.requestSwitch({ provider, shape, reason }, now));
  }

  /** The other sites of a switch have come to `point` too, or are not waited for any longer. */
  sitePointPassed(point: SitePoint, now: number): CnaptEffect[] {
    return this.#after(this.#handshake.sitePointPassed(point, now));
  }

  /** The old provider was left, but the new one of a strict switch could not be connected. */
  providerNotConnected(reason: string, now: number): CnaptEffect[] {
    return this.#after(this.#handshake.providerNotConnected(reason, now));
  }

  /** The control link broke. Another than the current one is of no consequence. */
  controlLost(link: LinkId, reason: string, now: number): CnaptEffect[] {
    return this.#after(this.#handshake.controlLost(link, reason, now));
  }

  /** The provider's interface or address is gone. */
  providerLost(provider: ProviderKey, reason: string, now: number): CnaptEffect[] {
    return this.#after(this.#handshake.providerLost(provider, reason, now));
  }

  /** Something happened to the interface, the addresses or the routes of a provider. */
  networkStirred(provider: ProviderKey, now: number): CnaptEffect[] {
    return this.#after(this.#handshake.networkStirred(provider, now));
  }

  /** The table of networks is another one. */
  networksChanged(now: number): CnaptEffect[] {
    return this.#after(this.#handshake.networksChanged(now));
  }

  /** The machine has slept: the path is lost, and SNAPT is looked for anew at once. */
  woke(reason: string, now: number): CnaptEffect[] {
    return this.#after(this.#handshake.woke(reason, now));
  }

  controlReceived(link: LinkId, message: Message, now: number): CnaptEffect[] {
    if (link === this.controlLink) this.#control.received(message, now);
    return this.#parts.outbox.flush();
  }

  /** No stream comes of a call of a server application. */
  refuseCall(call: number, code: ResetCode): CnaptEffect[] {
    return this.#after(this.#parts.outbox.sendRecord({ kind: "callRefused", call, code }));
  }

  /** For SNAPT, which dials links (`reach: direct`), or hears of the path; lost without a control link. */
  say(message: DialRequest | PathReport): CnaptEffect[] {
    return this.#after(this.#parts.outbox.sendControl(message));
  }

  /** There are other client services; a session that is still to begin says so when it does. */
  clientServicesChanged(): CnaptEffect[] {
    const { place, outbox, settings: { clientServices: services } } = this.#parts;
    if (!HAS_BEGUN[CNAPT_PHASE_OF[place.state]]) return [];
    return this.#after(outbox.sendRecord({ kind: "offerClientServices", services }));
  }

  /** An application connected to an emulator; null when there are too many streams already. */
  openStream(
    opening: StreamOpening,
    now: number,
  ): { readonly stream: StreamRecord; readonly effects: CnaptEffect[] } | null {
    const stream = this.#parts.links.open(opening, now);
    return stream === null ? null : { stream, effects: this.#parts.outbox.flush() };
  }

  /** The link supply's answer to `requestLink`. */
  linkAcquired(stream: number, binding: number, link: LinkId, now: number): CnaptEffect[] {
    return this.#after(this.#parts.links.acquired(stream, binding, link, now));
  }

  /**
   * BOUND came on a link on which BIND went out.
   *
   * @throws {ProtocolViolation} it cannot be; nothing was changed
   */
  boundReceived(link: LinkId, bound: Bound, now: number): CnaptEffect[] {
    return this.#after(this.#parts.links.bound(link, bound, now));
  }

  /** A link on which BIND went out ended before BOUND came. */
  linkBroken(stream: number, link: LinkId, now: number): CnaptEffect[] {
    return this.#after(this.#parts.links.broken(stream, link, now));
  }

  streamLinkLost(stream: number, link: LinkId, now: number): CnaptEffect[] {
    return this.#after(this.#parts.links.lost(stream, link, now));
  }

  inboundBroken(stream: number, now: number): CnaptEffect[] {
    return this.#after(this.#parts.links.inboundBroken(stream, now));
  }

  inboundMoved(stream: number, link: LinkId, now: number): CnaptEffect[] {
    return this.#after(this.#parts.moves.inboundMoved(stream, link, now));
  }

  delivered(stream: StreamRecord, bytes: number, now: number): CnaptEffect[] | null {
    const { acks, outbox } = this.#parts;
    return acks.delivered(stream, bytes, now) === "sent" ? outbox.flush() : null;
  }

  taken(stream: StreamRecord, now: number): void {
    this.#parts.acks.taken(stream, now);
  }

  payloadWaits(stream: number, now: number): CnaptEffect[] {
    return this.#after(this.#parts.links.payloadWaits(stream, now));
  }

  applicationEnded(stream: number, now: number): CnaptEffect[] {
    return this.#after(this.#parts.ends.outputEnded(stream, now));
  }

  inputEnded(stream: number, now: number): CnaptEffect[] {
    return this.#after(this.#parts.ends.inputEnded(stream, now));
  }

  applicationFailed(id: number, code: ResetCode, now: number): CnaptEffect[] {
    const stream = this.#parts.table.get(id);
    if (stream !== undefined) this.#parts.ends.fail(stream, code, now);
    return this.#parts.outbox.flush();
  }

  /** Payload went out; an acknowledgement is expected. */
  payloadSent(stream: StreamRecord, now: number): void {
    this.#parts.path.payloadSent(now);
    this.#parts.watch.sent(stream, now);
  }

  /** Payload came in, which proves the path, and more is expected. */
  payloadReceived(now: number): void {
    this.#parts.path.payloadReceived(now);
  }

  timePassed(now: number): CnaptEffect[] {
    const { deadlines, outbox } = this.#parts;
    let name = deadlines.takeDue(now);
    for (; name !== null; name = deadlines.takeDue(now)) {
      deadlineCame(name, this.#parts, this.#handshake, now);
    }
    return outbox.flush();
  }

  /** What is to be done after a fact was taken. */
  #after(_taken: void): CnaptEffect[] {
    return this.#parts.outbox.flush();
  }
}
