import type { LinkId } from "../../stream/link_id.ts";
import { currentLink, mayRest, needsLink, type StreamRecord } from "../../stream/stream_record.ts";
import type { Bound } from "../../wire/message.ts";
import type { StreamOpening } from "../../wire/stream_opening.ts";
import type { CnaptEffect } from "../cnapt_effect.ts";
import { bindingProvider, type CnaptPlace } from "./cnapt_place.ts";
import type { CnaptSessionSettings } from "../cnapt_session_settings.ts";
import type { CnaptSwitch } from "./cnapt_switch.ts";
import type { CnaptDeadline } from "../deadline_name.ts";
import type { Deadlines } from "../deadlines.ts";
import type { MovingStreams } from "./moving_streams.ts";
import type { Outbox } from "../outbox.ts";
import type { SessionPath } from "./session_path.ts";
import type { LinkWatch } from "../streams/link_watch.ts";
import type { OldLinks } from "../streams/old_links.ts";
import type { StreamEnds } from "../streams/stream_ends.ts";
import type { StreamTable } from "../streams/stream_table.ts";
import { watchUnlinked } from "./unlinked_streams.ts";
import type { ServiceWaits } from "./service_waits.ts";

/** Two links that lead nowhere within so long are evidence against the network. */
const STUCK_TOGETHER_MS = 10_000;

export interface CnaptLinksParts {
  readonly settings: Pick<CnaptSessionSettings, "instance">;
  readonly outbox: Outbox<CnaptEffect>;
  readonly table: StreamTable;
  readonly deadlines: Deadlines<CnaptDeadline>;
  readonly ends: StreamEnds;
  readonly path: SessionPath;
  readonly place: CnaptPlace;
  readonly switching: CnaptSwitch;
  readonly moving: MovingStreams;
  readonly waiting: ServiceWaits;
  readonly watch: LinkWatch;
  readonly old: OldLinks;
}

/**
 * The links of the streams as CNAPT sees them: it asks the link supply for one, says BIND on it, hears
 * BOUND, and asks for another when one is lost. On which provider that is allowed follows from
 * the state of the handshake.
 */
export class CnaptLinks {
  readonly #parts: CnaptLinksParts;
  #nextStream = 1;
  #stuckAt = -Infinity;

  constructor(parts: CnaptLinksParts) {
    this.#parts = parts;
  }

  /** An application connected to an emulator; null when there are too many streams already. */
  open(opening: StreamOpening, now: number): StreamRecord | null {
    const { table } = this.#parts;
    if (!table.hasRoom()) return null;
    const stream = table.add(this.#nextStream++, opening, now);
    watchUnlinked(this.#parts, now);
    this.request(stream, now);
    return stream;
  }

  /** Asks for a link, if there is a provider that the stream may use. */
  request(stream: StreamRecord, now: number): void {
    const { outbox, place, switching, moving } = this.#parts;
    const provider = bindingProvider(place, switching);
    if (provider === null) return;
    if (!this.#parts.waiting.mayUse(stream, provider)) return this.makeWait(stream, now);
    const previous = moving.has(stream.id) ? currentLink(stream) : null;
    if (previous === null && currentLink(stream) !== null) {
      outbox.emit({ kind: "detach", stream: stream.id });
    }
    stream.binding += 1;
    stream.link = { kind: "requested", since: now, previous };
    outbox.emit({ kind: "requestLink", stream: stream.id, binding: stream.binding, provider });
  }

  /** Whether its service is not allowed over the provider of the session. */
  isWaiting(stream: StreamRecord): boolean {
    const { place, switching, waiting } = this.#parts;
    return !waiting.mayUse(stream, bindingProvider(place, switching) ?? place.provider);
  }

  makeWait(stream: StreamRecord, now: number): void {
    this.#parts.moving.giveUp(stream.id);
    this.#parts.waiting.put(stream, now);
  }

  /** The link supply's answer to `requestLink`: BIND goes out, and the payload behind it. */
  acquired(id: number, binding: number, link: LinkId, now: number): void {
    const { settings, outbox, table, watch, place, switching } = this.#parts;
    const stream = table.get(id);
    if (stream === undefined || stream.binding !== binding || stream.link.kind !== "requested") {
      return outbox.emit({ kind: "closeLink", link });
    }
    const overlaps = stream.link.previous !== null;
    const from = overlaps ? stream.ring.sent : stream.ring.resumeAt;
    switching.noteReplayed(overlaps ? 0 : stream.ring.rewindTo(from));
    stream.link = { kind: "binding", since: now, link };
    const mode = overlaps ? "overlap" : stream.confirmation === "confirmed" ? "replay" : "open";
    if (stream.confirmation === "unannounced") stream.confirmation = "unconfirmed";
    const { epoch } = place;
    outbox.emit({
      kind: "sendOnLink",
      link,
      message: {
        kind: "bind",
        instance: settings.instance,
        stream: id,
        epoch,
        binding,
        mode,
        from,
        received: stream.cursor.taken,
        opening: stream.opening,
      },
    });
    outbox.emit({ kind: "attachOutbound", stream: id, link });
    if (overlaps) {
      const entries = [{ stream: id, position: from }];
      outbox.sendControl({ kind: "lastMessageBeforeRedirection", epoch, entries });
    }
    watch.bindSent(stream, now);
  }

  /**
   * BOUND came on a link on which BIND went out.
   *
   * @throws {ProtocolViolation} it acknowledges what was never sent; nothing was changed
   */
  bound(link: LinkId, bound: Bound, now: number): void {
    const { outbox, table, ends, path, place, switching } = this.#parts;
    const stream = table.get(bound.stream);
    const isCurrent = stream !== undefined && stream.link.kind === "binding" &&
      stream.link.link === link && stream.binding === bound.binding;
    if (!isCurrent) return outbox.emit({ kind: "closeLink", link });
    stream.ring.checkAcknowledge(bound.received);
    path.linkAnswered(now);
    stream.ring.acknowledge(bound.received);
    stream.confirmation = "confirmed";
    stream.link = { kind: "bound", since: now, link, epoch: place.epoch };
    stream.progress.bound(stream.ring.sent, bound.received, now);
    this.#parts.old.endsAt(stream.id, bound.from);
    ends.announce(stream, now);
    outbox.emit({ kind: "attachInbound", stream: stream.id, link, from: bound.from });
    outbox.emit({ kind: "wakeReader", stream: stream.id });
    if (stream.stalledSince === null) return;
    switching.noteStall(stream.id, now - stream.stalledSince);
    stream.stalledSince = null;
  }

  /** A link on which BIND went out ended before BOUND came. */
  broken(id: number, link: LinkId, now: number): void {
    const stream = this.#parts.table.get(id);
    if (stream?.link.kind === "binding") this.lost(id, link, now);
  }

  /** The stream's own link broke or was closed by the peer. */
  lost(id: number, link: LinkId, now: number): void {
    const stream = this.#parts.table.get(id);
    if (stream === undefined || currentLink(stream) !== link) return;
    // One that was still to be bound has somebody who waits for it, perhaps SNAPT.
    const isIdle = stream.link.kind === "bound" && mayRest(stream);
    if (!this.#parts.switching.isUnderWay && isIdle) this.#rest(stream, now);
    else this.lose(stream, now);
    this.#parts.path.suspect(now);
  }

  /** SNAPT has lost the link `binding` of a stream, and needs another. */
  lostByPeer(id: number, binding: number, now: number): void {
    const stream = this.#parts.table.get(id);
    if (stream === undefined || stream.binding !== binding) return;
    if (stream.link.kind === "resting") return this.request(stream, now);
    this.stuck(stream, now);
  }

  /** The link of the stream leads nowhere, or SNAPT says so. */
  stuck(stream: StreamRecord, now: number): void {
    this.lose(stream, now);
    if (now - this.#stuckAt <= STUCK_TOGETHER_MS) this.#parts.path.suspect(now);
    this.#stuckAt = now;
  }

  /** The application has said something, and there is no link to carry it. */
  payloadWaits(id: number, now: number): void {
    const stream = this.#parts.table.get(id);
    if (stream?.link.kind === "resting") this.request(stream, now);
  }

  /** The bytes before a new link's `from` can come from nowhere: the old link broke. */
  inboundBroken(id: number, now: number): void {
    const stream = this.#parts.table.get(id);
    if (stream !== undefined) this.lose(stream, now);
  }

  /** Takes the link from a stream and asks for another, if there is anything left to carry. */
  lose(stream: StreamRecord, now: number): void {
    const { outbox, switching, moving } = this.#parts;
    moving.giveUp(stream.id);
    stream.link = { kind: "unbound", since: now };
    stream.progress.unlinked();
    outbox.emit({ kind: "detach", stream: stream.id });
    // During a switch SNAPT waits for every stream, also for one that has nothing left to carry.
    if (!switching.isUnderWay && !needsLink(stream)) return;
    stream.stalledSince ??= now;
    this.request(stream, now);
  }

  #rest(stream: StreamRecord, now: number): void {
    stream.link = { kind: "resting", since: now };
    stream.progress.unlinked();
    this.#parts.outbox.emit({ kind: "detach", stream: stream.id });
  }
}
