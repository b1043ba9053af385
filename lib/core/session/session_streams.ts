import type { Message, StreamPosition } from "../wire/message.ts";
import type { RecordMessage } from "../wire/record_message.ts";
import type { ResetCode } from "../wire/reset_code.ts";
import type { StreamOpening } from "../wire/stream_opening.ts";
import { ProtocolViolation } from "../wire/protocol_violation.ts";
import type { DeadlineName } from "./deadline_name.ts";
import { Deadlines } from "./deadlines.ts";
import type { CommonEffect } from "./common_effect.ts";
import type { LinkId } from "../stream/link_id.ts";
import { PROGRESS_CHECK_MS } from "../stream/link_progress.ts";
import { MemoryBudget } from "../stream/memory_budget.ts";
import type { RoleRecordMessage } from "./message_record.ts";
import { NumberSet } from "./number_set.ts";
import { inParts } from "./position_parts.ts";
import type { SessionLimits } from "./session_limits.ts";
import { SessionOutbox } from "./session_outbox.ts";
import { createStreamRecord, currentLink, type StreamRecord } from "../stream/stream_record.ts";

/** Acknowledgements wait this long for company. */
export const ACK_DELAY_MS = 20;
/**
 * So many delivered bytes are acknowledged at once: a sixteenth of the stream so far, within
 * these bounds. A young stream's ring thus stays small, an old one's link is not chattered over.
 */
export const MIN_ACK_BYTES = 64 * 1024;
export const MAX_ACK_BYTES = 1024 * 1024;
/** How long a planned switch waits for a stream to be drained before it is replayed instead. */
export const DRAIN_MS = 1_000;

/**
 * What both roles have in common: the streams of a session, their acknowledgements and ends, and
 * the record of messages that survive a switch. The roles add the handshake and decide when a
 * stream gets which link.
 *
 * Every public method is one fact; it validates, changes the state and returns the effects.
 */
export abstract class SessionStreams<RoleEffect> extends SessionOutbox<RoleEffect> {
  readonly streams = new Map<number, StreamRecord>();
  protected readonly seen = new NumberSet();
  protected readonly deadlines = new Deadlines<DeadlineName>();
  protected readonly limits: SessionLimits;
  protected readonly budget: MemoryBudget;
  #unacknowledged = new Set<StreamRecord>();
  #recordToAcknowledge: "none" | "some" = "none";

  constructor(limits: SessionLimits, processBudget: MemoryBudget) {
    super();
    this.limits = limits;
    this.budget = new MemoryBudget(limits.sessionBytes, processBudget);
  }

  /** When `timePassed` wants to be called, in ms of the shell's clock. */
  get deadline(): number {
    return this.deadlines.next;
  }
  /** What everything that the streams of this session keep is accounted in. */
  get memory(): MemoryBudget {
    return this.budget;
  }
  get memoryBytes(): number {
    return this.budget.usedBytes;
  }

  /** The stream's own link broke or was closed by the peer. */
  abstract streamLinkLost(stream: number, link: LinkId, now: number): (CommonEffect | RoleEffect)[];
  /** The bytes before a new link's `from` can come from nowhere: the old link broke. */
  abstract inboundBroken(stream: number, now: number): (CommonEffect | RoleEffect)[];
  /** The inbound direction continues on the stream's newest link, or reached its cut. */
  abstract inboundMoved(stream: number, link: LinkId, now: number): (CommonEffect | RoleEffect)[];
  protected abstract streamGone(stream: StreamRecord, now: number): void;
  /** The stream needs another link than the one it has. */
  protected abstract loseStreamLink(stream: StreamRecord, now: number): void;

  /** `bytes` more were accepted by the application. */
  delivered(
    stream: StreamRecord,
    bytes: number,
    now: number,
  ): (CommonEffect | RoleEffect)[] | null {
    stream.cursor.deliver(bytes);
    this.#unacknowledged.add(stream);
    const { delivered, acknowledged } = stream.cursor;
    const enough = Math.min(Math.max(delivered / 16, MIN_ACK_BYTES), MAX_ACK_BYTES);
    const due = delivered - acknowledged >= enough || stream.cursor.isComplete;
    if (due && this.control !== null) {
      this.#sendAcks();
      return this.flush();
    }
    this.deadlines.setIfUnset("acks", now + ACK_DELAY_MS);
    return null;
  }

  /** The application ended its direction; everything read before is in the ring. */
  applicationEnded(id: number, now: number): (CommonEffect | RoleEffect)[] {
    const stream = this.streams.get(id);
    if (stream === undefined || stream.output !== "open") return [];
    stream.output = "ending";
    this.announceEnd(stream, now);
    return this.flush();
  }

  /** The end of the other direction was passed on to the application. */
  inputEnded(id: number, now: number): (CommonEffect | RoleEffect)[] {
    const stream = this.streams.get(id);
    if (stream === undefined) return [];
    stream.input = "ended";
    this.#finishIfComplete(stream, now);
    return this.flush();
  }

  /** The application's socket failed, or its service could not be reached. */
  applicationFailed(id: number, code: ResetCode, now: number): (CommonEffect | RoleEffect)[] {
    const stream = this.streams.get(id);
    if (stream === undefined) return [];
    this.failStream(stream, code, now);
    return this.flush();
  }

  protected addStream(id: number, opening: StreamOpening, now: number): StreamRecord {
    const stream = createStreamRecord(id, opening, this.limits.ringBytes, this.budget, now);
    this.streams.set(id, stream);
    this.seen.add(id);
    this.deadlines.setIfUnset("progress", now + PROGRESS_CHECK_MS);
    return stream;
  }

  /** Sends EOF, unless the peer may not know the stream yet. */
  protected announceEnd(stream: StreamRecord, now: number): void {
    if (stream.output !== "ending" || stream.confirmation !== "confirmed") return;
    stream.output = "ended";
    this.sendRecord({ kind: "eof", stream: stream.id, position: stream.ring.end });
    this.#finishIfComplete(stream, now);
  }

  /** Ends a stream for a reason of this end and tells the peer. */
  protected failStream(stream: StreamRecord, code: ResetCode, now: number): void {
    // Of a stream that the peer never heard of, it need not hear the end.
    if (stream.confirmation !== "unannounced") {
      this.sendRecord({ kind: "reset", stream: stream.id, code });
    }
    const { target } = stream.opening;
    if (target.kind === "call" && stream.confirmation !== "confirmed") {
      this.sendRecord({ kind: "callRefused", call: target.call, code });
    }
    this.#forget(stream, now);
    this.emit({ kind: "resetStream", stream: stream.id, code });
  }

  /** Ends all streams without telling the peer, which is gone. */
  protected resetAllStreams(code: ResetCode, now: number): void {
    for (const stream of [...this.streams.values()]) {
      this.#forget(stream, now);
      this.emit({ kind: "resetStream", stream: stream.id, code });
    }
  }

  /** Handles what both roles handle alike; false when the message is one of the handshake. */
  protected takeCommonMessage(message: Message, now: number): boolean {
    switch (message.kind) {
      case "positions":
        this.record.acknowledge(message.recordReceived);
        for (const entry of message.entries) this.#acknowledge(entry, now);
        return true;
      case "ping":
        this.sendControl({ kind: "pong", token: message.token });
        return true;
      default:
        if (!("sequence" in message)) return false;
        this.#recordToAcknowledge = "some";
        this.deadlines.setIfUnset("acks", now + ACK_DELAY_MS);
        if (this.record.receive(message) === "new") this.#takeRecordMessage(message, now);
        return true;
    }
  }

  /** A message of the record which only one role expects. */
  protected abstract takeRoleMessage(message: RoleRecordMessage, now: number): void;

  /** Tells the peer all positions, for a new path on which nothing was said yet. */
  protected sendAllPositions(): void {
    for (const stream of this.streams.values()) this.#unacknowledged.add(stream);
    this.#sendAcks();
  }

  /** The peer acknowledged a position; CNAPT measures the path with it. */
  protected acknowledged(_entry: StreamPosition, _now: number): void {}

  /** Carries out the due deadlines that both roles share. */
  protected acksDue(): void {
    if (this.control !== null) this.#sendAcks();
  }

  /** Replaces the links of streams whose peer has long acknowledged nothing. */
  protected progressDue(now: number): void {
    if (this.streams.size > 0) this.deadlines.set("progress", now + PROGRESS_CHECK_MS);
    for (const stream of this.streams.values()) {
      if (stream.link.kind !== "bound" || this.control === null) continue;
      if (stream.progress.look(stream.ring) === "fine") continue;
      this.emit({
        kind: "note",
        level: "info",
        event: "link-stuck",
        detail: `stream ${stream.id} gets another link: nothing was acknowledged for a while`,
      });
      this.loseStreamLink(stream, now);
    }
  }

  /** Notes where the stall of every stream that has lost its path began. */
  protected stallAll(since: number): void {
    for (const stream of this.streams.values()) stream.stalledSince ??= since;
  }

  protected detachAll(now: number): void {
    for (const stream of this.streams.values()) {
      if (stream.link.kind !== "unbound") stream.link = { kind: "unbound", since: now };
      stream.cut = null;
      this.emit({ kind: "detach", stream: stream.id });
    }
  }

  protected sendPositionsAsLastMessage(epoch: number): void {
    const entries = [...this.streams.values()].filter((stream) => currentLink(stream) !== null)
      .map((stream) => ({ stream: stream.id, position: stream.ring.sent }));
    for (const part of inParts(entries)) {
      this.sendControl({ kind: "lastMessageBeforeRedirection", epoch, entries: part });
    }
  }

  #sendAcks(): void {
    this.deadlines.clear("acks");
    const entries: StreamPosition[] = [];
    for (const stream of this.#unacknowledged) {
      if (!this.streams.has(stream.id)) continue;
      stream.cursor.acknowledged = stream.cursor.delivered;
      entries.push({ stream: stream.id, position: stream.cursor.delivered });
    }
    this.#unacknowledged.clear();
    if (entries.length === 0 && this.#recordToAcknowledge === "none") return;
    this.#recordToAcknowledge = "none";
    for (const part of inParts(entries)) {
      this.sendControl({
        kind: "positions",
        recordReceived: this.record.received,
        entries: part,
      });
    }
  }

  #acknowledge(entry: StreamPosition, now: number): void {
    const stream = this.streams.get(entry.stream);
    if (stream === undefined) return;
    const wasFull = stream.ring.isFull;
    const freed = stream.ring.acknowledge(entry.position);
    if (freed > 0) stream.confirmation = "confirmed";
    if (freed > 0 && wasFull) this.emit({ kind: "wakeReader", stream: stream.id });
    stream.peerDelivered = Math.max(stream.peerDelivered, entry.position);
    this.acknowledged(entry, now);
    this.#finishIfComplete(stream, now);
  }

  #takeRecordMessage(message: RecordMessage, now: number): void {
    switch (message.kind) {
      case "eof": {
        const stream = this.streams.get(message.stream);
        if (stream === undefined) return;
        stream.cursor.endAt(message.position);
        this.emit({ kind: "checkInput", stream: stream.id });
        return;
      }
      case "reset": {
        const stream = this.streams.get(message.stream);
        this.seen.add(message.stream);
        if (stream === undefined) return;
        this.#forget(stream, now);
        this.emit({ kind: "resetStream", stream: stream.id, code: message.code });
        return;
      }
      case "finished": {
        const stream = this.streams.get(message.stream);
        if (stream === undefined) return;
        if (stream.output !== "ended" || !stream.cursor.isComplete) {
          throw new ProtocolViolation(
            "position",
            `Cannot finish stream ${message.stream}: bytes are still under way`,
          );
        }
        this.#forget(stream, now);
        this.emit({ kind: "releaseStream", stream: stream.id });
        return;
      }
      default:
        this.takeRoleMessage(message, now);
    }
  }

  #finishIfComplete(stream: StreamRecord, now: number): void {
    const isComplete = stream.output === "ended" && stream.input === "ended" &&
      stream.peerDelivered === stream.ring.end && stream.cursor.isComplete;
    if (!isComplete || !this.streams.has(stream.id)) return;
    if (this.#unacknowledged.has(stream) && this.control !== null) this.#sendAcks();
    this.sendRecord({ kind: "finished", stream: stream.id });
    this.#forget(stream, now);
    this.emit({ kind: "releaseStream", stream: stream.id });
  }

  #forget(stream: StreamRecord, now: number): void {
    this.streams.delete(stream.id);
    this.#unacknowledged.delete(stream);
    stream.ring.dispose();
    this.streamGone(stream, now);
  }
}
