import type { SitePoint } from "../../core/session/site_barrier.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { ALONE, type SitePart } from "./site_part.ts";

const WHAT = "switch of several sites";

/**
 * The steps of a session in a switch of several sites. A mistake in what the sites have in common
 * is logged and costs the session no byte: its switch times out at worst.
 */
export class SiteSteps {
  readonly #outside: TaskGroup;
  #part: SitePart = ALONE;

  /** `outside`: the group that the session lives in. */
  constructor(outside: TaskGroup) {
    this.#outside = outside;
  }

  /** The next switch is one of several sites. */
  join(part: SitePart): void {
    this.#part = part;
  }

  /** Calls `pass`, now or later, when the site may go on beyond `point`. */
  reach(point: SitePoint, pass: () => void): void {
    this.#outside.guard(WHAT, () => this.#part.arrive(point, pass));
  }

  /** The streams of this site are redirected: the switch is over for it. */
  redirected(resume: () => void): void {
    this.#end((part) => part.arrive("redirected", resume));
  }

  /** The switch of this site has nothing to do with the others any more. */
  leave(): void {
    this.#end((part) => part.leave());
  }

  #end(end: (part: SitePart) => void): void {
    const part = this.#part;
    this.#part = ALONE;
    this.#outside.guard(WHAT, () => end(part));
  }
}
