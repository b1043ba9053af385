import { DRAINS } from "../../handshake/snapt_phase.ts";
import type { LinkId } from "../../stream/link_id.ts";
import { currentLink, mayRest, type StreamRecord } from "../../stream/stream_record.ts";
import type { Bind, StreamPosition } from "../../wire/message.ts";
import { DRAIN_MS } from "../streams/all_streams.ts";
import type { SnaptDeadline } from "../deadline_name.ts";
import type { Deadlines } from "../deadlines.ts";
import type { Outbox } from "../outbox.ts";
import type { PendingStreams } from "./pending_streams.ts";
import type { SnaptEffect } from "../snapt_effect.ts";
import type { SnaptPlace } from "./snapt_place.ts";
import { OldLinks } from "../streams/old_links.ts";
import type { StreamEnds } from "../streams/stream_ends.ts";
import type { StreamTable } from "../streams/stream_table.ts";

export interface SnaptLinksParts {
  readonly outbox: Outbox<SnaptEffect>;
  readonly deadlines: Deadlines<SnaptDeadline>;
  readonly table: StreamTable;
  readonly ends: StreamEnds;
  readonly place: SnaptPlace;
  readonly pending: PendingStreams;
}

/**
 * The links of the streams as SNAPT sees them: CNAPT's BIND moves a stream to another link or
 * brings it back after a loss; SNAPT answers BOUND on the same link, and asks for another when
 * one is lost.
 */
export class SnaptLinks {
  readonly #parts: SnaptLinksParts;
  readonly #old = new OldLinks();
  #replayedBytes = 0;

  constructor(parts: SnaptLinksParts) {
    this.#parts = parts;
  }

  /** Bytes sent a second time since the epoch began. */
  get replayedBytes(): number {
    return this.#replayedBytes;
  }

  epochBegins(): void {
    this.#replayedBytes = 0;
  }

  /**
   * BIND of a stream that is known.
   *
   * @throws {ProtocolViolation} it acknowledges what was never sent; nothing was changed
   */
  rebind(stream: StreamRecord, link: LinkId, bind: Bind, now: number): void {
    const { outbox, ends, pending } = this.#parts;
    const isContinuous = bind.mode === "overlap" && currentLink(stream) !== null;
    if (!isContinuous && bind.from > stream.cursor.taken) {
      outbox.emit({ kind: "closeLink", link });
      if (bind.mode !== "overlap") return ends.fail(stream, "positionGap", now);
      stream.binding = bind.binding;
      return this.lose(stream, now);
    }
    stream.ring.acknowledge(bind.received);
    if (!isContinuous) {
      this.#replayedBytes += stream.ring.rewindTo(stream.ring.resumeAt);
      outbox.emit({ kind: "detach", stream: stream.id });
    }
    this.attach(stream, link, bind, now);
    if (!isContinuous) pending.arrived(stream.id, now);
  }

  /** Answers BOUND and puts the stream on the link. */
  attach(stream: StreamRecord, link: LinkId, bind: Bind, now: number): void {
    const { outbox, place } = this.#parts;
    const { epoch } = place;
    const from = stream.ring.sent;
    stream.binding = bind.binding;
    stream.link = { kind: "bound", since: now, link, epoch };
    stream.progress.bound(from, bind.received, now);
    this.#old.endsAt(stream.id, bind.from);
    outbox.emit({
      kind: "sendOnLink",
      link,
      message: {
        kind: "bound",
        stream: stream.id,
        epoch,
        binding: bind.binding,
        from,
        received: stream.cursor.taken,
      },
    });
    outbox.emit({ kind: "attachOutbound", stream: stream.id, link });
    outbox.emit({ kind: "attachInbound", stream: stream.id, link, from: bind.from });
    outbox.emit({ kind: "wakeReader", stream: stream.id });
    if (bind.mode !== "overlap") return;
    const entries = [{ stream: stream.id, position: from }];
    outbox.sendControl({ kind: "lastMessageBeforeRedirection", epoch, entries });
  }

  /** Takes the link from a stream, and asks CNAPT for another. */
  lose(stream: StreamRecord, now: number): void {
    stream.link = { kind: "unbound", since: now };
    stream.progress.unlinked();
    this.#parts.outbox.emit({ kind: "detach", stream: stream.id });
    this.#askForLink(stream);
  }

  /** The stream's own link broke or was closed by the peer. */
  lost(id: number, link: LinkId, now: number): void {
    const stream = this.#parts.table.get(id);
    if (stream === undefined || currentLink(stream) !== link) return;
    if (this.#parts.place.state !== "connected" || !mayRest(stream)) return this.lose(stream, now);
    stream.link = { kind: "resting", since: now };
    stream.progress.unlinked();
    this.#parts.outbox.emit({ kind: "detach", stream: id });
  }

  /** The application has said something, and there is no link to carry it. */
  payloadWaits(id: number, now: number): void {
    const stream = this.#parts.table.get(id);
    if (stream?.link.kind !== "resting") return;
    stream.link = { kind: "unbound", since: now };
    this.#askForLink(stream);
  }

  /** The bytes before a new link's `from` can come from nowhere: the old link broke. */
  inboundBroken(id: number, now: number): void {
    const stream = this.#parts.table.get(id);
    if (stream !== undefined) this.lose(stream, now);
  }

  /** The inbound direction continues on the stream's newest link, or reached its cut. */
  inboundMoved(id: number, link: LinkId, now: number): void {
    const { table, place, pending } = this.#parts;
    const stream = table.get(id);
    if (stream === undefined) return;
    const isOfThisEpoch = stream.link.kind === "bound" && stream.link.link === link &&
      stream.link.epoch === place.epoch;
    if (isOfThisEpoch || stream.cut !== null) pending.arrived(id, now);
  }

  /** LAST_MESSAGE_BEFORE_REDIRECTION of a strict switch: the old links are read up to there. */
  takeLastMessages(epoch: number, entries: readonly StreamPosition[], now: number): void {
    const { outbox, table, place, pending } = this.#parts;
    if (DRAINS[place.state] !== "strict") return;
    for (const { stream: id, position } of epoch === place.epoch ? entries : []) {
      const stream = table.get(id);
      if (stream === undefined || stream.cursor.taken >= position) continue;
      stream.cut = position;
      pending.add(id);
      outbox.emit({ kind: "checkInput", stream: id });
    }
    pending.tellIfNone(now);
  }

  /** CNAPT has no link for these in this epoch: nobody waits for them. */
  waitingAtPeer(epoch: number, ids: readonly number[], now: number): void {
    const { outbox, table, place, pending } = this.#parts;
    if (epoch !== place.epoch) return;
    for (const id of ids) {
      const stream = table.get(id);
      if (stream === undefined) continue;
      // A BIND of this epoch is newer, if it has overtaken this: nothing else gives the link back.
      if (stream.link.kind === "bound" && stream.link.epoch === epoch) continue;
      stream.cut = null;
      if (stream.link.kind !== "unbound") outbox.emit({ kind: "detach", stream: id });
      stream.link = { kind: "unbound", since: now };
      stream.progress.unlinked();
      pending.arrived(id, now);
    }
  }

  /** Waits no longer for the old links of what is not drained. */
  giveUpDraining(now: number): void {
    const { deadlines, table, place, pending } = this.#parts;
    const drains = DRAINS[place.state];
    if (drains === "strict") pending.clear();
    if (drains === "overlapped" && pending.all().length > 0) {
      // Where an old link stands, as behind a slow application, the tail is sent again.
      for (const id of pending.all()) {
        const stream = table.get(id);
        if (stream?.link.kind !== "bound" || this.#old.isMoving(stream)) continue;
        this.#askForLink(stream);
      }
      deadlines.set("drain", now + DRAIN_MS);
    }
    pending.tellIfNone(now);
  }

  /** Waits for a link of the new epoch for every stream; of some, BIND has overtaken the switch. */
  expectAll(): void {
    const { table, place, pending } = this.#parts;
    this.#old.clear();
    for (const stream of table.records.values()) {
      const { id, link } = stream;
      if (link.kind === "bound" && link.epoch === place.epoch) continue;
      pending.add(id);
      this.#old.begin(stream);
    }
  }

  /** Stops sending on all links, and goes on reading (patent: stop forwarding). */
  stopAll(): void {
    const { outbox, table } = this.#parts;
    for (const { id } of table.records.values()) outbox.emit({ kind: "stopOutbound", stream: id });
  }

  #askForLink({ id, binding }: StreamRecord): void {
    this.#parts.outbox.sendRecord({ kind: "linkLost", stream: id, binding });
  }
}
