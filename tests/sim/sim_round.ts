import { SiteBarrier, type SitePoint } from "../../lib/core/session/site_barrier.ts";
import type { SitePart } from "../../lib/relay/session/site_part.ts";
import type { Planned, VirtualTime } from "./virtual_time.ts";

/** `SiteRound` of the relay in a simulated world; keeps what happened for a test to look at. */
export class SimRound {
  /** What happened, in order: `home arrives at drained`, `home passes drained`. */
  readonly trace: string[] = [];
  readonly #time: VirtualTime;
  readonly #barrier: SiteBarrier;
  readonly #passes = new Map<string, () => void>();
  #timer: Planned | null = null;

  constructor(sites: readonly string[], patienceMs: number, time: VirtualTime) {
    this.#barrier = new SiteBarrier(sites, patienceMs);
    this.#time = time;
  }

  get late(): readonly string[] {
    return this.#barrier.late.map(({ site }) => site);
  }

  partOf(site: string): SitePart {
    return {
      arrive: (point, pass) => this.#arrive(site, point, pass),
      leave: () => {
        this.trace.push(`${site} leaves`);
        this.#passes.delete(site);
        this.#go(this.#barrier.leave(site));
      },
    };
  }

  #arrive(site: string, point: SitePoint, pass: () => void): void {
    this.trace.push(`${site} arrives at ${point}`);
    this.#passes.set(site, () => {
      this.trace.push(`${site} passes ${point}`);
      pass();
    });
    this.#go(this.#barrier.arrive(site, point, this.#time.now));
  }

  #go(sites: readonly string[]): void {
    this.#time.cancel(this.#timer);
    const { deadline } = this.#barrier;
    this.#timer = deadline === Infinity ? null : this.#time.after(deadline - this.#time.now, () => {
      this.#go(this.#barrier.timePassed(this.#time.now));
    });
    for (const site of sites) {
      const pass = this.#passes.get(site);
      this.#passes.delete(site);
      pass?.();
    }
  }
}
