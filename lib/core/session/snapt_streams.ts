import type { Bind } from "../wire/message.ts";
import type { ResetCode } from "../wire/reset_code.ts";
import type { SnaptEffect } from "./snapt_effect.ts";
import type { LinkId } from "../stream/link_id.ts";
import type { MemoryBudget } from "../stream/memory_budget.ts";
import type { SnaptSessionSettings } from "./snapt_session_settings.ts";
import { SessionStreams } from "./session_streams.ts";
import { currentLink, type StreamRecord } from "../stream/stream_record.ts";

/**
 * The streams as SNAPT sees them: CNAPT's BIND opens them, moves them to another link, or brings
 * them back after a loss; SNAPT answers BOUND on the same link.
 */
export abstract class SnaptStreams extends SessionStreams<SnaptEffect> {
  readonly #allowed: ReadonlySet<string>;
  readonly #destinations: SnaptSessionSettings["destinations"];
  /** Calls of which no stream has come yet. */
  readonly #calls = new Set<number>();
  #nextCall = 1;
  /** Streams that have no link of this epoch yet, or whose old link is not drained. */
  protected readonly pending = new Set<number>();
  /** Bytes sent a second time since the epoch began. */
  protected replayedBytes = 0;

  constructor(
    { limits, services, destinations }: SnaptSessionSettings,
    processBudget: MemoryBudget,
  ) {
    super(limits, processBudget);
    this.#allowed = new Set(services.map(({ name }) => name));
    this.#destinations = destinations;
  }

  abstract get epoch(): number;
  /** The last stream that the switch under way waits for is where it should be. */
  protected abstract nonePending(now: number): SnaptEffect[];

  override streamLinkLost(id: number, link: LinkId, now: number): SnaptEffect[] {
    const stream = this.streams.get(id);
    if (stream === undefined || currentLink(stream) !== link) return [];
    this.loseStreamLink(stream, now);
    return this.flush();
  }

  override inboundBroken(id: number, now: number): SnaptEffect[] {
    const stream = this.streams.get(id);
    if (stream === undefined) return [];
    this.loseStreamLink(stream, now);
    return this.flush();
  }

  override inboundMoved(id: number, link: LinkId, now: number): SnaptEffect[] {
    const stream = this.streams.get(id);
    if (stream === undefined) return [];
    const isOfThisEpoch = stream.link.kind === "bound" && stream.link.link === link &&
      stream.link.epoch === this.epoch;
    return isOfThisEpoch || stream.cut !== null ? this.noLongerPending(id, now) : [];
  }

  /** How many calls wait for CNAPT. */
  get pendingCalls(): number {
    return this.#calls.size;
  }

  /** A server application connected to a client service; null when there is too much already. */
  call(service: string, source: string): { call: number; effects: SnaptEffect[] } | null {
    if (this.streams.size + this.#calls.size >= this.limits.streams) return null;
    const call = this.#nextCall++;
    this.#calls.add(call);
    this.sendRecord({ kind: "call", call, service, source });
    return { call, effects: this.flush() };
  }

  /** What the stream leads to is connected; who asked for a destination waits to hear of it. */
  serviceOpened(id: number): SnaptEffect[] {
    if (this.streams.get(id)?.opening.target.kind !== "destination") return [];
    this.sendRecord({ kind: "opened", stream: id });
    return this.flush();
  }

  protected openStream(link: LinkId, bind: Bind, now: number): void {
    const refuse = (
      code: "unknownStream" | "serviceNotAllowed" | "destinationNotAllowed" | "limit",
    ) => {
      this.seen.add(bind.stream);
      this.sendRecord({ kind: "reset", stream: bind.stream, code });
      this.emit({ kind: "closeLink", link });
    };
    if (bind.mode !== "open" || this.seen.has(bind.stream)) return refuse("unknownStream");
    const { target } = bind.opening;
    if (target.kind === "service") {
      if (!this.#allowed.has(target.name)) return refuse("serviceNotAllowed");
    } else if (target.kind === "call") {
      if (!this.#calls.delete(target.call)) return refuse("unknownStream");
    } else if (this.#destinations === "none") return refuse("destinationNotAllowed");
    if (this.streams.size >= this.limits.streams) return refuse("limit");
    const stream = this.addStream(bind.stream, bind.opening, now);
    stream.confirmation = "confirmed";
    this.emit({ kind: "openService", stream: stream.id, opening: stream.opening });
    this.#attach(stream, link, bind, now);
  }

  /** A flow has come of the call; false when it does not wait. */
  callAnswered(call: number): boolean {
    return this.#calls.delete(call);
  }

  protected callEnded(call: number, code: ResetCode): void {
    if (this.#calls.delete(call)) this.emit({ kind: "callRefused", call, code });
  }

  protected rebind(stream: StreamRecord, link: LinkId, bind: Bind, now: number): void {
    const isContinuous = bind.mode === "overlap" && currentLink(stream) !== null;
    if (!isContinuous && bind.from > stream.cursor.taken) {
      this.emit({ kind: "closeLink", link });
      if (bind.mode === "overlap") {
        stream.binding = bind.binding;
        this.loseStreamLink(stream, now);
      } else this.failStream(stream, "positionGap", now);
      return;
    }
    stream.ring.acknowledge(bind.received);
    if (!isContinuous) {
      this.replayedBytes += stream.ring.rewindTo(stream.ring.resumeAt);
      this.emit({ kind: "detach", stream: stream.id });
    }
    this.#attach(stream, link, bind, now);
    if (!isContinuous) { for (const e of this.noLongerPending(stream.id, now)) this.emit(e); }
  }

  #attach(stream: StreamRecord, link: LinkId, bind: Bind, now: number): void {
    const from = stream.ring.sent;
    stream.binding = bind.binding;
    stream.link = { kind: "bound", since: now, link, epoch: this.epoch };
    this.emit({
      kind: "sendOnLink",
      link,
      message: {
        kind: "bound",
        stream: stream.id,
        epoch: this.epoch,
        binding: bind.binding,
        from,
        received: stream.cursor.taken,
      },
    });
    this.emit({ kind: "attachOutbound", stream: stream.id, link });
    this.emit({ kind: "attachInbound", stream: stream.id, link, from: bind.from });
    this.emit({ kind: "wakeReader", stream: stream.id });
    if (bind.mode === "overlap") {
      this.sendControl({
        kind: "lastMessageBeforeRedirection",
        epoch: this.epoch,
        entries: [{ stream: stream.id, position: from }],
      });
    }
  }

  protected override loseStreamLink(stream: StreamRecord, now: number): void {
    stream.link = { kind: "unbound", since: now };
    this.emit({ kind: "detach", stream: stream.id });
    this.sendRecord({ kind: "linkLost", stream: stream.id, binding: stream.binding });
  }

  /** LAST_MESSAGE_BEFORE_REDIRECTION of a strict switch: read the old links up to there. */
  protected takeLastMessages(
    epoch: number,
    entries: readonly { readonly stream: number; readonly position: number }[],
  ): void {
    if (epoch !== this.epoch) return;
    for (const { stream: id, position } of entries) {
      const stream = this.streams.get(id);
      if (stream === undefined || stream.cursor.taken >= position) continue;
      stream.cut = position;
      this.pending.add(id);
      this.emit({ kind: "checkInput", stream: id });
    }
  }

  /** CNAPT has no link for these in this epoch: nobody waits for them. */
  protected heldByPeer(epoch: number, ids: readonly number[], now: number): SnaptEffect[] {
    if (epoch !== this.epoch) return [];
    for (const id of ids) {
      const stream = this.streams.get(id);
      if (stream === undefined) continue;
      stream.cut = null;
      if (stream.link.kind !== "unbound") this.emit({ kind: "detach", stream: id });
      stream.link = { kind: "unbound", since: now };
      for (const effect of this.noLongerPending(id, now)) this.emit(effect);
    }
    return this.flush();
  }

  protected noLongerPending(id: number, now: number): SnaptEffect[] {
    if (!this.pending.delete(id)) return this.flush();
    return this.pending.size === 0 ? this.nonePending(now) : this.flush();
  }
}
