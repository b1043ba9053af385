/**
 * The networks of a SNAPT, and the move from one to another while they all still work.
 *
 * Theory of operation. Usually SNAPT is reached over every network that it has, and tells all of
 * them to its CNAPTs. When one is about to go (a cable that will be pulled, a laptop that is carried
 * away), it is asked to be reached over another one: it comes anew to its relays by that, tells
 * its places there and no others, and advises the CNAPTs that use other ones to leave. They move by a
 * switch of their own, so nothing stops; who has no other way stays until it is cut off.
 * A network that goes unannounced needs no more than the news: relays are dialled anew at once, and
 * CNAPTs look for SNAPT in all the places that they were told.
 */
import { interfaceType } from "../../net/interface_type.ts";
import { addressesOf, listInterfaces, type NetworkInterface } from "../../net/interfaces.ts";
import { hostOf, plainHost } from "../../net/socket_address.ts";
import type { Via } from "../../net/via.ts";
import type { PlaceAdvice } from "../../core/wire/places_message.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import { pause } from "../run/pause.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** How long relays have to be there over the new network. */
const RELAYS_MS = 3_000;
/** How long CNAPTs have to move. */
const MOVE_MS = 10_000;
const LOOK_MS = 50;
/** Some systems tell of routes hundreds of times a second; relays are not dialled as often. */
const LEAST_BETWEEN_MS = 200;

/** What became of a CNAPT when SNAPT was to be reached over another network. */
export interface MovedClient {
  readonly client: string;
  /** `away`: it had no network, and will find SNAPT when it has one. */
  readonly outcome: "moved" | "stays" | "away";
}

export interface SnaptSwitchOutcome {
  /** Null: over all that there are. */
  readonly network: string | null;
  readonly clients: readonly MovedClient[];
}

/** SNAPT cannot be reached over this network. */
export class NetworkImpossible extends Error {
  override readonly name = "NetworkImpossible";
}

/** A session, and which address of this machine its control link has. */
export interface ReachedSession {
  readonly client: string;
  /** Null: it is away. */
  readonly localAddress: string | null;
}

export interface SnaptNetworksContext {
  /** The relays that it goes through. */
  readonly relays: {
    networksChanged(addresses: ReadonlySet<string>): void;
    /** Comes to all of them anew. */
    renew(): void;
    readonly areAttached: boolean;
  };
  readonly sessions: () => readonly ReachedSession[];
  /** Tells all CNAPTs the places there are now, and each what it is advised by its local address. */
  readonly tell: (adviceOf: (localAddress: string | null) => PlaceAdvice) => void;
  /** The places are others now; the next `tell` has the new ones. */
  readonly placesChanged: () => void;
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  readonly interfaces?: () => readonly NetworkInterface[];
}

export class SnaptNetworks {
  readonly #context: SnaptNetworksContext;
  readonly #timer: DeadlineTimer;
  #chosen: string | null = null;
  /** What becomes of those that come over another network than the chosen one. */
  #others: PlaceAdvice = "stay";
  #lookedAt = -Infinity;

  constructor(context: SnaptNetworksContext) {
    this.#context = context;
    this.#timer = new DeadlineTimer(context.tasks, () => this.changed());
  }

  /** The network over which alone SNAPT is to be reached; null: all that there are. */
  get chosen(): string | null {
    return this.#chosen;
  }

  /** Over what relays are dialled. */
  get via(): Via {
    const own = this.#interfaces().filter(({ kind, addresses }) =>
      kind === "ordinary" && addresses.length > 0
    );
    const live = own.filter(({ state }) => state === "up");
    // The system goes on sending over a network whose cable was pulled, as long as it has routes there.
    const isDoubtful = live.length < own.length;
    const device = this.#chosen !== null
      ? own.find(({ name }) => name === this.#chosen)
      : isDoubtful
      ? live.find(({ name }) => interfaceType(name) !== "virtual")
      : undefined;
    if (device === undefined) return { kind: "any" };
    return { kind: "device", device: device.name, addresses: addressesOf([device]) };
  }

  /** Something has happened to the interfaces of this machine. */
  changed(): void {
    const { tasks } = this.#context;
    const now = tasks.now();
    const dueAt = this.#lookedAt + LEAST_BETWEEN_MS;
    if (now < dueAt) return this.#timer.set(dueAt);
    this.#lookedAt = now;
    this.#look();
  }

  #look(): void {
    const { log, relays } = this.#context;
    const interfaces = this.#interfaces();
    if (this.#chosen !== null && !isUsable(interfaces, this.#chosen)) {
      log.warn("network-gone", {
        network: this.#chosen,
        reason: "SNAPT was to be reached over it alone; all others are told again",
      });
      this.#chosen = null;
      this.#others = "stay";
      this.#context.placesChanged();
      this.tellPlaces();
    }
    const live = interfaces.filter(({ state }) => state === "up");
    relays.networksChanged(new Set(addressesOf(live).map(plainHost)));
  }

  /**
   * SNAPT is to be reached over `network` alone, or, where it is null, over all that there are.
   * Returns when its CNAPTs have moved, or did not within ten seconds.
   *
   * @throws {NetworkImpossible} there is no such interface with an address
   */
  async switchTo(network: string | null, signal: AbortSignal): Promise<SnaptSwitchOutcome> {
    const { relays, sessions, placesChanged, log } = this.#context;
    const interfaces = this.#interfaces();
    if (network !== null && !isUsable(interfaces, network)) {
      const names = interfaces.filter(({ name }) => isUsable(interfaces, name));
      const known = names.map(({ name }) => name).join(", ") || "none";
      throw new NetworkImpossible(
        `Cannot use ${network}: there is no such interface with an address (there is: ${known})`,
      );
    }
    this.#chosen = network;
    this.#others = "stay";
    log.info("network-chosen", { network: network ?? "all" });
    placesChanged();
    if (network === null) {
      this.tellPlaces();
      return { network, clients: [] };
    }
    const isThere = this.#whoIsThere();
    relays.renew();
    await this.#until(() => relays.areAttached, RELAYS_MS, signal);
    const before = sessions();
    if (this.#chosen === network) this.#others = "leave";
    this.tellPlaces();
    const isOver = () => sessions().every(({ localAddress }) => isThere(localAddress));
    await this.#until(isOver, MOVE_MS, signal);
    const now = new Map(sessions().map(({ client, localAddress }) => [client, localAddress]));
    const clients = before.map(({ client }): MovedClient => {
      const address = now.get(client) ?? null;
      return { client, outcome: address === null ? "away" : isThere(address) ? "moved" : "stays" };
    });
    return { network, clients };
  }

  /** Tells all CNAPTs the places there are now, and who is to leave as long as that holds. */
  tellPlaces(): void {
    const [isThere, others] = [this.#whoIsThere(), this.#others];
    this.#context.tell((address) => address === null || isThere(address) ? "stay" : others);
  }

  /** Tells of the local address of a session whether it is one of the chosen network. */
  #whoIsThere(): (address: string | null) => boolean {
    const chosen = this.#interfaces().filter(({ name }) => name === this.#chosen);
    const own = new Set(addressesOf(chosen).map(plainHost));
    return (address) => address !== null && own.has(plainHost(hostOf(address)));
  }

  #interfaces(): readonly NetworkInterface[] {
    return (this.#context.interfaces ?? listInterfaces)();
  }

  async #until(isSo: () => boolean, ms: number, asked: AbortSignal): Promise<void> {
    const { tasks } = this.#context;
    const signal = AbortSignal.any([asked, tasks.signal]);
    const end = tasks.now() + ms;
    while (!isSo() && tasks.now() < end && !signal.aborted) await pause(tasks, LOOK_MS, signal);
  }
}

function isUsable(interfaces: readonly NetworkInterface[], network: string): boolean {
  return interfaces.some(({ name, kind, state, addresses }) =>
    name === network && kind === "ordinary" && state === "up" && addresses.length > 0
  );
}
