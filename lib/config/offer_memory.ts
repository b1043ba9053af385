import { dirname, join } from "node:path";
import { formatHostPort, type HostPort, parseHostPort } from "./host_port.ts";
import { writeSecretFile } from "./secret_file.ts";

/** A service of a site, as the memory names it. */
export interface OfferKey {
  readonly site: string;
  readonly service: string;
  readonly protocol: "tcp" | "udp";
}

/** The memory lies beside the configuration file. */
export function offerMemoryPath(configFile: string): string {
  return join(dirname(configFile), "cnapt.ports.json");
}

const VERSION = 1;
/** Services come and go; those that were remembered first are forgotten first. */
const MAX_REMEMBERED = 1_000;

/**
 * Remembers where announced services are offered, so that each has its address and port again
 * after a restart, whatever order they are announced in. What cannot be read or written is no
 * reason not to run: then places are found anew.
 */
export class OfferMemory {
  readonly #path: string | null;
  readonly #failed: (reason: string) => void;
  /** By key; the place as text, `127.0.0.2:5432`. */
  readonly #places: Map<string, string>;
  #saving: Promise<void> = Promise.resolve();

  private constructor(
    path: string | null,
    places: Map<string, string>,
    failed: (reason: string) => void,
  ) {
    this.#path = path;
    this.#places = places;
    this.#failed = failed;
  }

  /** A memory that ends with the program. */
  static passing(): OfferMemory {
    return new OfferMemory(null, new Map(), () => {});
  }

  /** `failed` is told why the file cannot be read or written. */
  static async load(path: string, failed: (reason: string) => void): Promise<OfferMemory> {
    let places = new Map<string, string>();
    try {
      places = readPlaces(await Deno.readTextFile(path));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) failed(`Cannot read ${path}: ${textOf(error)}`);
    }
    return new OfferMemory(path, places, failed);
  }

  /** Where the service was offered before; null when it was not. */
  placeOf(key: OfferKey): HostPort | null {
    const place = this.#places.get(nameOf(key));
    return place === undefined ? null : parseHostPort(place);
  }

  /** Whether the place is that of another service, which is perhaps not there yet. */
  isOfAnother(key: OfferKey, place: HostPort): boolean {
    const text = formatHostPort(place);
    const suffix = `/${key.protocol}`;
    return [...this.#places].some(([name, other]) =>
      other === text && name.endsWith(suffix) && name !== nameOf(key)
    );
  }

  /** Keeps the place; the file follows. */
  remember(key: OfferKey, place: HostPort): void {
    const text = formatHostPort(place);
    if (this.#places.get(nameOf(key)) === text) return;
    this.#places.set(nameOf(key), text);
    for (const oldest of this.#places.keys()) {
      if (this.#places.size <= MAX_REMEMBERED) break;
      this.#places.delete(oldest);
    }
    this.#saving = this.#saving.then(() => this.#save());
  }

  /** Resolves when everything that was remembered is in the file, or cannot be. */
  async saved(): Promise<void> {
    await this.#saving;
  }

  async #save(): Promise<void> {
    if (this.#path === null) return;
    const content = { version: VERSION, offers: Object.fromEntries(this.#places) };
    try {
      await writeSecretFile(this.#path, `${JSON.stringify(content, null, 2)}\n`);
    } catch (error) {
      this.#failed(`Cannot write ${this.#path}: ${textOf(error)}`);
    }
  }
}

/** Slashes are in no name of a site or service. */
function nameOf({ site, service, protocol }: OfferKey): string {
  return `${site}/${service}/${protocol}`;
}

/** @throws {TypeError} the file says something else */
function readPlaces(text: string): Map<string, string> {
  const content: unknown = JSON.parse(text);
  if (typeof content !== "object" || content === null) throw new TypeError("no object in it");
  const offers: unknown = Reflect.get(content, "offers");
  if (Reflect.get(content, "version") !== VERSION || typeof offers !== "object") {
    throw new TypeError("written by another version");
  }
  return new Map(
    Object.entries(offers ?? {}).map(([name, place]) => {
      parseHostPort(String(place));
      return [name, String(place)];
    }),
  );
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
