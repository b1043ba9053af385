import type { StreamRecord } from "../../stream/stream_record.ts";
import type { LinkId } from "../../stream/link_id.ts";
import type { StreamPosition } from "../../wire/message.ts";
import { DRAIN_MS } from "../streams/all_streams.ts";
import type { CnaptLinks, CnaptLinksParts } from "./cnapt_links.ts";
import { bindingProvider } from "./cnapt_place.ts";

/** A tail of at most this size is sent again at once, without waiting for the peer's position. */
export const EAGER_TAIL_BYTES = 64 * 1024;

type CnaptMovesParts =
  & Pick<
    CnaptLinksParts,
    "outbox" | "table" | "deadlines" | "place" | "switching" | "moving" | "waiting" | "old"
  >
  & { readonly links: CnaptLinks };

/** How the streams change from the links of one epoch to those of the next. */
export class CnaptMoves {
  readonly #parts: CnaptMovesParts;
  /** Streams that wait for the peer's position because their tail is large. */
  readonly #deferred = new Set<number>();

  constructor(parts: CnaptMovesParts) {
    this.#parts = parts;
  }

  /** Asks for a link over the target for every stream, while the old ones carry on (overlapped). */
  redirectAll(now: number): void {
    const { table, moving, links, old } = this.#parts;
    old.clear();
    for (const stream of table.records.values()) {
      if (stream.link.kind === "bound") {
        moving.add(stream.id);
        old.begin(stream);
      }
      links.request(stream, now);
    }
    this.#tellWaiting();
  }

  /** LAST_MESSAGE_BEFORE_REDIRECTION of a strict switch: the old links are read up to there. */
  takeLastMessages(epoch: number, entries: readonly StreamPosition[]): void {
    const { outbox, table, place, switching, moving } = this.#parts;
    if (switching.kind !== "strict" || epoch < place.epoch) return;
    for (const { stream: id, position } of entries) {
      const stream = table.get(id);
      if (stream === undefined || stream.cursor.taken >= position) continue;
      stream.cut = position;
      moving.add(id);
      outbox.emit({ kind: "checkInput", stream: id });
    }
  }

  /** The inbound direction continues on the stream's newest link, or reached its cut. */
  inboundMoved(id: number, link: LinkId, now: number): void {
    const stream = this.#parts.table.get(id);
    const isMoved = stream !== undefined &&
      (stream.cut !== null || (stream.link.kind === "bound" && stream.link.link === link));
    if (isMoved) this.#parts.moving.arrived(id, now);
  }

  /** The old links of what has not moved yet are looked at: where one stands, the tail is sent again. */
  giveUpDraining(now: number): void {
    const { table, deadlines, moving, links, old } = this.#parts;
    for (const id of moving.all()) {
      const stream = table.get(id);
      if (stream !== undefined && old.isMoving(stream)) continue;
      moving.giveUp(id);
      if (stream !== undefined) links.lose(stream, now);
    }
    if (moving.all().length > 0) deadlines.set("drain", now + DRAIN_MS);
    moving.tellIfDrained(now);
  }

  /** All links are closed. */
  forgetAll(): void {
    this.#parts.moving.giveUpAll();
    this.#deferred.clear();
  }

  /** The stream is over. */
  forget(stream: StreamRecord, now: number): void {
    this.#deferred.delete(stream.id);
    this.#parts.moving.arrived(stream.id, now);
  }

  /** Interactive streams, those with little to send, come first. */
  rebindAll(now: number): void {
    const { table, links } = this.#parts;
    const tail = ({ ring }: StreamRecord) => ring.end - ring.acked;
    const streams = [...table.all()].sort((a, b) => tail(a) - tail(b));
    for (const stream of streams) {
      if (stream.link.kind !== "unbound") continue;
      if (links.isWaiting(stream)) {
        links.makeWait(stream, now);
        continue;
      }
      const isEager = tail(stream) <= EAGER_TAIL_BYTES || stream.confirmation !== "confirmed";
      if (isEager) links.request(stream, now);
      else this.#deferred.add(stream.id);
    }
    this.#tellWaiting();
  }

  /** The peer's positions are known: the large tails too can be sent again. */
  rebindDeferred(now: number): void {
    const { table, links } = this.#parts;
    for (const id of this.#deferred) {
      const stream = table.get(id);
      if (stream !== undefined) links.request(stream, now);
    }
    this.#deferred.clear();
  }

  /** Stops sending on all links, and goes on reading (patent: stop forwarding). */
  stopAll(now: number): void {
    const { outbox, table } = this.#parts;
    for (const stream of table.records.values()) {
      stream.stalledSince ??= now;
      outbox.emit({ kind: "stopOutbound", stream: stream.id });
    }
  }

  /** Notes where the stall of every stream that has lost its path began. */
  stallAll(since: number): void {
    for (const stream of this.#parts.table.records.values()) stream.stalledSince ??= since;
  }

  /** ALL_REDIRECTED overtook BOUND: the receipt is written now, and these stalls end about now. */
  noteOpenStalls(now: number): void {
    for (const { id, stalledSince } of this.#parts.table.records.values()) {
      if (stalledSince !== null) this.#parts.switching.noteStall(id, now - stalledSince);
    }
  }

  #tellWaiting(): void {
    const { place, switching, waiting } = this.#parts;
    waiting.tell(place.epoch, bindingProvider(place, switching));
  }
}
