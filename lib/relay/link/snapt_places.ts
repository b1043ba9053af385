/**
 * The places of a SNAPT that has several: its address in the LAN, its public name, another port for
 * networks that let nothing else out, a relay. Some the user wrote, others SNAPT has told.
 *
 * Theory of operation. They are tried in the order in which the user wrote them, then in that of
 * SNAPT, but what is in the network itself first, each some time after the one before. The first that
 * proves SNAPT's key wins: at the LAN's address somebody else may be, where the laptop is now. Which one it was is remembered for each
 * network, and tried first there the next time. A network whose interface has none of the addresses
 * from before is another network. What SNAPT told is never believed before it has proven its key
 * there, and takes the place of nothing that the user wrote.
 */
import type { Resolve } from "../../net/reachable_addresses.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { distanceOf } from "./place_distance.ts";
import { placeKey, type PlaceTarget } from "./place_target.ts";
import type { Provider } from "../network/provider.ts";
import type { Clock } from "../run/clock.ts";
import { SnaptAddresses } from "./snapt_addresses.ts";

/** Of so many networks it is remembered. */
const MOST_REMEMBERED = 16;

/** A place, and what is known of the addresses of its host. */
export interface SnaptPlace {
  readonly target: PlaceTarget;
  /** Who named it. */
  readonly from: "user" | "SNAPT";
  readonly addresses: SnaptAddresses;
}

export class SnaptPlaces {
  readonly #resolve: Resolve;
  readonly #clock: Clock;
  readonly #written: readonly SnaptPlace[];
  #told: readonly SnaptPlace[] = [];
  /** Where SNAPT was met over each network, the newest at the end. */
  #met: readonly Meeting[] = [];

  /** `targets`: the preferred first, one at least. */
  constructor(targets: readonly PlaceTarget[], resolve: Resolve, clock: Clock) {
    this.#resolve = resolve;
    this.#clock = clock;
    this.#written = targets.map((target) => this.#place(target, "user"));
  }

  /** All of them, those of the user first. */
  get all(): readonly SnaptPlace[] {
    return [...this.#written, ...this.#told];
  }

  /** What SNAPT told. */
  get told(): readonly PlaceTarget[] {
    return this.#told.map(({ target }) => target);
  }

  /** SNAPT is in these places too; what is known of those that it told before stays. */
  tell(targets: readonly PlaceTarget[]): void {
    const known = new Map(this.#told.map((place) => [placeKey(place.target), place]));
    const written = new Set(this.#written.map(({ target }) => placeKey(target)));
    const distinct = new Map(targets.map((target) => [placeKey(target), target]));
    this.#told = [...distinct].filter(([key]) => !written.has(key)).map(([key, target]) => {
      const before = known.get(key);
      if (before === undefined) return this.#place(target, "SNAPT");
      return before.target.standing === target.standing ? before : { ...before, target };
    });
    this.#met = this.#met.flatMap((meeting) => {
      const place = this.current(meeting.place);
      return place === null ? [] : [{ ...meeting, place }];
    });
  }

  /** The place as it stands now; null: it is none any more. */
  current({ target }: SnaptPlace): SnaptPlace | null {
    return this.all.find((place) => placeKey(place.target) === placeKey(target)) ?? null;
  }

  #place(target: PlaceTarget, from: SnaptPlace["from"]): SnaptPlace {
    const addresses = new SnaptAddresses(target.host, this.#resolve, this.#clock);
    return { target, from, addresses };
  }

  /** In the order in which they are to be tried over `provider`. */
  orderedFor(provider: Provider): readonly SnaptPlace[] {
    const met = this.#met.find((meeting) => isAt(meeting, provider))?.place;
    const distance = ({ target }: SnaptPlace) => distanceOf(target, provider);
    const told = this.#told.toSorted((one, other) => distance(one) - distance(other));
    const isLast = ({ target }: SnaptPlace) => target.standing === "last";
    const near = told.filter((place) => distance(place) === 0);
    const all = [...met === undefined ? [] : [met], ...near, ...this.#written, ...told];
    return [...new Set([...all.filter((place) => !isLast(place)), ...all.filter(isLast)])];
  }

  /** SNAPT has proven its key at `place` over `provider`; `remoteAddress`: null where it is not its. */
  proved(provider: Provider, met: SnaptPlace, remoteAddress: string | null): void {
    const place = this.current(met);
    if (place === null) return; // of an endpoint that was before
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
