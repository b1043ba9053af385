import type { Chance } from "./chance.ts";
import { SimLink } from "./sim_link.ts";
import { SimLinkEnd } from "./sim_link_end.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** A round trip for TCP and one and a half for the proof of the key, rounded up. */
const DIAL_ROUND_TRIPS = 3;
/** A dial into a void ends after so long. */
const DIAL_TIMEOUT_MS = 3_000;

interface Provider {
  delayMs: number;
  state: "up" | "down" | "silent";
  dialFailureShare: number;
}

/** The providers of a world and all links that were made over them. */
export class SimNetwork {
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #providers = new Map<string, Provider>();
  #links: { readonly cnapt: SimLink; readonly snapt: SimLink }[] = [];
  /** SNAPT's door: gets each link that proved its key. */
  accept: (link: SimLink) => void = () => {};

  constructor(time: VirtualTime, chance: Chance, delaysMs: Readonly<Record<string, number>>) {
    this.#time = time;
    this.#chance = chance;
    for (const [key, delayMs] of Object.entries(delaysMs)) {
      this.#providers.set(key, { delayMs, state: "up", dialFailureShare: 0 });
    }
  }

  /** Providers that have an address: a silent one still looks like a good one. */
  get candidates(): readonly string[] {
    return [...this.#providers].filter(([, one]) => one.state !== "down").map(([key]) => key);
  }
  get keys(): readonly string[] {
    return [...this.#providers.keys()];
  }
  /** Links whose two ends are open. */
  get openLinks(): readonly { readonly cnapt: SimLink; readonly snapt: SimLink }[] {
    this.#links = this.#links.filter(({ cnapt, snapt }) => cnapt.isOpen || snapt.isOpen);
    return this.#links.filter(({ cnapt, snapt }) => cnapt.isOpen && snapt.isOpen);
  }

  stateOf(key: string): Provider["state"] {
    return this.#provider(key).state;
  }

  /** Dials an authenticated link; null when that fails. */
  dial(key: string, take: (link: SimLink | null) => void): void {
    const provider = this.#provider(key);
    const isDoomed = this.#chance.isHit(provider.dialFailureShare);
    if (provider.state === "silent") {
      return void this.#time.after(DIAL_TIMEOUT_MS, () => take(null));
    }
    const jitter = this.#chance.between(0, Math.ceil(provider.delayMs / 2));
    const roundTripMs = 2 * provider.delayMs + jitter;
    this.#time.after(DIAL_ROUND_TRIPS * roundTripMs, () => {
      if (isDoomed || provider.state !== "up") return take(null);
      const delaysMs = [
        provider.delayMs + this.#chance.between(0, provider.delayMs),
        provider.delayMs + this.#chance.between(0, provider.delayMs),
      ] as const;
      const ends = SimLinkEnd.pair(this.#time, key, delaysMs);
      const pair = {
        cnapt: new SimLink(ends.cnapt, this.#time, this.#chance),
        snapt: new SimLink(ends.snapt, this.#time, this.#chance),
      };
      this.#links.push(pair);
      this.accept(pair.snapt);
      take(pair.cnapt);
    });
  }

  /** A link on which somebody who is not CNAPT writes; authenticated all the same. */
  openForged(): SimLink {
    const ends = SimLinkEnd.pair(this.#time, "forged", [1, 1]);
    this.accept(new SimLink(ends.snapt, this.#time, this.#chance));
    return new SimLink(ends.cnapt, this.#time, this.#chance);
  }

  /** Every link breaks at CNAPT; SNAPT hears of it, or not. New dials fail at once. */
  unplug(key: string): void {
    this.#provider(key).state = "down";
    for (const { cnapt, snapt } of this.#linksOver(key)) {
      cnapt.end.break(this.#chance, this.#chance.between(0, 20));
      snapt.end.break(this.#chance, this.#chance.isHit(0.5) ? 1e9 : this.#chance.between(0, 900));
    }
  }

  /** SNAPT's end of every link is closed. */
  closeLinks(): void {
    for (const { snapt } of this.openLinks) snapt.close();
  }

  /** Links break now, all or those of streams, at the ends that are named. */
  breakLinks(ends: "both" | "cnapt" = "both", which: "all" | "streams" = "all"): void {
    for (const { cnapt, snapt } of this.openLinks) {
      if (which === "streams" && cnapt.firstSent?.kind !== "bind") continue;
      cnapt.end.break(this.#chance, 1);
      if (ends === "both") snapt.end.break(this.#chance, 1);
    }
  }

  /** Nothing gets through any more, and nobody is told. */
  silence(key: string): void {
    this.#provider(key).state = "silent";
    for (const { cnapt } of this.#linksOver(key)) cnapt.end.silence();
  }

  restore(key: string): void {
    this.#provider(key).state = "up";
  }

  setDialFailures(key: string, share: number): void {
    this.#provider(key).dialFailureShare = share;
  }

  /** Nothing arrives over this provider for a while; afterwards everything does. */
  stall(key: string, ms: number): void {
    for (const { cnapt, snapt } of this.#linksOver(key)) {
      cnapt.end.stall(ms);
      snapt.end.stall(ms);
    }
  }

  #linksOver(key: string): readonly { readonly cnapt: SimLink; readonly snapt: SimLink }[] {
    return this.openLinks.filter(({ cnapt }) => cnapt.provider === key);
  }

  #provider(key: string): Provider {
    const provider = this.#providers.get(key);
    if (provider === undefined) throw new RangeError(`Cannot use provider ${key}: there is none`);
    return provider;
  }
}
