import type { BytePace } from "../../core/relay/byte_pace.ts";
import { DatagramPlaces } from "../../core/relay/datagram_places.ts";
import type { CarriedTo } from "../../core/relay/month_meter.ts";
import { encodeRelayDatagram } from "../../core/relay/relay_datagrams.ts";
import { TOKEN_BYTES } from "../../core/relay/relay_messages.ts";
import { sourceKey } from "../../core/access/source_key.ts";
import type { DatagramPath } from "../../net/datagram_listener.ts";
import type { Clock } from "../run/clock.ts";

/** A SNAPT that has said nothing for so long is where it was no more; it says so every 15 s. */
const SILENCE_MS = 60_000;
/** Where connections have used up what a SNAPT may have, datagrams still go so much ahead of it. */
const PATIENCE_MS = 250;
const MAX_DATAGRAM_BYTES = 65_536;
/** One for all: what is written into it is sent before the next one. */
const ROOM = new Uint8Array(MAX_DATAGRAM_BYTES);

export interface DatagramSeatContext {
  /** So many places at most, at each moment. */
  readonly places: () => number;
  readonly clock: Pick<Clock, "now">;
  readonly random: (count: number) => Uint8Array;
  /** From where SNAPT is known to send from now on; null: from nowhere any more. */
  readonly moved: (from: DatagramPath | null, before: DatagramPath | null) => void;
}

/** What a SNAPT has while its control connection is there. */
export interface DatagramAllowance {
  /** Shared with its connections. */
  readonly pace: BytePace;
  /** Whether it has used up its month. */
  readonly isSpent: () => boolean;
  /** Is told of what was carried, and to whom. */
  readonly carried: (bytes: number, to: CarriedTo) => void;
}

type Association =
  | { readonly kind: "none" }
  /** SNAPT is to say hello with the token. */
  | { readonly kind: "asked"; readonly token: string }
  /** It has; whether it is there is known when it says the number, which was sent there. */
  | {
    readonly kind: "welcomed";
    readonly token: string;
    readonly number: number;
    readonly at: DatagramPath;
  };

/** Where SNAPT is known to be. */
interface Whereabouts {
  readonly at: DatagramPath;
  readonly number: number;
  heardAt: number;
}

/**
 * One SNAPT at the UDP port of its relay. The places of its CNAPTs outlive its control connection: when
 * it comes back nobody has to prove anything again.
 */
export class DatagramSeat {
  readonly #context: DatagramSeatContext;
  readonly #places: DatagramPlaces<DatagramPath>;
  #allowance: DatagramAllowance | null = null;
  #association: Association = { kind: "none" };
  #where: Whereabouts | null = null;

  constructor(context: DatagramSeatContext) {
    this.#context = context;
    this.#places = new DatagramPlaces({
      limit: context.places,
      sourceOf: ({ peer }) => sourceKey(peer.host),
      random: () => this.#number(),
    });
  }

  /** Whether nothing is left of it. */
  get isIdle(): boolean {
    return this.#allowance === null && this.#places.size === 0;
  }

  /** There is a control connection. */
  attach(allowance: DatagramAllowance): void {
    this.#allowance = allowance;
  }

  /** It is gone: nothing is carried without one. */
  detach(): void {
    this.#allowance = null;
    this.#association = { kind: "none" };
    this.#moveTo(null);
  }

  /** A token for SNAPT to say hello with; the one before is no longer good. */
  token(): Uint8Array {
    const token = this.#context.random(TOKEN_BYTES);
    this.#association = { kind: "asked", token: token.toHex() };
    return token;
  }

  /** Somebody says hello with a token. True: with that of this SNAPT. */
  greeted(token: Uint8Array, from: DatagramPath): boolean {
    const association = this.#association;
    if (association.kind === "none" || association.token !== token.toHex()) return false;
    const isAgain = association.kind === "welcomed" && association.at.key === from.key;
    // Who has proven to be somewhere else needs no second hello: it is somebody who has listened.
    if (association.kind === "welcomed" && association.number === this.#where?.number && !isAgain) {
      return true;
    }
    const number = isAgain ? association.number : this.#number();
    this.#association = { kind: "welcomed", token: association.token, number, at: from };
    this.#say({ kind: "welcome", token, number }, from);
    return true;
  }

  /** SNAPT says that it is still there. True: it is this one. */
  keeps(number: number, from: DatagramPath): boolean {
    const now = this.#context.clock.now();
    const association = this.#association;
    const isWelcomed = association.kind === "welcomed" && association.number === number &&
      association.at.key === from.key;
    if (isWelcomed && this.#where?.number !== number) {
      this.#moveTo({ at: from, number, heardAt: now });
    }
    const where = this.#where;
    if (where === null || where.number !== number || where.at.key !== from.key) return false;
    where.heardAt = now;
    this.#say({ kind: "kept", number }, from);
    return true;
  }

  /** A CNAPT calls: gives SNAPT what is sealed. */
  call(sealed: Uint8Array, from: DatagramPath): void {
    const where = this.#where;
    if (where === null || this.#allowance === null) return;
    const now = this.#context.clock.now();
    const place = this.#places.received(from, sealed.length, now);
    if (place === null || !this.#mayCarry(sealed.length, "snapt", now)) return;
    this.#say({ kind: "carry", place, isProven: false, sealed }, where.at);
  }

  /** SNAPT sends to a place. */
  carry(place: number, sealed: Uint8Array, isProven: boolean): void {
    const now = this.#context.clock.now();
    const to = this.#places.send(place, sealed.length, isProven, now);
    if (this.#where !== null) this.#where.heardAt = now;
    if (to === null || !this.#mayCarry(sealed.length, "caller", now)) return;
    to.socket.send(sealed, to.peer);
  }

  sweep(): void {
    const now = this.#context.clock.now();
    this.#places.sweep(now);
    if (this.#where !== null && now - this.#where.heardAt >= SILENCE_MS) this.#moveTo(null);
  }

  /** Whether it may be carried; if so, it counts. */
  #mayCarry(bytes: number, to: CarriedTo, now: number): boolean {
    const allowance = this.#allowance;
    if (allowance === null || allowance.isSpent()) return false;
    if (!allowance.pace.tryTake(bytes, now, PATIENCE_MS)) return false;
    allowance.carried(bytes, to);
    return true;
  }

  #moveTo(where: Whereabouts | null): void {
    const before = this.#where;
    this.#where = where;
    this.#context.moved(where?.at ?? null, before?.at ?? null);
  }

  #say(datagram: Parameters<typeof encodeRelayDatagram>[0], to: DatagramPath): void {
    to.socket.send(encodeRelayDatagram(datagram, ROOM), to.peer);
  }

  /** Not zero. */
  #number(): number {
    const bytes = this.#context.random(4);
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) || 1;
  }
}
