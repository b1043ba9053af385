import type { Packet } from "../../core/datagram/packet.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { FallbackLink, type FallbackLinkContext } from "./fallback_link.ts";

/** So many wait for the link; more are dropped. */
const MAX_WAITING = 64;

export interface LargePacketsContext extends
  Pick<
    FallbackLinkContext,
    "tasks" | "log" | "requestLink" | "received" | "nextBinding" | "place"
  > {
  /** A packet is lost: it does not fit, or the link has no room. */
  dropped(reason: "tooBig" | "linkFull"): void;
}

/**
 * What is too large for a datagram on the network in use: it goes by a link, and so does what SNAPT
 * has of that kind, while all else goes by UDP. The link is asked for with the first of it.
 */
export class LargePackets {
  readonly #context: LargePacketsContext;
  readonly #link: FallbackLink;
  #provider: ProviderKey | null = null;
  #largest = Infinity;
  readonly #waiting: Packet[] = [];

  constructor(context: LargePacketsContext) {
    this.#context = context;
    this.#link = new FallbackLink({
      ...context,
      above: () => Math.min(this.#largest, 0xffff),
      isWanted: () => false, // whoever has something large asks again
      opened: () => this.#sendWaiting(),
    });
  }

  /** Longer datagrams do not go by UDP; Infinity: nothing is known against any. */
  get largest(): number {
    return this.#largest;
  }

  /** The session lives on `provider` from now on, where datagrams may be so long; null: on none. */
  use(provider: ProviderKey | null, largest: number): void {
    this.#link.close();
    this.#waiting.length = 0;
    this.#provider = provider;
    this.#largest = largest;
  }

  /** A datagram of so many bytes did not fit: the limit is lower than was known. */
  shrink(bytes: number): void {
    if (bytes > this.#largest) return;
    this.#largest = bytes - 1;
    this.#link.close(); // SNAPT is told the new limit with the next one
    this.want();
  }

  /** There is something large, here or at SNAPT. */
  want(): void {
    if (this.#provider !== null) this.#link.request(this.#provider);
  }

  send(packet: Packet): void {
    const outcome = this.#link.send(packet);
    if (outcome === "sent") return;
    if (outcome !== null) return this.#context.dropped(outcome);
    if (this.#provider === null || this.#waiting.length >= MAX_WAITING) {
      return this.#context.dropped("tooBig");
    }
    this.#waiting.push(
      "payload" in packet ? { ...packet, payload: packet.payload.slice() } : packet,
    );
    this.want();
  }

  #sendWaiting(): void {
    for (const packet of this.#waiting.splice(0)) this.send(packet);
  }
}
