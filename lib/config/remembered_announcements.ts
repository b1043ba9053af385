import { isName } from "./schema.ts";

/** What SNAPT said of a service when it was heard last. */
export interface RememberedService {
  readonly name: string;
  /** The server's own. */
  readonly port: number;
  readonly protocol: "tcp" | "udp";
}

/** Where SNAPT said that it is reached when it was heard last; `route`: its name at a relay, or empty. */
export interface RememberedPlace {
  readonly host: string;
  readonly port: number;
  readonly route: string;
  /** Perhaps about to be left when it was heard. */
  readonly standing?: "last";
}

/** What each site has said, the site that was heard last at the end. */
export class SaidBySites<T> {
  readonly #bySite: Map<string, readonly T[]>;
  readonly #most: number;

  constructor(bySite: Map<string, readonly T[]>, most: number) {
    this.#bySite = bySite;
    this.#most = most;
  }

  of(site: string): readonly T[] {
    return this.#bySite.get(site) ?? [];
  }

  /** Returns whether that is new. */
  keep(site: string, said: readonly T[]): boolean {
    if (JSON.stringify(said) === JSON.stringify(this.of(site))) return false;
    this.#bySite.delete(site);
    this.#bySite.set(site, said);
    for (const oldest of this.#bySite.keys()) {
      if (this.#bySite.size <= this.#most) break;
      this.#bySite.delete(oldest);
    }
    return true;
  }

  /** Returns whether it had said anything. */
  forget(site: string): boolean {
    return this.#bySite.delete(site);
  }

  get content(): Readonly<Record<string, readonly T[]>> {
    return Object.fromEntries(this.#bySite);
  }
}

/**
 * Reads what sites have said, each thing by `read`; `what`: its name in the file.
 *
 * @throws {TypeError} something else is there
 */
export function readSaid<T>(
  content: unknown,
  what: string,
  read: (one: object) => T,
): Map<string, readonly T[]> {
  if (typeof content !== "object" || content === null) {
    throw new TypeError(`\`${what}\` is no object`);
  }
  return new Map(
    Object.entries(content).map(([site, said]: [string, unknown]) => {
      if (!Array.isArray(said)) throw new TypeError(`\`${what}\` of ${site} is no list`);
      return [
        site,
        said.map((one: unknown) => {
          if (typeof one === "object" && one !== null) return read(one);
          throw new TypeError(`\`${what}\` of ${site} has something that is no object`);
        }),
      ];
    }),
  );
}

/** @throws {TypeError} it is none */
export function readRememberedService(service: object): RememberedService {
  const name: unknown = Reflect.get(service, "name");
  const protocol: unknown = Reflect.get(service, "protocol");
  if (typeof name !== "string" || !isName(name)) throw new TypeError("a service has no name");
  if (protocol !== "tcp" && protocol !== "udp") throw new TypeError(`${name} has no protocol`);
  return { name, port: portOf(service, name), protocol };
}

/** @throws {TypeError} it is none */
export function readRememberedPlace(place: object): RememberedPlace {
  const host: unknown = Reflect.get(place, "host");
  const route: unknown = Reflect.get(place, "route");
  if (typeof host !== "string" || typeof route !== "string") {
    throw new TypeError("a place has no host");
  }
  const isLast = Reflect.get(place, "standing") === "last";
  return { host, port: portOf(place, host), route, ...(isLast ? { standing: "last" } : {}) };
}

function portOf(of: object, name: string): number {
  const port: unknown = Reflect.get(of, "port");
  if (typeof port === "number" && Number.isInteger(port) && port >= 0 && port <= 65_535) {
    return port;
  }
  throw new TypeError(`${name} has no port`);
}
