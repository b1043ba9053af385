import { LocalMisuse } from "../local_misuse.ts";

/**
 * Where the sites of one planned switch wait for one another (patent: synchronization steps of the
 * Multi-Site configuration), in this order:
 *
 * - `drained`: every SNAPT has said OK_TO_REDIRECTION [CNAPT-14]; strict switch only
 * - `left`: the links to every SNAPT are closed [CNAPT-19..21], so the old provider may be left
 *   [CNAPT-22]; strict switch only
 * - `redirected`: every SNAPT has said ALL_REDIRECTED [CNAPT-33], so the decision task goes on
 *   [CNAPT-34]
 */
export const SITE_POINTS = ["drained", "left", "redirected"] as const;
export type SitePoint = (typeof SITE_POINTS)[number];

/** A site that others did not wait for any longer. */
export interface LateSite {
  readonly site: string;
  readonly point: SitePoint;
}

/**
 * The synchronisation points of one planned switch of several sites. A site that arrives waits
 * until all members have arrived; one that is not there `patienceMs` after the first is late and
 * nobody waits for it again, neither at this point nor at a later one. Every method returns the
 * sites that may go on because of it.
 */
export class SiteBarrier {
  readonly #patienceMs: number;
  readonly #members: Set<string>;
  readonly #arrived = new Set<string>();
  readonly #late: LateSite[] = [];
  #point: SitePoint | null = null;
  #until = Infinity;

  constructor(sites: readonly string[], patienceMs: number) {
    this.#members = new Set(sites);
    this.#patienceMs = patienceMs;
  }

  /** When `timePassed` has something to do, in ms of the caller's clock; Infinity for never. */
  get deadline(): number {
    return this.#until;
  }

  /** Those that were not waited for any longer, in the order in which that happened. */
  get late(): readonly LateSite[] {
    return this.#late;
  }

  /**
   * A site has reached `point`. One that is late, or never was a member, may go on at once.
   *
   * @throws {LocalMisuse} the others wait somewhere else: a site has left out a point
   */
  arrive(site: string, point: SitePoint, now: number): readonly string[] {
    if (!this.#members.has(site)) return [site];
    if (this.#point === null) {
      this.#point = point;
      this.#until = now + this.#patienceMs;
    }
    if (this.#point !== point) {
      throw new LocalMisuse(`Cannot take ${site} at ${point}: others wait at ${this.#point}`);
    }
    this.#arrived.add(site);
    return this.#passed();
  }

  /** A site has no part in the switch any more: it has failed, ended, or goes on by itself. */
  leave(site: string): readonly string[] {
    this.#members.delete(site);
    this.#arrived.delete(site);
    return this.#passed();
  }

  /** Leaves behind those that are not there in time. */
  timePassed(now: number): readonly string[] {
    const point = this.#point;
    if (point === null || now < this.#until) return [];
    for (const site of this.#members) {
      if (this.#arrived.has(site)) continue;
      this.#members.delete(site);
      this.#late.push({ site, point });
    }
    return this.#passed();
  }

  #passed(): readonly string[] {
    if (this.#arrived.size < this.#members.size) return [];
    const passed = [...this.#arrived];
    this.#arrived.clear();
    this.#point = null;
    this.#until = Infinity;
    return passed;
  }
}
