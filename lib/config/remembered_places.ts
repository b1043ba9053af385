import { formatHostPort, type HostPort, parseHostPort } from "./host_port.ts";

/** A service of a site, as the memory names it. */
export interface OfferKey {
  readonly site: string;
  readonly service: string;
  readonly protocol: "tcp" | "udp";
}

/** Twice as many as are offered at once: services come and go. */
const MAX_OF_A_SITE = 128;
/** Sites come and go as well. */
const MAX_SITES = 100;

/**
 * Where services were offered. Those of a site that were remembered first are forgotten first: what
 * a SNAPT says costs no other site its places.
 */
export class RememberedPlaces {
  /** By site, then by the whole name; the place as text, `127.0.0.2:5432`. */
  readonly #sites = new Map<string, Map<string, string>>();
  /** Whose a place is, by place and protocol. */
  readonly #owners = new Map<string, string>();

  /** @throws {TypeError} one is not the place of a service */
  static of(offers: object): RememberedPlaces {
    const places = new RememberedPlaces();
    for (const [name, place] of Object.entries(offers)) {
      places.remember(keyOf(name), parseHostPort(String(place)));
    }
    return places;
  }

  /** Where the service was offered before; null when it was not. */
  placeOf(key: OfferKey): HostPort | null {
    const place = this.#sites.get(key.site)?.get(nameOf(key));
    return place === undefined ? null : parseHostPort(place);
  }

  /** Whether the place is that of another service, which is perhaps not there yet. */
  isOfAnother(key: OfferKey, place: HostPort): boolean {
    const owner = this.#owners.get(`${formatHostPort(place)}/${key.protocol}`);
    return owner !== undefined && owner !== nameOf(key);
  }

  /** Returns whether that is new. */
  remember(key: OfferKey, place: HostPort): boolean {
    const [name, text] = [nameOf(key), formatHostPort(place)];
    const before = this.#sites.get(key.site) ?? new Map<string, string>();
    if (before.get(name) === text) return false;
    this.#disown(name, before.get(name));
    before.set(name, text);
    this.#sites.set(key.site, before);
    this.#owners.set(`${text}/${key.protocol}`, name);
    for (const [oldest, old] of before) {
      if (before.size <= MAX_OF_A_SITE) break;
      before.delete(oldest);
      this.#disown(oldest, old);
    }
    this.#forgetSites();
    return true;
  }

  /** By name, as `of` takes them. */
  get content(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#sites.values()].flatMap((site) => [...site]));
  }

  /** Its places are free again. Returns whether it had any. */
  forgetSite(site: string): boolean {
    const places = this.#sites.get(site);
    if (places === undefined) return false;
    this.#sites.delete(site);
    for (const [name, place] of places) this.#disown(name, place);
    return true;
  }

  #forgetSites(): void {
    for (const oldest of this.#sites.keys()) {
      if (this.#sites.size <= MAX_SITES) break;
      this.forgetSite(oldest);
    }
  }

  #disown(name: string, place: string | undefined): void {
    const key = `${place}/${keyOf(name).protocol}`;
    if (this.#owners.get(key) === name) this.#owners.delete(key);
  }
}

/** Slashes are in no name of a site or service. */
function nameOf({ site, service, protocol }: OfferKey): string {
  return `${site}/${service}/${protocol}`;
}

function keyOf(name: string): OfferKey {
  const [site, service, protocol, ...rest] = name.split("/");
  const isKey = site !== undefined && service !== undefined && rest.length === 0;
  if (!isKey || protocol !== "tcp" && protocol !== "udp") {
    throw new TypeError(`${JSON.stringify(name)} is no service of a site`);
  }
  return { site, service, protocol };
}
