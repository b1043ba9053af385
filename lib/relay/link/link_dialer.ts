import { nameAskedFor } from "../../core/relay/relay_name.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { dial, type DialOptions, type DialTarget } from "../../net/dial.ts";
import type { Resolve } from "../../net/reachable_addresses.ts";
import { formatAddress } from "../../net/socket_address.ts";
import { resolveHost } from "../../net/resolve.ts";
import { type OpenSomewhere, raceAddresses } from "./address_race.ts";
import { DialTurns } from "./dial_turns.ts";
import { dialOutcomeOf } from "./dial_outcome.ts";
import type { Link } from "./link.ts";
import { type Attempt, PlaceDialer } from "./place_dialer.ts";
import { LINK_TIMEOUT_MS } from "./link_timeout.ts";
import { PathSizes } from "./path_sizes.ts";
import { Refusals } from "./refusals.ts";
import type { SnaptEndpoint } from "./snapt_endpoint.ts";
import type { PlaceTarget } from "./place_target.ts";
import { type SnaptPlace, SnaptPlaces } from "./snapt_places.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Provider } from "../network/provider.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";

/**
 * Where round trips take seconds a link may take so many of them: from the first packet to the
 * verdict it is four to six, and a new attempt would take as many.
 */
const LINK_ROUND_TRIPS = 10;
const SLOW_LINK_TIMEOUT_MS = 25_000;
/** The next address is tried when the one before has not answered for so long (RFC 8305). */
const HEAD_START_MS = 250;
/** The same while a session lives: SNAPT is where it was, unless the network has changed. */
const LIVING_HEAD_START_MS = 1_000;

export interface LinkDialerContext {
  readonly endpoint: SnaptEndpoint;
  /** Is told once when connections by a device are made in the second best way. */
  readonly log?: RelayLog;
  /** The site: links outlive sessions. */
  readonly tasks: TaskGroup;
  /** How connections are made and names looked up; the simulation has its own way. */
  readonly dial?: typeof dial;
  readonly resolve?: Resolve;
  /** Evenly from 0 to 1, for what is not to happen everywhere at the same time. */
  readonly chance?: () => number;
}

/** How a link is opened. `segmentBytes` absent: as much as is known to pass on the network. */
interface Opening extends Required<Pick<DialOptions, "use">>, Pick<DialOptions, "segmentBytes"> {
  /** How long the address where SNAPT last was is dialled alone, in ms. */
  readonly headStartMs: number;
  /** In this place alone. */
  readonly place?: SnaptPlace;
}

/** `none`: SNAPT should be where it was. `some`: it was not met there, and may have moved. */
export type AddressDoubt = "none" | "some";

/** Opens links: dials over a provider, secures and authenticates. What it returns is parked. */
export class LinkDialer {
  #endpoint: SnaptEndpoint;
  readonly #tasks: TaskGroup;
  readonly #dialers: PlaceDialer;
  readonly #resolve: Resolve;
  #places: SnaptPlaces;
  /** Where each link leads to. */
  readonly #placeOf = new WeakMap<Link, SnaptPlace>();
  /** What is opened on a network leads to this place alone, while a session moves there. */
  #only: { readonly provider: ProviderKey; readonly place: SnaptPlace } | null = null;
  /** How large packets may be on which network: links are dialled accordingly. */
  readonly sizes = new PathSizes();
  /** Where connections were refused lately. */
  readonly refusals: Refusals;
  /** Evenly from 0 to 1, for what is not to happen everywhere at the same time. */
  readonly chance: () => number;
  readonly #turns = new DialTurns();

  constructor(context: LinkDialerContext) {
    this.#endpoint = context.endpoint;
    this.#tasks = context.tasks;
    this.#resolve = context.resolve ?? ((name) => resolveHost(name));
    this.#dialers = new PlaceDialer({
      endpoint: () => this.#endpoint,
      dial: context.dial ?? dial,
      resolve: this.#resolve,
      log: context.log ?? null,
      tasks: context.tasks,
    });
    this.#places = this.#placesOf(context.endpoint);
    this.chance = context.chance ?? Math.random;
    this.refusals = new Refusals(this.chance);
  }

  /** SNAPT, which proves the same key, is to be dialled elsewhere from now on; links stay. */
  useEndpoint(endpoint: SnaptEndpoint): void {
    const { told } = this.#places;
    this.#endpoint = endpoint;
    this.#places = this.#placesOf(endpoint);
    this.#places.tell(told);
  }

  #placesOf({ host, port, others = [], relay = null, tls }: SnaptEndpoint): SnaptPlaces {
    const asked = tls?.serverName ?? null;
    const isRelay = (one: DialTarget) => one.host === relay?.host && one.port === relay?.port;
    const targets = [{ host, port }, ...others].map((one): PlaceTarget => {
      if (isRelay(one)) return { ...one, serverName: asked, by: "relay" };
      return { ...one, serverName: relay === null ? asked : null, by: "itself" };
    });
    return new SnaptPlaces(targets, this.#resolve, this.#tasks);
  }

  /** SNAPT has said that it is in these places too. */
  tell(targets: readonly PlaceTarget[]): void {
    this.#places.tell(targets);
  }

  /** Where SNAPT may be, in the order in which it is tried over `provider`. */
  placesFor(provider: Provider): readonly SnaptPlace[] {
    return this.#places.orderedFor(provider);
  }

  /** Where this link leads to; null: the place is none any more. */
  placeOf(link: Link): SnaptPlace | null {
    const place = this.#placeOf.get(link);
    return place === undefined ? null : this.#places.current(place);
  }

  /** Until the end of its use, what is opened over `provider` leads to `place`. */
  confine(provider: ProviderKey, place: SnaptPlace): Disposable {
    const only = { provider, place };
    this.#only = only;
    return {
      [Symbol.dispose]: () => {
        if (this.#only === only) this.#only = null;
      },
    };
  }

  /**
   * A bare connection to where SNAPT should be: neither secured nor authenticated.
   *
   * @throws {ConnFailed} nobody answers
   */
  async connect(provider: Provider, signal: AbortSignal): Promise<ByteConn> {
    const [place] = this.#places.orderedFor(provider);
    return await this.#dialers.dialOver(provider, { signal }, place?.target ?? this.#endpoint);
  }

  /**
   * Opens a link that many others may be opened beside; it waits for its turn.
   *
   * @throws {LinkRefused} SNAPT does not want this CNAPT
   * @throws {ProtocolViolation} the other end is not our SNAPT
   * @throws {ConnFailed} no connection, or it broke, or it took too long
   */
  async open(provider: Provider, signal: AbortSignal): Promise<Link> {
    // Many are opened while the session lives, so SNAPT is where it was, unless it is not.
    const opening = { use: "dial", headStartMs: LIVING_HEAD_START_MS } as const;
    return await this.#turns.run(() => this.#openWithin(provider, signal, opening), signal);
  }

  /**
   * Opens a link whose packets carry `segmentBytes` at most, or, where it is null, as much as the
   * device takes, whatever is known of the network.
   */
  async openSized(
    provider: Provider,
    segmentBytes: number | null,
    signal: AbortSignal,
  ): Promise<Link> {
    const opening = { use: "dial", segmentBytes, headStartMs: LIVING_HEAD_START_MS } as const;
    return await this.#openWithin(provider, signal, opening);
  }

  /** Opens a link in this place, whatever else there is. */
  async openIn(place: SnaptPlace, provider: Provider, signal: AbortSignal): Promise<Link> {
    const opening = { use: "dial", headStartMs: HEAD_START_MS, place } as const;
    return await this.#openWithin(provider, signal, opening);
  }

  /** Opens a link before all that wait for their turn: the one that everything depends on. */
  async openAtOnce(
    provider: Provider,
    signal: AbortSignal,
    doubt: AddressDoubt = "none",
  ): Promise<Link> {
    const headStartMs = doubt === "none" ? HEAD_START_MS : 0;
    return await this.#openWithin(provider, signal, { use: "control", headStartMs });
  }

  async #openWithin(provider: Provider, signal: AbortSignal, opening: Opening): Promise<Link> {
    const { key } = provider;
    let slowestMs = 0;
    const connected = (tookMs: number) => slowestMs = Math.max(slowestMs, tookMs);
    const tooLate = new AbortController();
    const giveUp = () => tooLate.abort(new DOMException("It took too long", "TimeoutError"));
    let timer = this.#tasks.timer(LINK_TIMEOUT_MS, () => {
      const ms = Math.min(slowestMs * LINK_ROUND_TRIPS, SLOW_LINK_TIMEOUT_MS) - LINK_TIMEOUT_MS;
      if (ms <= 0) giveUp();
      else timer = this.#tasks.timer(ms, giveUp);
    });
    try {
      const limited = AbortSignal.any([signal, tooLate.signal]);
      const link = await this.#openAnywhere(provider, { ...opening, connected }, limited);
      this.refusals.accepted(key, this.#tasks.now());
      return link;
    } catch (error) {
      tooLate.abort(); // nobody would get what parts of the attempt still open
      if (!signal.aborted && dialOutcomeOf(error) === "refused") {
        const beside = opening.use === "control" ? "alone" : "beside";
        this.refusals.refused(key, this.#tasks.now(), beside, error);
      }
      throw error;
    } finally {
      timer.cancel();
    }
  }

  /** In any of its places: the first that proves SNAPT's key wins. */
  async #openAnywhere(
    provider: Provider,
    { headStartMs, segmentBytes: limit, place: alone, ...opening }:
      & Opening
      & Pick<Attempt, "connected">,
    signal: AbortSignal,
  ): Promise<Link> {
    const segmentBytes = limit === undefined ? this.sizes.segmentBytesOn(provider.key) : limit;
    const attempt: Attempt = { ...opening, segmentBytes };
    const openedAt = new Map<Link, SnaptPlace>();
    const ways = this.#placesToTry(provider, headStartMs, alone).flatMap((place) =>
      this.#dialers.waysTo(place, provider, { attempt, headStartMs, signal }).map(
        (open): OpenSomewhere => async (limited) => {
          const link = await open(limited);
          openedAt.set(link, place);
          return link;
        },
      )
    );
    const link = await raceAddresses({ tasks: this.#tasks, places: ways, headStartMs }, signal);
    const place = openedAt.get(link);
    // Behind a proxy it is the proxy's address.
    const address = provider.proxy === undefined ? link.conn.remoteAddress : null;
    if (place === undefined) return link;
    this.#placeOf.set(link, place);
    this.#places.proved(provider, place, address);
    const { by, host, port, serverName } = place.target;
    link.relay = by === "relay" ? formatAddress(host, port) : null;
    link.route = by === "relay" ? nameAskedFor(serverName) : null;
    return link;
  }

  #placesToTry(
    provider: Provider,
    headStartMs: number,
    alone: SnaptPlace | undefined,
  ): readonly SnaptPlace[] {
    if (alone !== undefined) return [alone];
    const only = this.#only?.provider === provider.key ? this.#only.place : null;
    // Where SNAPT was not met at once it is looked for everywhere.
    return only !== null && headStartMs > 0 ? [only] : this.#places.orderedFor(provider);
  }
}
