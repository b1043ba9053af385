import type { SimLink } from "./sim_link.ts";
import type { SimNetwork } from "./sim_network.ts";
import type { Planned, VirtualTime } from "./virtual_time.ts";

const PARKED = 2;
const RETRY_MS = 500;

interface Waiter {
  readonly provider: string;
  readonly take: (link: SimLink) => void;
}

/** `LinkPool` of the relay in a simulated world. */
export class SimPool {
  readonly #network: SimNetwork;
  readonly #time: VirtualTime;
  readonly #parked = new Map<string, SimLink[]>();
  readonly #dialing = new Map<string, number>();
  #waiters: Waiter[] = [];
  #provider: string | null = null;
  #retry: Planned | null = null;
  #state: "open" | "closed" = "open";

  constructor(network: SimNetwork, time: VirtualTime) {
    this.#network = network;
    this.#time = time;
  }

  use(provider: string): void {
    this.#provider = provider;
    for (const key of [...this.#parked.keys()]) if (key !== provider) this.abandon(key);
    this.#fill();
  }

  pause(): void {
    this.#provider = null;
    this.#waiters = [];
    for (const key of [...this.#parked.keys()]) this.abandon(key);
  }

  request(provider: string, take: (link: SimLink) => void): void {
    const link = this.#takeParked(provider);
    if (link !== null) take(link);
    else this.#waiters.push({ provider, take });
    this.#fill();
  }

  /** Parks `count` links on `provider`; `done` when all dials have ended. */
  prepare(provider: string, count: number, done: () => void): void {
    let left = count;
    if (left === 0) return void this.#time.soon(done);
    for (let i = 0; i < count; i++) {
      this.#network.dial(provider, (link) => {
        if (link !== null) this.#park(link);
        left -= 1;
        if (left === 0) done();
      });
    }
  }

  abandon(provider: string): void {
    for (const link of this.#parked.get(provider) ?? []) link.close();
    this.#parked.delete(provider);
  }

  close(): void {
    this.#state = "closed";
    this.#time.cancel(this.#retry);
    this.pause();
  }

  #takeParked(provider: string): SimLink | null {
    const links = this.#parked.get(provider);
    for (let link = links?.pop(); link !== undefined; link = links?.pop()) {
      if (link.isOpen) return link;
    }
    return null;
  }

  #park(link: SimLink): void {
    const index = this.#waiters.findIndex((waiter) => waiter.provider === link.provider);
    const [waiter] = index < 0 ? [] : this.#waiters.splice(index, 1);
    if (waiter !== undefined) return waiter.take(link);
    if (this.#state === "closed") return link.close();
    const links = this.#parked.get(link.provider) ?? [];
    links.push(link);
    this.#parked.set(link.provider, links);
    link.firstMessage((message) => {
      if (message !== null) return;
      link.close();
      const parked = this.#parked.get(link.provider) ?? [];
      const at = parked.indexOf(link);
      if (at >= 0) parked.splice(at, 1);
      this.#fill();
    });
  }

  #fill(): void {
    if (this.#state === "closed") return;
    const needs = new Map<string, number>();
    for (const { provider } of this.#waiters) needs.set(provider, (needs.get(provider) ?? 0) + 1);
    const own = this.#provider;
    if (own !== null) {
      const missing = PARKED - (this.#parked.get(own)?.length ?? 0);
      needs.set(own, Math.max(0, missing) + (needs.get(own) ?? 0));
    }
    for (const [provider, need] of needs) {
      for (let i = this.#dialing.get(provider) ?? 0; i < need; i++) this.#dialOne(provider);
    }
  }

  #dialOne(provider: string): void {
    this.#dialing.set(provider, (this.#dialing.get(provider) ?? 0) + 1);
    this.#network.dial(provider, (link) => {
      this.#dialing.set(provider, (this.#dialing.get(provider) ?? 1) - 1);
      if (link !== null) return this.#park(link);
      if (this.#state === "closed") return;
      this.#time.cancel(this.#retry);
      this.#retry = this.#time.after(RETRY_MS, () => this.#fill());
    });
  }
}
