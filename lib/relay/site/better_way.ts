/**
 * Looks for a better way to SNAPT over the network in use, and moves the session there.
 *
 * Theory of operation. A session may have begun by a relay, or by the public name of a SNAPT that is
 * in the same LAN by now. So the places that promise more are dialled beside it: at once when
 * SNAPT has told new ones, when the session has come to another network, and when something happened
 * to that; then again and again, ever more rarely. The first that proves SNAPT's key is where the
 * session moves, by an overlapped switch within its network: nothing stops. A way that is lost soon
 * after is left alone for a while, so that a session does not go back and forth.
 *
 * SNAPT may also say that it is about to leave the network by which it is reached. Then any other place
 * is better, and a relay is worth another look: its other end has moved by then.
 */
import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import { formatAddress } from "../../net/socket_address.ts";
import { raceAddresses } from "../link/address_race.ts";
import type { Link } from "../link/link.ts";
import type { LinkDialer } from "../link/link_dialer.ts";
import { passOnUnlessLinkFailed, sentenceOf } from "../link/link_failure.ts";
import type { ParkedLinks } from "../link/parked_links.ts";
import { distanceOf } from "../link/place_distance.ts";
import type { SnaptPlace } from "../link/snapt_places.ts";
import type { Provider } from "../network/provider.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import { AvoidedPlaces } from "./avoided_places.ts";
import { SwitchImpossible } from "./switch_impossible.ts";

/** A SNAPT that tells places again and again must not have CNAPT dial as fast as it goes. */
const LEAST_BETWEEN_MS = 250;
/** How long each place is alone. */
const HEAD_START_MS = 100;
/** A link takes four to six round trips to be proven; where those are long, so many are waited for. */
const ANSWER_ROUND_TRIPS = 10;

/** How often places are dialled, and how long they have to answer, while the last news are so old; ms. */
interface Pace {
  readonly until: number;
  readonly everyMs: number;
  readonly answerMs: number;
}

const RARELY: Pace = { until: Infinity, everyMs: 60_000, answerMs: 4_000 };
/** What was told may not be reached yet: a new line has its address before its routes. */
const PACES: readonly Pace[] = [
  { until: 10_000, everyMs: 1_000, answerMs: 1_500 },
  { until: 60_000, everyMs: 4_000, answerMs: 4_000 },
  { until: 600_000, everyMs: 15_000, answerMs: 4_000 },
  RARELY,
];
/** A way that was lost so soon after the session came there is left alone for a while. */
const SOON_LOST_MS = 60_000;

/** Where a connected session is. */
export interface SessionWay {
  readonly provider: Provider;
  readonly control: Link;
  /** Null: it was not measured. */
  readonly roundTripMs: number | null;
}

export interface BetterWayContext {
  readonly dialer: LinkDialer;
  readonly parked: ParkedLinks;
  /** Null while the session is not connected, or moves. */
  readonly where: () => SessionWay | null;
  /** Moves the session to the links that are opened now over the network that it has. */
  readonly move: (
    way: SessionWay,
    reason: string,
    signal: AbortSignal,
  ) => Promise<SwitchReceipt>;
  /** The site's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/** A way that is better left; `place`: null where SNAPT tells it no more. */
interface LeftWay {
  readonly control: Link;
  readonly place: SnaptPlace | null;
}

export class BetterWay {
  readonly #context: BetterWayContext;
  readonly #timer: DeadlineTimer;
  #newsAt = 0;
  #begunAt = -Infinity;
  #looking: "no" | "yes" | "again" | "over" = "no";
  /** Where the session was when SNAPT said that it leaves its network there. */
  #leaving: LeftWay | "wherever" | null = null;
  /** The place of the last move, and when that was. */
  #moved: { readonly place: SnaptPlace; readonly at: number } | null = null;
  readonly #avoided: AvoidedPlaces;

  constructor(context: BetterWayContext) {
    this.#context = context;
    this.#avoided = new AvoidedPlaces(context.tasks);
    this.#timer = new DeadlineTimer(context.tasks, () => this.#begin());
  }

  /** There is something new: there may be a better way now. */
  look(): void {
    this.#newsAt = this.#context.tasks.now();
    this.#begin();
  }

  /** Something has happened to a network, as on some machines always does: no reason to look often. */
  glance(): void {
    this.#begin();
  }

  /** SNAPT has said whether it leaves the network by which it is reached. */
  advised(advice: "stay" | "leave"): void {
    this.#leaving = advice === "stay" ? null : this.#here() ?? "wherever";
    this.look();
  }

  #here(): LeftWay | null {
    const { where, dialer } = this.#context;
    const way = where();
    return way === null ? null : { control: way.control, place: dialer.placeOf(way.control) };
  }

  /** What was said of one way holds for no other: the session may have been cut off and be elsewhere. */
  #isLeft({ control }: SessionWay): boolean {
    const left = this.#leaving;
    if (left === null || left === "wherever") return left !== null;
    if (left.control === control) return true;
    // A relay has met SNAPT elsewhere since.
    return left.place?.target.by === "itself" &&
      this.#context.dialer.placeOf(control) === left.place;
  }

  /** A switch of the session has ended. */
  switchEnded({ kind }: Pick<SwitchReceipt, "kind">): void {
    const { tasks } = this.#context;
    const moved = this.#moved;
    if (kind === "sudden" && moved !== null && tasks.now() - moved.at < SOON_LOST_MS) {
      this.#avoided.add(moved.place);
      this.#moved = null;
    }
  }

  /** The site ends: what is under way goes on to its end, and nothing more begins. */
  close(): void {
    this.#looking = "over";
    this.#timer.set(Infinity);
  }

  #begin(): void {
    if (this.#looking === "over") return;
    if (this.#looking !== "no") {
      this.#looking = "again";
      return;
    }
    const now = this.#context.tasks.now();
    if (now < this.#begunAt + LEAST_BETWEEN_MS) {
      return this.#timer.set(this.#begunAt + LEAST_BETWEEN_MS);
    }
    this.#begunAt = now;
    this.#looking = "yes";
    this.#context.tasks.run("look for a better way", async () => {
      let outcome: "wanted" | "none" = "none";
      try {
        outcome = await this.#lookOnce();
      } finally {
        this.#ended(outcome);
      }
    });
  }

  #ended(outcome: "wanted" | "none"): void {
    if (this.#looking === "over") return;
    const isDue = this.#looking === "again";
    this.#looking = "no";
    if (isDue) this.#begin();
    else if (outcome === "wanted") {
      this.#timer.set(this.#context.tasks.now() + this.#pace().everyMs);
    }
  }

  #pace(): Pace {
    const age = this.#context.tasks.now() - this.#newsAt;
    return PACES.find(({ until }) => age < until) ?? RARELY;
  }

  /** `wanted`: there are places that would be better, and the session is not there. */
  async #lookOnce(): Promise<"wanted" | "none"> {
    const { where, dialer, tasks } = this.#context;
    const way = where();
    if (way === null) return "none";
    const isLeaving = this.#isLeft(way);
    const better = this.#better(way, isLeaving);
    if (better.length === 0) return "none";
    const wanted = isLeaving ? better : better.filter((place) => !this.#avoided.has(place));
    if (wanted.length === 0) return "wanted";
    const found = await this.#firstThatAnswers(wanted, way);
    if (found === null) return "wanted";
    const { link, place } = found;
    const now = where();
    if (now?.control !== way.control) {
      link.close(); // it moved meanwhile, or is lost
      return "wanted";
    }
    const { key } = way.provider;
    using _ = dialer.confine(key, place);
    this.#context.parked.abandon(key, "session");
    this.#context.parked.add(link, "session");
    const leaving = this.#leaving;
    const outcome = await this.#move(way, reasonFor(place, isLeaving));
    const isMoved = outcome === "moved";
    if (outcome === "failed") this.#avoided.add(place);
    if (isMoved) this.#moved = { place, at: tasks.now() };
    if (isMoved && isLeaving && this.#leaving === leaving) this.#leaving = null;
    return isMoved ? "none" : "wanted";
  }

  /** `called off`: something else was done with the session meanwhile. */
  async #move(way: SessionWay, reason: string): Promise<"moved" | "failed" | "called off"> {
    const { move, tasks, log } = this.#context;
    try {
      const receipt = await move(way, reason, tasks.signal);
      return receipt.outcome === "switched" && receipt.kind !== "sudden" ? "moved" : "failed";
    } catch (error) {
      if (!(error instanceof SwitchImpossible)) throw error;
      log.debug("way-not-changed", { reason: error.message });
      return "called off";
    }
  }

  /** The places that are better than the one in use, the best first. */
  #better({ provider, control }: SessionWay, isLeaving: boolean): readonly SnaptPlace[] {
    const { dialer } = this.#context;
    const current = dialer.placeOf(control);
    if (current === null && !isLeaving) return [];
    const distance = ({ target }: SnaptPlace) => distanceOf(target, provider);
    const mayBe = (place: SnaptPlace) =>
      place.target.standing !== "last" &&
      (isLeaving
        ? place !== current || place.target.by === "relay"
        : place !== current && current !== null && isBetter(place, current, provider));
    return dialer.placesFor(provider).filter(mayBe)
      .toSorted((one, other) => distance(one) - distance(other));
  }

  async #firstThatAnswers(
    wanted: readonly SnaptPlace[],
    { provider, roundTripMs }: SessionWay,
  ): Promise<{ readonly link: Link; readonly place: SnaptPlace } | null> {
    const { dialer, tasks, log } = this.#context;
    const placeOf = new Map<Link, SnaptPlace>();
    const places = wanted.map((place) => async (signal: AbortSignal) => {
      const link = await dialer.openIn(place, provider, signal);
      placeOf.set(link, place);
      return link;
    });
    const ms = Math.max(this.#pace().answerMs, ANSWER_ROUND_TRIPS * (roundTripMs ?? 0));
    try {
      const link = await withinLimit(
        { clock: tasks, ms, signal: tasks.signal },
        (signal) => raceAddresses({ tasks, places, headStartMs: HEAD_START_MS }, signal),
      );
      const place = placeOf.get(link);
      return place === undefined ? null : { link, place };
    } catch (error) {
      passOnUnlessLinkFailed(error);
      log.debug("no-better-way", { reason: sentenceOf(error) });
      return null;
    }
  }
}

/**
 * Whether `place` promises more than the one in use. A place in the network itself beats all others,
 * any place of SNAPT's own a relay; else what works is as good as what might.
 */
function isBetter(place: SnaptPlace, current: SnaptPlace, provider: Provider): boolean {
  if (place.target.by === "relay") return false;
  if (current.target.by === "relay") return true;
  return distanceOf(place.target, provider) === 0 && distanceOf(current.target, provider) !== 0;
}

function reasonFor({ target }: SnaptPlace, isLeaving: boolean): string {
  const where = formatAddress(target.host, target.port);
  if (target.by === "relay") return `SNAPT changes its network: by the relay ${where} again`;
  return isLeaving
    ? `SNAPT changes its network: it answers at ${where}`
    : `SNAPT answers at ${where}, a shorter way`;
}
