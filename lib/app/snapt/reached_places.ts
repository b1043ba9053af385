import type { SnaptConfig } from "../../config/snapt_config.ts";
import { isInRanges } from "../../core/access/source_list.ts";
import { isSame } from "../../config/config_change.ts";
import { MAX_PLACES, type ToldPlace } from "../../core/wire/places_message.ts";
import { interfaceType } from "../../net/interface_type.ts";
import {
  addressesOf,
  INTERFACE_POLL_MS,
  listInterfaces,
  type NetworkInterface,
  watchInterfaces,
} from "../../net/interfaces.ts";
import type { ByteListener } from "../../net/listen.ts";
import { passingAddresses } from "../../net/passing_addresses.ts";
import type { LedPort } from "../../relay/mapping/port_mapping.ts";
import type { Timer } from "../../relay/run/clock.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import { ownPlaces } from "./own_places.ts";

/** An interface that comes up gets its addresses one after the other. */
const SETTLE_MS = 100;
/** How often interfaces are looked at where nobody waits for it: each look costs half a millisecond. */
const UNHURRIED_POLL_MS = 2_000;

export interface ReachedPlacesContext {
  readonly current: () => SnaptConfig;
  readonly listeners: readonly ByteListener[];
  /** The relays with the name that SNAPT has there. */
  readonly relays: () => readonly ToldPlace[];
  /** The network over which alone it is to be reached; null: all that there are. */
  readonly only: () => string | null;
  /** Something has happened to the interfaces of this machine. */
  readonly stirred: () => void;
  /** What routers have mapped. */
  readonly outer: () => readonly LedPort[];
  /** They are others now: CNAPTs are to be told. */
  readonly changed: () => void;
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/** Where this SNAPT is reached, which every CNAPT is told when it connects and whenever it changes. */
export class ReachedPlaces {
  readonly #context: ReachedPlacesContext;
  #places: readonly ToldPlace[] = [];
  #settling: Timer | null = null;

  constructor(context: ReachedPlacesContext) {
    this.#context = context;
    this.#places = this.#find();
  }

  get all(): readonly ToldPlace[] {
    return this.#places;
  }

  /** Follows the interfaces of this machine until `signal`. */
  start(signal: AbortSignal): void {
    this.look(); // the relays are known by now
    const stirred = () => {
      this.#context.stirred();
      this.look();
    };
    // The system's monitor is a program, and SNAPT has given up the right to start any.
    // A relay waits for SNAPT to come anew; what CNAPTs are told is in no such hurry.
    const hasRelay = this.#context.relays().length > 0;
    watchInterfaces(signal, stirred, hasRelay ? INTERFACE_POLL_MS : UNHURRIED_POLL_MS);
    signal.addEventListener("abort", () => this.#settling?.cancel(), { once: true });
  }

  /** Something has changed by which it is reached. */
  look(): void {
    // Not put off by what happens meanwhile: on some machines something always does.
    this.#settling ??= this.#context.tasks.timer(SETTLE_MS, () => {
      this.#settling = null;
      if (this.renew() === "changed") this.#context.changed();
    });
  }

  /** Finds them anew, without telling anybody. */
  renew(): "changed" | "same" {
    const places = this.#find();
    if (JSON.stringify(places) === JSON.stringify(this.#places)) return "same";
    this.#places = places;
    return "changed";
  }

  #find(): readonly ToldPlace[] {
    const only = this.#context.only();
    const all = listInterfaces();
    if (only === null) return this.#placesOn(all);
    const isChosen = ({ name }: NetworkInterface) => name === only;
    const chosen = this.#placesOn(all.filter(isChosen));
    const isTold = (place: ToldPlace) => chosen.some((one) => isSame(one, place));
    // Who knew the chosen network alone would not find SNAPT again when that is gone.
    const others = this.#placesOn(all.filter((one) => !isChosen(one)))
      .filter((place) => !isTold(place))
      .map((place): ToldPlace => ({ ...place, standing: "last" }));
    return [...chosen, ...others].slice(0, MAX_PLACES);
  }

  #placesOn(interfaces: readonly NetworkInterface[]): readonly ToldPlace[] {
    const { current, listeners, relays, outer } = this.#context;
    const { listen, places, virtual, balancers } = current();
    const addresses = addressesOf(interfaces);
    // The router of another network leads to that.
    const leadsHere = ({ own }: LedPort) => addresses.includes(own ?? "");
    // Whoever comes by a load balancer is to come by it again.
    const isTold = places === "auto" && balancers.length === 0;
    const own = isTold ? listen : [];
    return ownPlaces({
      listen: own.map(({ host, port }, index) => ({ host, port: listeners[index]?.port ?? port })),
      interfaces,
      isVirtual: (device) => interfaceType(device) === "virtual",
      passing: passingAddresses(),
      isVirtualAddress: (address) => virtual !== null && isInRanges(virtual.addresses, address),
      outer: isTold ? outer().filter(leadsHere).map(({ host, port }) => ({ host, port })) : [],
      relays: relays(),
    });
  }
}
