/**
 * The places of a SNAPT that has several: its address in the LAN, its public name, another port for
 * networks that let nothing else out.
 *
 * Theory of operation. They are tried in the order in which the user wrote them, each some time after
 * the one before, and the first that proves SNAPT's key wins: at the LAN's address somebody else may
 * be, where the laptop is now. Which one it was is remembered for each network, and tried first there
 * the next time. A network whose interface has other addresses is another network.
 */
import type { DialTarget } from "../../net/dial.ts";
import type { Resolve } from "../../net/reachable_addresses.ts";
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
  readonly #met = new Map<string, SnaptPlace>();

  /** `targets`: the preferred first, one at least. */
  constructor(targets: readonly DialTarget[], resolve: Resolve, clock: Clock) {
    this.#all = targets.map((target) => ({
      target,
      addresses: new SnaptAddresses(target.host, resolve, clock),
    }));
  }

  /** In the order in which they are to be tried over `provider`. */
  orderedFor(provider: Provider): readonly SnaptPlace[] {
    const met = this.#met.get(networkOf(provider));
    return met === undefined ? this.#all : [met, ...this.#all.filter((place) => place !== met)];
  }

  /** SNAPT has proven its key at `place` over `provider`. */
  proved(provider: Provider, place: SnaptPlace, remoteAddress: string): void {
    place.addresses.proved(provider.key, remoteAddress);
    const network = networkOf(provider);
    this.#met.delete(network);
    const [oldest] = this.#met.keys();
    if (this.#met.size >= MOST_REMEMBERED && oldest !== undefined) this.#met.delete(oldest);
    this.#met.set(network, place);
  }
}

function networkOf({ key, via }: Provider): string {
  return via.kind === "device" ? [key, ...via.addresses].join(" ") : key;
}
