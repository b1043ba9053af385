import { SiteBarrier, type SitePoint } from "../../core/session/site_barrier.ts";
import type { Clock, Timer } from "../run/clock.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import type { SitePart } from "../session/site_part.ts";

export interface SiteRoundContext {
  readonly sites: readonly string[];
  readonly patienceMs: number;
  /** The program's task group. */
  readonly clock: Clock;
  /**
   * Is told of each site that is not waited for any longer: at a point, or, where null, because
   * it went on alone (a planned switch that became a sudden one) for `patienceMs`.
   */
  readonly late: (site: string, point: SitePoint | null) => void;
}

/**
 * One planned switch of several sites: lets each of them wait at the synchronisation points for
 * the others, with a time-out so that none is held up by a dead one.
 */
export class SiteRound {
  readonly #barrier: SiteBarrier;
  readonly #context: SiteRoundContext;
  readonly #passes = new Map<string, () => void>();
  readonly #left = new Map<string, Timer>();
  readonly #timer: DeadlineTimer;
  #told = 0;

  constructor(context: SiteRoundContext) {
    this.#context = context;
    this.#barrier = new SiteBarrier(context.sites, context.patienceMs);
    this.#timer = new DeadlineTimer(context.clock, () => this.#timePassed());
  }

  /** The part of one site. */
  partOf(site: string): SitePart {
    return {
      arrive: (point, pass) => {
        this.#passes.set(site, pass);
        this.#go(this.#barrier.arrive(site, point, this.#context.clock.now()));
      },
      leave: () => this.#leave(site),
    };
  }

  /** The switch of this site has ended, one way or the other. */
  settled(site: string): void {
    this.#left.get(site)?.cancel();
    this.#left.delete(site);
  }

  /** Lets everybody go on who still waits. */
  end(): void {
    for (const site of this.#left.keys()) this.settled(site);
    this.#go([...this.#passes.keys()]);
    this.#timer.set(Infinity);
  }

  #leave(site: string): void {
    this.#passes.delete(site);
    this.#go(this.#barrier.leave(site));
    this.#left.get(site)?.cancel();
    this.#left.set(
      site,
      this.#context.clock.timer(this.#context.patienceMs, () => {
        this.#left.delete(site);
        this.#context.late(site, null);
      }),
    );
  }

  #go(sites: readonly string[]): void {
    this.#timer.set(this.#barrier.deadline);
    for (const site of sites) {
      const pass = this.#passes.get(site);
      this.#passes.delete(site);
      pass?.();
    }
  }

  #timePassed(): void {
    const passed = this.#barrier.timePassed(this.#context.clock.now());
    const late = this.#barrier.late.slice(this.#told);
    this.#told = this.#barrier.late.length;
    for (const { site, point } of late) this.#context.late(site, point);
    this.#go(passed);
  }
}
