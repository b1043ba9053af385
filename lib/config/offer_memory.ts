import type { HostPort } from "./host_port.ts";
import { makeOwnFolder } from "./own_folder.ts";
import { type OfferKey, RememberedPlaces } from "./remembered_places.ts";
import { isName } from "./schema.ts";
import { writeSecretFile } from "./secret_file.ts";

/** What SNAPT said of a service when it was heard last. */
export interface RememberedService {
  readonly name: string;
  /** The server's own. */
  readonly port: number;
  readonly protocol: "tcp" | "udp";
}

const VERSION = 1;
/** Sites come and go as well. */
const MAX_SITES = 100;

/** What the file says. */
interface Remembered {
  readonly places: RememberedPlaces;
  /** By site. */
  readonly announced: Map<string, readonly RememberedService[]>;
}

/**
 * Remembers where announced services are offered, so that each has its address and port again
 * after a restart, whatever order they are announced in, and what was announced, so that it is
 * offered again before SNAPT is reached. What cannot be read or written is no reason not to run:
 * then places are found anew.
 */
export class OfferMemory {
  readonly #path: string | null;
  readonly #failed: (reason: string) => void;
  readonly #places: RememberedPlaces;
  readonly #announced: Map<string, readonly RememberedService[]>;
  #file: "current" | "behind" = "current";
  #saving: Promise<void> | null = null;
  /** For so many the file waits. */
  #holds = 0;

  private constructor(
    path: string | null,
    { places, announced }: Remembered,
    failed: (reason: string) => void,
  ) {
    this.#path = path;
    this.#places = places;
    this.#announced = announced;
    this.#failed = failed;
  }

  /** A memory that ends with the program. */
  static passing(): OfferMemory {
    return new OfferMemory(null, nothing(), () => {});
  }

  /** `failed` is told why the file cannot be read or written. */
  static async load(path: string, failed: (reason: string) => void): Promise<OfferMemory> {
    let remembered = nothing();
    try {
      remembered = readRemembered(await Deno.readTextFile(path));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) failed(`Cannot read ${path}: ${textOf(error)}`);
    }
    return new OfferMemory(path, remembered, failed);
  }

  /** Where the service was offered before; null when it was not. */
  placeOf(key: OfferKey): HostPort | null {
    return this.#places.placeOf(key);
  }

  /** Whether the place is that of another service, which is perhaps not there yet. */
  isOfAnother(key: OfferKey, place: HostPort): boolean {
    return this.#places.isOfAnother(key, place);
  }

  /** Keeps the place; the file follows. */
  remember(key: OfferKey, place: HostPort): void {
    if (this.#places.remember(key, place)) this.#saveLater();
  }

  /** What the SNAPT of `site` announced when it was heard last, as far as it is offered here. */
  announcedBy(site: string): readonly RememberedService[] {
    return this.#announced.get(site) ?? [];
  }

  /** Keeps what is announced now; the file follows. */
  rememberAnnounced(site: string, services: readonly RememberedService[]): void {
    const kept = services.map(({ name, port, protocol }) => ({ name, port, protocol }));
    if (JSON.stringify(kept) === JSON.stringify(this.announcedBy(site))) return;
    this.#announced.delete(site);
    this.#announced.set(site, kept);
    for (const oldest of this.#announced.keys()) {
      if (this.#announced.size <= MAX_SITES) break;
      this.#announced.delete(oldest);
    }
    this.#saveLater();
  }

  /** A site that is gone for good keeps no place from those that come; the file follows. */
  forgetSite(site: string): void {
    const wasAnnounced = this.#announced.delete(site);
    if (this.#places.forgetSite(site) || wasAnnounced) this.#saveLater();
  }

  /** Until the end of its use the file waits: whoever remembers much has it written once. */
  hold(): Disposable {
    this.#holds += 1;
    return {
      [Symbol.dispose]: () => {
        this.#holds -= 1;
        if (this.#isDue()) this.#saveLater();
      },
    };
  }

  /** Resolves when everything that was remembered is in the file, or cannot be. */
  async saved(): Promise<void> {
    await this.#saving;
    if (this.#file === "behind") await (this.#saving ??= this.#saveAll());
  }

  #saveLater(): void {
    this.#file = "behind";
    if (this.#holds === 0) this.#saving ??= this.#saveAll();
  }

  /** However much is remembered while the file is written, it is written once more. */
  async #saveAll(): Promise<void> {
    do {
      this.#file = "current";
      await this.#save();
    } while (this.#isDue());
    this.#saving = null;
  }

  #isDue(): boolean {
    return this.#file === "behind" && this.#holds === 0;
  }

  async #save(): Promise<void> {
    if (this.#path === null) return;
    const content = {
      version: VERSION,
      offers: this.#places.content,
      announced: Object.fromEntries(this.#announced),
    };
    try {
      await makeOwnFolder(this.#path);
      await writeSecretFile(this.#path, `${JSON.stringify(content, null, 2)}\n`);
    } catch (error) {
      this.#failed(`Cannot write ${this.#path}: ${textOf(error)}`);
    }
  }
}

function nothing(): Remembered {
  return { places: new RememberedPlaces(), announced: new Map() };
}

/** @throws {TypeError} the file says something else */
function readRemembered(text: string): Remembered {
  const content: unknown = JSON.parse(text);
  if (typeof content !== "object" || content === null) throw new TypeError("no object in it");
  const offers: unknown = Reflect.get(content, "offers");
  if (Reflect.get(content, "version") !== VERSION || typeof offers !== "object") {
    throw new TypeError("written by another version");
  }
  return {
    places: RememberedPlaces.of(offers ?? {}),
    announced: readAnnounced(Reflect.get(content, "announced") ?? {}),
  };
}

/** @throws {TypeError} something else is there than sites with their services */
function readAnnounced(announced: unknown): Map<string, readonly RememberedService[]> {
  if (typeof announced !== "object" || announced === null) {
    throw new TypeError("`announced` is no object");
  }
  return new Map(
    Object.entries(announced).map(([site, services]: [string, unknown]) => {
      if (!Array.isArray(services)) throw new TypeError(`what ${site} announced is no list`);
      return [site, services.map(readService)];
    }),
  );
}

function readService(service: unknown): RememberedService {
  if (typeof service !== "object" || service === null) {
    throw new TypeError("a service is no object");
  }
  const name: unknown = Reflect.get(service, "name");
  const port: unknown = Reflect.get(service, "port");
  const protocol: unknown = Reflect.get(service, "protocol");
  if (typeof name !== "string" || !isName(name)) throw new TypeError("a service has no name");
  if (protocol !== "tcp" && protocol !== "udp") throw new TypeError(`${name} has no protocol`);
  if (typeof port !== "number" || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new TypeError(`${name} has no port`);
  }
  return { name, port, protocol };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
