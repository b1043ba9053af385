import type { ByteConn } from "../../net/byte_conn.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { deviceShortcoming } from "../../net/device_socket.ts";
import type { dial, DialOptions, DialTarget } from "../../net/dial.ts";
import type { Resolve } from "../../net/reachable_addresses.ts";
import type { Provider } from "../network/provider.ts";
import { LoggedOnce } from "../run/logged_once.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { OpenSomewhere } from "./address_race.ts";
import { Link } from "./link.ts";
import { authenticateToSnapt } from "./link_auth.ts";
import { orNotAtRelay } from "./not_at_relay.ts";
import type { SnaptEndpoint } from "./snapt_endpoint.ts";
import type { PlaceTarget } from "./place_target.ts";
import type { SnaptPlace } from "./snapt_places.ts";

/** Where the head start is that short, names are looked up at once. */
const SOON_MS = 250;

/** What is dialled with, beside the signal and TLS. */
export type Attempt =
  & Required<Pick<DialOptions, "use" | "segmentBytes" | "connected">>
  & Pick<DialOptions, "resolve">;

export interface PlaceDialerContext {
  /** How links are secured, at this moment. */
  readonly endpoint: () => Pick<SnaptEndpoint, "tls" | "credentials">;
  readonly dial: typeof dial;
  readonly resolve: Resolve;
  readonly log: RelayLog | null;
  readonly tasks: TaskGroup;
}

/** Opens links in one place of SNAPT: at the addresses that are known of it, and those of its name. */
export class PlaceDialer {
  readonly #context: PlaceDialerContext;
  readonly #told = new LoggedOnce();

  constructor(context: PlaceDialerContext) {
    this.#context = context;
  }

  /** The addresses where SNAPT has been in a place before, and those that its name has now. */
  waysTo(
    { target, addresses }: SnaptPlace,
    provider: Provider,
    { attempt, headStartMs, signal }: {
      readonly attempt: Attempt;
      readonly headStartMs: number;
      readonly signal: AbortSignal;
    },
  ): readonly OpenSomewhere[] {
    const { host } = target;
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
    const isSoon = headStartMs <= SOON_MS;
    // What becomes of it is asked when it has its turn, if it ever has.
    const early = isSoon ? Promise.allSettled([lookUp(signal)]) : null;
    const byName: OpenSomewhere = async (limited) => {
      const [known] = await early ?? [];
      if (known?.status === "rejected") throw known.reason;
      const others = known?.value ?? await lookUp(limited);
      const resolve: Resolve = async (name) =>
        name === host ? others : await this.#context.resolve(name);
      return await this.#open(provider, { ...attempt, signal: limited, resolve }, target);
    };
    const byAddress = proven.map((address): OpenSomewhere => (limited) =>
      this.#open(provider, { ...attempt, signal: limited }, { ...target, host: address })
    );
    return [...byAddress, byName];
  }

  async #open(
    provider: Provider,
    options: Attempt & Pick<DialOptions, "signal">,
    target: PlaceTarget,
  ): Promise<Link> {
    const { signal, connected } = options;
    signal.throwIfAborted();
    const { tls, credentials } = this.#context.endpoint();
    const { serverName } = target;
    const secured = tls === null ? options : { ...options, tls: { ...tls, serverName } };
    const beganAt = this.#context.tasks.now();
    const conn = await orNotAtRelay(this.dialOver(provider, secured, target), { serverName });
    connected(this.#context.tasks.now() - beganAt);
    this.#tellShortcoming();
    // Who is called off may have no network any more; and only a reset lets go of the socket then.
    const abort = () => conn.reset();
    signal.addEventListener("abort", abort, { once: true });
    let askedAt = this.#context.tasks.now();
    try {
      signal.throwIfAborted();
      await authenticateToSnapt(
        conn,
        credentials,
        "cnapt",
        () => askedAt = this.#context.tasks.now(),
      );
      signal.throwIfAborted();
    } catch (error) {
      conn.reset();
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
    const link = new Link(conn, provider.key, this.#context.tasks);
    link.dialled(this.#context.tasks.now() - askedAt);
    return link;
  }

  /** `target`: a place of SNAPT, by its name or one of its addresses. */
  async dialOver(
    { via, proxy }: Provider,
    options: DialOptions,
    target: DialTarget,
  ): Promise<ByteConn> {
    if (proxy === undefined) return await this.#context.dial(target, via, options);
    const tunnel = { ...target, authorization: proxy.authorization };
    return await this.#context.dial({ host: proxy.host, port: proxy.port }, via, {
      ...options,
      tunnel,
    });
  }

  #tellShortcoming(): void {
    const reason = deviceShortcoming();
    if (reason === null || !this.#told.isNew(reason)) return;
    this.#context.log?.warn("device-sockets", {
      reason: `${reason}: with BBR uploads are slow at first after a switch`,
    });
  }
}
