import type { PathMeter } from "../path/path_meter.ts";
import { isAllowed, ruledName, type RuleOf } from "../decision/service_rule.ts";
import { MAX_HELD } from "../wire/held_streams.ts";
import type { Bound, StreamPosition } from "../wire/message.ts";
import type { StreamOpening } from "../wire/stream_opening.ts";
import type { CnaptEffect } from "./cnapt_effect.ts";
import type { ProviderKey } from "../path/provider_key.ts";
import type { LinkId } from "../stream/link_id.ts";
import type { CnaptSessionSettings } from "./cnapt_session_settings.ts";
import { Liveness } from "../path/liveness.ts";
import type { MemoryBudget } from "../stream/memory_budget.ts";
import { ACK_DELAY_MS, SessionStreams } from "./session_streams.ts";
import { currentLink, needsLink, type StreamRecord } from "../stream/stream_record.ts";
import type { SwitchReceiptDraft } from "./switch_receipt.ts";

/** A tail of at most this size is sent again at once, without waiting for the peer's position. */
export const EAGER_TAIL_BYTES = 64 * 1024;
/** How long BOUND may take, beside four round trips, before another link is tried. */
const BOUND_WITHIN_MS = 1_500;
/** An acknowledgement that has not come after so long may never: its stream may be gone. */
const TIMED_AT_MOST_MS = 10_000;
/** How often unanswered bindings are looked for. */
const BINDINGS_CHECK_MS = 250;

/**
 * The streams as CNAPT sees them: CNAPT opens them, asks its pool for their links, binds and
 * binds again. When and on which provider it may do so is the handshake's to say.
 */
export abstract class CnaptStreams extends SessionStreams<CnaptEffect> {
  protected readonly liveness: Liveness;
  /** The receipt of the switch under way. */
  protected draft: SwitchReceiptDraft | null = null;
  /** Streams whose inbound direction has yet to reach the position of its LAST MESSAGE. */
  protected readonly moving = new Set<number>();
  /** Streams that wait for the peer's position because their tail is large. */
  protected readonly deferred = new Set<number>();
  /** Those that SNAPT has yet to be told of. */
  readonly #heldUntold = new Set<number>();
  readonly #ruleOf: RuleOf;
  #nextStream = 1;
  /** What was sent last when the clock was started for its acknowledgement. */
  #timed: { readonly stream: number; readonly position: number; readonly at: number } | null = null;

  constructor(
    { limits, liveness, ruleOf }: CnaptSessionSettings,
    processBudget: MemoryBudget,
    now: number,
  ) {
    super(limits, processBudget);
    this.liveness = new Liveness(liveness, now);
    this.#ruleOf = ruleOf;
  }

  abstract get epoch(): number;
  abstract get provider(): ProviderKey;
  /** On which provider streams are bound in this state; null while none may be. */
  protected abstract bindingProvider(): ProviderKey | null;
  protected abstract drainedIfAllMoved(now: number): CnaptEffect[];

  /** Something failed that makes the path doubtful: ask at once instead of waiting. */
  pathSuspected(now: number): CnaptEffect[] {
    if (this.control === null) return [];
    this.liveness.suspect(now);
    this.deadlines.set("liveness", this.liveness.nextCheckAt());
    return this.flush();
  }

  /** What is measured of the current path. */
  get meter(): PathMeter {
    return this.liveness.meter;
  }

  /** A parked link of the current provider answered to `askAround`: the path is well. */
  pathAnswered(now: number): void {
    if (this.control === null) return;
    this.liveness.notePath(now);
    this.deadlines.set("liveness", this.liveness.nextCheckAt());
  }

  /** SNAPT answered over another provider to `askAround`. */
  otherAnswered(now: number): void {
    if (this.control === null) return;
    this.liveness.noteOtherAnswered(now);
    this.deadlines.set("liveness", this.liveness.nextCheckAt());
  }

  /** Payload went out; an acknowledgement is expected. */
  payloadSent(stream: StreamRecord, now: number): void {
    if (this.#timed === null || now - this.#timed.at > TIMED_AT_MOST_MS) {
      this.#timed = { stream: stream.id, position: stream.ring.sent, at: now };
    }
    if (this.control === null || !this.liveness.noteSent(now)) return;
    this.deadlines.pullIn("liveness", this.liveness.nextCheckAt());
  }

  /** Payload came in, which proves the path, and more is expected. */
  payloadReceived(now: number): void {
    if (this.control === null) return;
    this.liveness.notePayload(now);
    this.deadlines.pullIn("liveness", this.liveness.nextCheckAt());
  }

  /** An application connected to an emulator; null when there are too many streams already. */
  openStream(
    opening: StreamOpening,
    now: number,
  ): { stream: StreamRecord; effects: CnaptEffect[] } | null {
    if (this.streams.size >= this.limits.streams) return null;
    const stream = this.addStream(this.#nextStream++, opening, now);
    this.requestLink(stream, now);
    return { stream, effects: this.flush() };
  }

  /** The pool's answer to `requestLink`. */
  linkAcquired(id: number, binding: number, link: LinkId, now: number): CnaptEffect[] {
    const stream = this.streams.get(id);
    if (stream === undefined || stream.binding !== binding || stream.link.kind !== "requested") {
      return [{ kind: "closeLink", link }];
    }
    const overlaps = stream.link.previous !== null;
    const from = overlaps ? stream.ring.sent : stream.ring.resumeAt;
    const replayed = overlaps ? 0 : stream.ring.rewindTo(from);
    if (this.draft !== null) this.draft.replayedBytes += replayed;
    stream.link = { kind: "binding", since: now, link };
    const mode = overlaps ? "overlap" : stream.confirmation === "confirmed" ? "replay" : "open";
    if (stream.confirmation === "unannounced") stream.confirmation = "unconfirmed";
    this.emit({
      kind: "sendOnLink",
      link,
      message: {
        kind: "bind",
        stream: id,
        epoch: this.epoch,
        binding,
        mode,
        from,
        received: stream.cursor.taken,
        opening: stream.opening,
      },
    });
    this.emit({ kind: "attachOutbound", stream: id, link });
    if (overlaps) {
      this.sendControl({
        kind: "lastMessageBeforeRedirection",
        epoch: this.epoch,
        entries: [{ stream: id, position: from }],
      });
    }
    this.deadlines.setIfUnset("bindings", now + BINDINGS_CHECK_MS);
    return this.flush();
  }

  /** BOUND came on a link on which BIND went out. */
  boundReceived(link: LinkId, bound: Bound, now: number): CnaptEffect[] {
    const stream = this.streams.get(bound.stream);
    const isCurrent = stream !== undefined && stream.link.kind === "binding" &&
      stream.link.link === link && stream.binding === bound.binding;
    if (!isCurrent) return [{ kind: "closeLink", link }];
    this.liveness.notePath(now);
    stream.ring.acknowledge(bound.received);
    stream.confirmation = "confirmed";
    stream.link = { kind: "bound", since: now, link, epoch: this.epoch };
    this.announceEnd(stream, now);
    this.emit({ kind: "attachInbound", stream: stream.id, link, from: bound.from });
    this.emit({ kind: "wakeReader", stream: stream.id });
    if (stream.stalledSince !== null) {
      this.draft?.noteStall(stream.id, now - stream.stalledSince);
      stream.stalledSince = null;
    }
    return this.flush();
  }

  /** ALL_REDIRECTED overtook BOUND: the receipt is written now, and these stalls end about now. */
  protected noteOpenStalls(now: number): void {
    for (const { id, stalledSince } of this.streams.values()) {
      if (stalledSince !== null) this.draft?.noteStall(id, now - stalledSince);
    }
  }

  /** A link on which BIND went out ended before BOUND came. */
  linkBroken(link: LinkId, now: number): CnaptEffect[] {
    for (const stream of this.streams.values()) {
      if (stream.link.kind === "binding" && stream.link.link === link) {
        return this.streamLinkLost(stream.id, link, now);
      }
    }
    return [];
  }

  override streamLinkLost(id: number, link: LinkId, now: number): CnaptEffect[] {
    const stream = this.streams.get(id);
    if (stream === undefined || currentLink(stream) !== link) return [];
    this.loseStreamLink(stream, now);
    this.liveness.suspect(now);
    this.deadlines.set("liveness", this.liveness.nextCheckAt());
    return this.flush();
  }

  override inboundBroken(id: number, now: number): CnaptEffect[] {
    const stream = this.streams.get(id);
    if (stream === undefined) return [];
    this.loseStreamLink(stream, now);
    return this.flush();
  }

  override inboundMoved(id: number, link: LinkId, now: number): CnaptEffect[] {
    const stream = this.streams.get(id);
    const isMoved = stream !== undefined &&
      (stream.cut !== null || (stream.link.kind === "bound" && stream.link.link === link));
    if (!isMoved) return [];
    return this.moving.delete(id) ? this.drainedIfAllMoved(now) : [];
  }

  /** LAST_MESSAGE_BEFORE_REDIRECTION of a strict switch: read the old links up to there. */
  protected takeLastMessages(
    epoch: number,
    entries: readonly { readonly stream: number; readonly position: number }[],
  ): void {
    if (this.draft?.kind !== "strict" || epoch < this.epoch) return;
    for (const { stream: id, position } of entries) {
      const stream = this.streams.get(id);
      if (stream === undefined || stream.cursor.taken >= position) continue;
      stream.cut = position;
      this.moving.add(id);
      this.emit({ kind: "checkInput", stream: id });
    }
  }

  /** An acknowledgement that took no longer than a PONG would have measures the path as well. */
  protected override acknowledged({ stream, position }: StreamPosition, now: number): void {
    const timed = this.#timed;
    if (timed === null || timed.stream !== stream || position < timed.position) return;
    this.#timed = null;
    this.meter.noteUpperBound(Math.max(0, now - timed.at - ACK_DELAY_MS / 2), now);
  }

  protected requestLink(stream: StreamRecord, now: number): void {
    const provider = this.bindingProvider();
    if (provider === null) return;
    if (!this.#isAllowed(stream, provider)) return this.#hold(stream, now);
    const previous = this.moving.has(stream.id) ? currentLink(stream) : null;
    if (previous === null && currentLink(stream) !== null) {
      this.emit({ kind: "detach", stream: stream.id });
    }
    stream.binding += 1;
    stream.link = { kind: "requested", since: now, previous };
    this.emit({ kind: "requestLink", stream: stream.id, binding: stream.binding, provider });
  }

  /** Whether its service may not go over the provider of the session. */
  isHeld(stream: StreamRecord): boolean {
    return !this.#isAllowed(stream, this.bindingProvider() ?? this.provider);
  }

  /** How many streams need a link when the session moves there. */
  protected countAllowed(provider: ProviderKey): number {
    return [...this.streams.values()].filter((one) => this.#isAllowed(one, provider)).length;
  }

  /** Which streams SNAPT need not wait for in this epoch. */
  protected sendHeld(): void {
    const streams = [...this.#heldUntold].filter((id) => this.streams.has(id));
    this.#heldUntold.clear();
    for (let i = 0; i < streams.length; i += MAX_HELD) {
      const part = streams.slice(i, i + MAX_HELD);
      this.sendControl({ kind: "heldStreams", epoch: this.epoch, streams: part });
    }
    if (streams.length === 0) return;
    const detail = `${streams.length} connections may not go over ${this.bindingProvider()}`;
    this.emit({ kind: "note", level: "info", event: "connections-held", detail });
  }

  #isAllowed({ opening }: StreamRecord, provider: ProviderKey): boolean {
    return isAllowed(this.#ruleOf(provider), ruledName(opening.target));
  }

  /** It keeps all that it has, and waits for another provider. */
  #hold(stream: StreamRecord, now: number): void {
    this.moving.delete(stream.id);
    stream.cut = null;
    stream.stalledSince = null;
    if (stream.link.kind !== "unbound") this.emit({ kind: "detach", stream: stream.id });
    stream.link = { kind: "unbound", since: now };
    if (stream.confirmation !== "unannounced") this.#heldUntold.add(stream.id);
  }

  protected override loseStreamLink(stream: StreamRecord, now: number): void {
    this.moving.delete(stream.id);
    stream.link = { kind: "unbound", since: now };
    this.emit({ kind: "detach", stream: stream.id });
    // During a switch SNAPT waits for every stream, also for one that has nothing left to carry.
    if (this.draft === null && !needsLink(stream)) return;
    stream.stalledSince ??= now;
    this.requestLink(stream, now);
  }

  /** Interactive streams, those with little to send, come first. */
  protected rebindStreams(now: number): void {
    const tail = (stream: StreamRecord) => stream.ring.end - stream.ring.acked;
    const streams = [...this.streams.values()].sort((a, b) => tail(a) - tail(b));
    for (const stream of streams) {
      if (stream.link.kind !== "unbound") continue;
      if (this.isHeld(stream)) {
        this.#hold(stream, now);
        continue;
      }
      const isEager = tail(stream) <= EAGER_TAIL_BYTES || stream.confirmation !== "confirmed";
      if (isEager) this.requestLink(stream, now);
      else this.deferred.add(stream.id);
    }
    this.sendHeld();
  }

  protected retryUnansweredBindings(now: number): void {
    const patience = BOUND_WITHIN_MS + 4 * (this.liveness.roundTripMs ?? 0);
    for (const stream of this.streams.values()) {
      if (stream.link.kind !== "binding") continue;
      this.deadlines.setIfUnset("bindings", now + BINDINGS_CHECK_MS);
      if (now - stream.link.since > patience) this.loseStreamLink(stream, now);
    }
  }
}
