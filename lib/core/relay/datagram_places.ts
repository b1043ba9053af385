/**
 * The places of one SNAPT at its relay: the addresses from which its CNAPTs send datagrams.
 *
 * Theory of operation. Whoever has read the name of a route, which travels in the clear, can send to
 * its SNAPT, also from addresses that he has made up. So an address is a stranger's until SNAPT says
 * that it has answered: it gets no more bytes than came from it, strangers share a small part of what
 * SNAPT has, those of one source still less, and those that came first make room for new ones. A
 * place that is proven is taken away by nobody but by time. Places are numbered by chance, so that a
 * number of before a restart of the relay means nothing after it.
 */
import { BytePace } from "./byte_pace.ts";

/** So many unproven ones of one source, by `sourceKey`; more are dropped. */
const UNPROVEN_PER_SOURCE = 16;
/** What strangers may send to a SNAPT, bytes a second. */
const UNPROVEN_BYTES_PER_SECOND = 512 * 1_024;
const SOURCE_BYTES_PER_SECOND = 128 * 1_024;
/** Of all the places of a SNAPT, at most this part is unproven, */
const UNPROVEN_PART = 1 / 4;
/** and for so long; a round trip is enough. */
const UNPROVEN_MS = 20_000;
/** CNAPT says every 15 s that it is there. */
export const PLACE_IDLE_MS = 120_000;

interface Source {
  count: number;
  readonly pace: BytePace;
}

interface Place<Peer> {
  readonly number: number;
  readonly peer: Peer;
  readonly source: string;
  state: "unproven" | "proven";
  /** What may still be sent to it while it is unproven. */
  creditBytes: number;
  readonly since: number;
  usedAt: number;
}

export interface DatagramPlacesContext<Peer> {
  /** So many places at most, at each moment. */
  readonly limit: () => number;
  /** Whose the limits are that hold for one source. */
  readonly sourceOf: (peer: Peer) => string;
  /** 32 bits that nobody guesses. */
  readonly random: () => number;
}

export class DatagramPlaces<Peer extends { readonly key: string }> {
  readonly #context: DatagramPlacesContext<Peer>;
  readonly #byKey = new Map<string, Place<Peer>>();
  readonly #byNumber = new Map<number, Place<Peer>>();
  /** In the order in which they came. */
  readonly #unproven = new Set<Place<Peer>>();
  readonly #sources = new Map<string, Source>();
  readonly #strangersPace = new BytePace(() => UNPROVEN_BYTES_PER_SECOND);

  constructor(context: DatagramPlacesContext<Peer>) {
    this.#context = context;
  }

  get size(): number {
    return this.#byNumber.size;
  }
  get unproven(): number {
    return this.#unproven.size;
  }

  /** So many bytes came from `peer`. The number of its place; null: they are not to be carried. */
  received(peer: Peer, bytes: number, now: number): number | null {
    const place = this.#byKey.get(peer.key) ?? this.#add(peer, now);
    if (place === null) return null;
    if (place.state === "unproven") {
      const pace = this.#sources.get(place.source)?.pace;
      if (pace?.tryTake(bytes, now) !== true) return null;
      if (!this.#strangersPace.tryTake(bytes, now)) return null;
      place.creditBytes += bytes;
    }
    place.usedAt = now;
    return place.number;
  }

  /** Who gets so many bytes that SNAPT sends to a place; null: nobody. */
  send(number: number, bytes: number, isProven: boolean, now: number): Peer | null {
    const place = this.#byNumber.get(number);
    if (place === undefined) return null;
    if (place.state === "unproven") {
      if (isProven) this.#leaveStrangers(place);
      else if (bytes > place.creditBytes) return null;
      else place.creditBytes -= bytes;
    }
    if (place.state === "proven") place.usedAt = now;
    return place.peer;
  }

  /** Forgets those of which nothing was heard for long. */
  sweep(now: number): void {
    for (const place of [...this.#byNumber.values()]) {
      const isOver = place.state === "proven"
        ? now - place.usedAt >= PLACE_IDLE_MS
        : now - place.since >= UNPROVEN_MS;
      if (isOver) this.#remove(place);
    }
  }

  #add(peer: Peer, now: number): Place<Peer> | null {
    const { sourceOf, random } = this.#context;
    const limit = this.#context.limit();
    const source = sourceOf(peer);
    const ofSource = this.#sources.get(source) ??
      { count: 0, pace: new BytePace(() => SOURCE_BYTES_PER_SECOND) };
    if (ofSource.count >= UNPROVEN_PER_SOURCE) return null;
    const isFull = this.#byNumber.size >= limit ||
      this.#unproven.size >= Math.max(1, limit * UNPROVEN_PART);
    if (isFull) {
      const [oldest] = this.#unproven;
      if (oldest === undefined) return null;
      this.#remove(oldest);
    }
    let number = random();
    while (this.#byNumber.has(number)) number = random();
    const place: Place<Peer> = {
      number,
      peer,
      source,
      state: "unproven",
      creditBytes: 0,
      since: now,
      usedAt: now,
    };
    this.#byKey.set(peer.key, place);
    this.#byNumber.set(number, place);
    this.#unproven.add(place);
    ofSource.count += 1;
    this.#sources.set(source, ofSource);
    return place;
  }

  #leaveStrangers(place: Place<Peer>): void {
    place.state = "proven";
    this.#unproven.delete(place);
    const source = this.#sources.get(place.source);
    if (source === undefined) return;
    source.count -= 1;
    if (source.count === 0) this.#sources.delete(place.source);
  }

  #remove(place: Place<Peer>): void {
    if (place.state === "unproven") this.#leaveStrangers(place);
    this.#byKey.delete(place.peer.key);
    this.#byNumber.delete(place.number);
  }
}
