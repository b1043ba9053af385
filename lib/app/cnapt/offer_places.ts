import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import type { OfferMemory } from "../../config/offer_memory.ts";
import type { OfferKey } from "../../config/remembered_places.ts";
import { ListenFailed } from "../../net/listen.ts";

/** Where a service is offered whose port is one of the machine's own: 22 → 2222. */
const UNPRIVILEGED_OFFSET = 2_200;
const FIRST_UNPRIVILEGED = 1_024;
const LAST_PORT = 65_535;
/** All of 127.0.0.0/8 is this machine's on Linux and Windows; as many of it are used. */
const LOOPBACK_ADDRESSES = 254;
/** How many ports are tried from the wanted one upwards where there is only 127.0.0.1. */
const TRIED_PORTS = 100;
/** To listen takes up to some milliseconds; after so many tries others have their turn. */
const TRIES_IN_A_TURN = 4;

/** What a search for places is about. */
export interface OfferPlacesContext {
  readonly memory: OfferMemory;
  /** Resolves after the turn of others: whether it is still worth while. */
  readonly others: () => Promise<"goOn" | "stop">;
}

/**
 * Opens the services of one announcement where programs look for them: where each was before; else
 * on its real port at 127.0.0.1, or, when another server of the same port has that, at 127.0.0.2
 * and so on, so that only the address differs; else, where the system has no such addresses
 * (macOS), on the next port that is free. A port below 1024 becomes 2200 more, also for an
 * administrator: those belong to the machine, and SNAPT is not to choose among them. The first place
 * is remembered. What SNAPT announces may take long, but holds up nobody.
 */
export class OfferPlaces {
  readonly #memory: OfferMemory;
  readonly #others: () => Promise<"goOn" | "stop">;
  /** Addresses and places, by protocol, that cannot be had at present. */
  readonly #failed = new Set<string>();
  #tries = 0;

  constructor({ memory, others }: OfferPlacesContext) {
    this.#memory = memory;
    this.#others = others;
  }

  /**
   * What `open` made of the first place that can be had; null when there is none.
   *
   * @param open throws `ListenFailed` where a place cannot be had
   * @throws {ListenFailed} `exhausted`: no place at all can be had at the moment
   */
  async open<T>(key: OfferKey, port: number, open: (place: HostPort) => T): Promise<T | null> {
    for (const place of this.#placesFor(key, port)) {
      if (++this.#tries % TRIES_IN_A_TURN === 0 && await this.#others() === "stop") return null;
      try {
        const value = open(place);
        // Who has the remembered place now may be gone by the next start: it stays the service's.
        if (this.#memory.placeOf(key) === null) this.#memory.remember(key, place);
        return value;
      } catch (error) {
        if (!(error instanceof ListenFailed) || error.code === "exhausted") throw error;
        const where = error.code === "noSuchAddress" ? place.host : formatHostPort(place);
        this.#failed.add(`${key.protocol} ${where}`);
      }
    }
    return null;
  }

  *#placesFor(key: OfferKey, port: number): Generator<HostPort> {
    const before = this.#memory.placeOf(key);
    if (before !== null && before.port >= FIRST_UNPRIVILEGED && !this.#hasFailed(key, before)) {
      yield before;
    }
    const isPrivileged = port < FIRST_UNPRIVILEGED;
    for (const place of placesFrom(isPrivileged ? port + UNPRIVILEGED_OFFSET : port)) {
      if (!this.#memory.isOfAnother(key, place) && !this.#hasFailed(key, place)) yield place;
    }
  }

  #hasFailed({ protocol }: OfferKey, place: HostPort): boolean {
    return this.#failed.has(`${protocol} ${place.host}`) ||
      this.#failed.has(`${protocol} ${formatHostPort(place)}`);
  }
}

function* placesFrom(port: number): Generator<HostPort> {
  for (let last = 1; last <= LOOPBACK_ADDRESSES; last++) yield { host: `127.0.0.${last}`, port };
  const end = Math.min(LAST_PORT, port + TRIED_PORTS);
  for (let next = port + 1; next <= end; next++) yield { host: "127.0.0.1", port: next };
}
