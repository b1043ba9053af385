/**
 * The places of a SNAPT that has several: its address in the LAN, its public name, another port for
 * networks that let nothing else out.
 *
 * Theory of operation. They are tried in the order in which the user wrote them, each some time after
 * the one before, and the first that proves SNAPT's key wins: at the LAN's address somebody else may
 * be, where the laptop is now. Which one it was is remembered for each network, and tried first there
 * the next time. A network whose interface has none of the addresses from before is another network.
 */
import type { DialTarget } from "../../net/dial.ts";
import type { Resolve } from "../../net/reachable_addresses.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Provider } from "../network/provider.ts";
import type { Clock } from "../run/clock.ts";
import { SnaptAddresses } from "./snapt_addresses.ts";

/** Of so many networks it is remembered. */
const MOST_REMEMBERED = 16;

/** A place, and what is known of the addresses of its host. */
export interface SnaptPlace {
  readonly target: DialTarget;
  readonly addresses: SnaptAddresses;
}

export class SnaptPlaces {
  readonly #all: readonly SnaptPlace[];
  /** Where SNAPT was met over each network, the newest at the end. */
  #met: readonly Meeting[] = [];

  /** `targets`: the preferred first, one at least. */
  constructor(targets: readonly DialTarget[], resolve: Resolve, clock: Clock) {
    this.#all = targets.map((target) => ({
      target,
      addresses: new SnaptAddresses(target.host, resolve, clock),
    }));
  }

  /** In the order in which they are to be tried over `provider`. */
  orderedFor(provider: Provider): readonly SnaptPlace[] {
    const met = this.#met.find((meeting) => isAt(meeting, provider))?.place;
    return met === undefined ? this.#all : [met, ...this.#all.filter((place) => place !== met)];
  }

  /** SNAPT has proven its key at `place` over `provider`; `remoteAddress`: null where it is not its. */
  proved(provider: Provider, place: SnaptPlace, remoteAddress: string | null): void {
    if (!this.#all.includes(place)) return; // of an endpoint that was before
    if (remoteAddress !== null) place.addresses.proved(provider.key, remoteAddress);
    const others = this.#met.filter((meeting) => !isAt(meeting, provider));
    const meeting = { key: provider.key, addresses: addressesOf(provider), place };
    this.#met = [...others, meeting].slice(-MOST_REMEMBERED);
  }
}

/** Where SNAPT was met, and what the addresses of the interface were. */
interface Meeting {
  readonly key: ProviderKey;
  readonly addresses: readonly string[];
  readonly place: SnaptPlace;
}

/** Addresses come and go one by one; a network of which all are others is another one. */
function isAt({ key, addresses }: Meeting, provider: Provider): boolean {
  if (key !== provider.key) return false;
  const now = addressesOf(provider);
  return addresses.length === 0 && now.length === 0 ||
    now.some((address) => addresses.includes(address));
}

function addressesOf({ via }: Provider): readonly string[] {
  return via.kind === "device" ? via.addresses : [];
}
