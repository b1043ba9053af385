import { SiteBarrier, type SitePoint } from "../../core/session/site_barrier.ts";
import { monotonicMs } from "../../net/clock.ts";
import type { SitePart } from "../session/site_part.ts";

type Timer = ReturnType<typeof setTimeout>;

/**
 * One planned switch of several sites: lets each of them wait at the synchronisation points for
 * the others, with a time-out so that none is held up by a dead one.
 */
export class SiteRound {
  readonly #barrier: SiteBarrier;
  readonly #patienceMs: number;
  readonly #onLate: (site: string, point: SitePoint | null) => void;
  readonly #passes = new Map<string, () => void>();
  readonly #left = new Map<string, Timer>();
  #told = 0;
  #timer: Timer | undefined;

  /**
   * `onLate` is told of each site that is not waited for any longer: at a point, or, where null,
   * because it went on alone (a planned switch that became a sudden one) for `patienceMs`.
   */
  constructor(
    sites: readonly string[],
    patienceMs: number,
    onLate: (site: string, point: SitePoint | null) => void,
  ) {
    this.#barrier = new SiteBarrier(sites, patienceMs);
    this.#patienceMs = patienceMs;
    this.#onLate = onLate;
  }

  /** The part of one site. */
  partOf(site: string): SitePart {
    return {
      arrive: (point, pass) => {
        this.#passes.set(site, pass);
        this.#go(this.#barrier.arrive(site, point, monotonicMs()));
      },
      leave: () => this.#leave(site),
    };
  }

  /** The switch of this site has ended, one way or the other. */
  settled(site: string): void {
    clearTimeout(this.#left.get(site));
    this.#left.delete(site);
  }

  /** Lets everybody go on who still waits. */
  end(): void {
    for (const site of this.#left.keys()) this.settled(site);
    this.#go([...this.#passes.keys()]);
    clearTimeout(this.#timer);
  }

  #leave(site: string): void {
    this.#passes.delete(site);
    this.#go(this.#barrier.leave(site));
    clearTimeout(this.#left.get(site));
    this.#left.set(
      site,
      setTimeout(() => {
        this.#left.delete(site);
        this.#onLate(site, null);
      }, this.#patienceMs),
    );
  }

  #go(sites: readonly string[]): void {
    this.#arm();
    for (const site of sites) {
      const pass = this.#passes.get(site);
      this.#passes.delete(site);
      pass?.();
    }
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const { deadline } = this.#barrier;
    if (deadline === Infinity) return;
    this.#timer = setTimeout(() => {
      const passed = this.#barrier.timePassed(monotonicMs());
      const late = this.#barrier.late.slice(this.#told);
      this.#told = this.#barrier.late.length;
      for (const { site, point } of late) this.#onLate(site, point);
      this.#go(passed);
    }, Math.max(0, deadline - monotonicMs()));
  }
}
