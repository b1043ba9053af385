import type { ByteConn } from "../../net/byte_conn.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { deviceShortcoming } from "../../net/device_socket.ts";
import { dial, type DialOptions, type DialTarget } from "../../net/dial.ts";
import type { Resolve } from "../../net/reachable_addresses.ts";
import { resolveHost } from "../../net/resolve.ts";
import { type OpenSomewhere, raceAddresses } from "./address_race.ts";
import { DialTurns } from "./dial_turns.ts";
import { dialOutcomeOf } from "./dial_outcome.ts";
import { Link } from "./link.ts";
import { authenticateToSnapt } from "./link_auth.ts";
import { orNotAtRelay } from "./not_at_relay.ts";
import { PathSizes } from "./path_sizes.ts";
import { relayAt } from "./relay_on_path.ts";
import { Refusals } from "./refusals.ts";
import type { SnaptEndpoint } from "./snapt_endpoint.ts";
import { type SnaptPlace, SnaptPlaces } from "./snapt_places.ts";
import type { Provider } from "../network/provider.ts";
import { LoggedOnce } from "../run/logged_once.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** A link that is not authenticated after that long is given up, */
export const LINK_TIMEOUT_MS = 8_000;
/**
 * but where round trips take seconds it may take so many of them: from the first packet to the
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
}

/** What is dialled with, beside the signal and TLS. */
type Attempt =
  & Required<Pick<DialOptions, "use" | "segmentBytes" | "connected">>
  & Pick<DialOptions, "resolve">;

/** `none`: SNAPT should be where it was. `some`: it was not met there, and may have moved. */
export type AddressDoubt = "none" | "some";

/** Opens links: dials over a provider, secures and authenticates. What it returns is parked. */
export class LinkDialer {
  #endpoint: SnaptEndpoint;
  readonly #tasks: TaskGroup;
  readonly #dial: typeof dial;
  readonly #resolve: Resolve;
  #places: SnaptPlaces;
  readonly #log: RelayLog | null;
  readonly #told = new LoggedOnce();
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
    this.#dial = context.dial ?? dial;
    this.#resolve = context.resolve ?? ((name) => resolveHost(name));
    this.#places = this.#placesOf(context.endpoint);
    this.chance = context.chance ?? Math.random;
    this.refusals = new Refusals(this.chance);
    this.#log = context.log ?? null;
  }

  /** SNAPT, which proves the same key, is to be dialled elsewhere from now on; links stay. */
  useEndpoint(endpoint: SnaptEndpoint): void {
    this.#endpoint = endpoint;
    this.#places = this.#placesOf(endpoint);
  }

  #placesOf({ host, port, others = [] }: SnaptEndpoint): SnaptPlaces {
    return new SnaptPlaces([{ host, port }, ...others], this.#resolve, this.#tasks);
  }

  /**
   * A bare connection to where SNAPT should be: neither secured nor authenticated.
   *
   * @throws {ConnFailed} nobody answers
   */
  async connect(provider: Provider, signal: AbortSignal): Promise<ByteConn> {
    const [place] = this.#places.orderedFor(provider);
    return await this.#dialOver(provider, { signal }, place?.target ?? this.#endpoint);
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
    { headStartMs, segmentBytes: limit, ...opening }: Opening & Pick<Attempt, "connected">,
    signal: AbortSignal,
  ): Promise<Link> {
    const segmentBytes = limit === undefined ? this.sizes.segmentBytesOn(provider.key) : limit;
    const attempt: Attempt = { ...opening, segmentBytes };
    const openedAt = new Map<Link, SnaptPlace>();
    const ways = this.#places.orderedFor(provider).flatMap((place) =>
      this.#waysTo(place, provider, { attempt, headStartMs, signal }).map(
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
    if (place !== undefined) this.#places.proved(provider, place, address);
    link.relay = relayAt(this.#endpoint.relay, place?.target);
    return link;
  }

  /** The addresses where SNAPT has been in a place before, and those that its name has now. */
  #waysTo(
    { target, addresses }: SnaptPlace,
    provider: Provider,
    { attempt, headStartMs, signal }: {
      readonly attempt: Attempt;
      readonly headStartMs: number;
      readonly signal: AbortSignal;
    },
  ): readonly OpenSomewhere[] {
    const { host, port } = target;
    // Behind a proxy it is the proxy that looks names up.
    if (provider.proxy !== undefined) {
      return [(limited) => this.#open(provider, { ...attempt, signal: limited }, target)];
    }
    const proven = addresses.provenFor(provider.key);
    const lookUp = async (limited: AbortSignal) => {
      const found = await addresses.lookUp(limited);
      const others = found.filter(({ address }) => !proven.includes(address));
      if (others.length > 0) return others;
      throw new ConnFailed("unreachable", `Cannot reach ${host}: it has no other address`);
    };
    const isSoon = headStartMs <= HEAD_START_MS;
    // What becomes of it is asked when it has its turn, if it ever has.
    const early = isSoon ? Promise.allSettled([lookUp(signal)]) : null;
    const byName: OpenSomewhere = async (limited) => {
      const [known] = await early ?? [];
      if (known?.status === "rejected") throw known.reason;
      const others = known?.value ?? await lookUp(limited);
      const resolve: Resolve = async (name) => name === host ? others : await this.#resolve(name);
      return await this.#open(provider, { ...attempt, signal: limited, resolve }, target);
    };
    const byAddress = proven.map((address): OpenSomewhere => (limited) =>
      this.#open(provider, { ...attempt, signal: limited }, { host: address, port })
    );
    return [...byAddress, byName];
  }

  async #open(
    provider: Provider,
    options: Attempt & Pick<DialOptions, "signal">,
    target: DialTarget,
  ): Promise<Link> {
    const { signal, connected } = options;
    signal.throwIfAborted();
    const { tls, credentials } = this.#endpoint;
    const secured = tls === null ? options : { ...options, tls };
    const beganAt = this.#tasks.now();
    const conn = await orNotAtRelay(this.#dialOver(provider, secured, target), tls);
    connected(this.#tasks.now() - beganAt);
    this.#tellShortcoming();
    // Who is called off may have no network any more; and only a reset lets go of the socket then.
    const abort = () => conn.reset();
    signal.addEventListener("abort", abort, { once: true });
    let askedAt = this.#tasks.now();
    try {
      signal.throwIfAborted();
      await authenticateToSnapt(conn, credentials, "cnapt", () => askedAt = this.#tasks.now());
      signal.throwIfAborted();
    } catch (error) {
      conn.reset();
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
    const link = new Link(conn, provider.key, this.#tasks);
    link.dialled(this.#tasks.now() - askedAt);
    return link;
  }

  /** `target`: a place of SNAPT, by its name or one of its addresses. */
  async #dialOver(
    { via, proxy }: Provider,
    options: DialOptions,
    target: DialTarget,
  ): Promise<ByteConn> {
    if (proxy === undefined) return await this.#dial(target, via, options);
    const tunnel = { ...target, authorization: proxy.authorization };
    return await this.#dial({ host: proxy.host, port: proxy.port }, via, { ...options, tunnel });
  }

  #tellShortcoming(): void {
    const reason = deviceShortcoming();
    if (reason === null || !this.#told.isNew(reason)) return;
    this.#log?.warn("device-sockets", {
      reason: `${reason}: with BBR uploads are slow at first after a switch`,
    });
  }
}
