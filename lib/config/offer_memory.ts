import type { HostPort } from "./host_port.ts";
import { makeOwnFolder } from "./own_folder.ts";
import { type OfferKey, RememberedPlaces } from "./remembered_places.ts";
import {
  readRememberedPlace,
  readRememberedService,
  readSaid,
  type RememberedPlace,
  type RememberedService,
  SaidBySites,
} from "./remembered_announcements.ts";
import { writeSecretFile } from "./secret_file.ts";

const VERSION = 1;
/** Sites come and go as well. */
const MAX_SITES = 100;

/** What the file says. */
interface Remembered {
  readonly places: RememberedPlaces;
  /** By site. */
  readonly announced: SaidBySites<RememberedService>;
  /** By site. */
  readonly told: SaidBySites<RememberedPlace>;
}

/**
 * Remembers where announced services are offered, so that each has its address and port again
 * after a restart, whatever order they are announced in, what was announced, so that it is offered
 * again before SNAPT is reached, and where SNAPT said that it is reached. What cannot be read or written is no reason not to run:
 * then places are found anew.
 */
export class OfferMemory {
  readonly #path: string | null;
  readonly #failed: (reason: string) => void;
  readonly #places: RememberedPlaces;
  readonly #announced: SaidBySites<RememberedService>;
  readonly #told: SaidBySites<RememberedPlace>;
  #file: "current" | "behind" = "current";
  #saving: Promise<void> | null = null;
  /** For so many the file waits. */
  #holds = 0;

  private constructor(
    path: string | null,
    { places, announced, told }: Remembered,
    failed: (reason: string) => void,
  ) {
    this.#path = path;
    this.#places = places;
    this.#announced = announced;
    this.#told = told;
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
    return this.#announced.of(site);
  }

  /** Keeps what is announced now; the file follows. */
  rememberAnnounced(site: string, services: readonly RememberedService[]): void {
    const kept = services.map(({ name, port, protocol }) => ({ name, port, protocol }));
    if (this.#announced.keep(site, kept)) this.#saveLater();
  }

  /** Where the SNAPT of `site` said that it is reached when it was heard last. */
  toldBy(site: string): readonly RememberedPlace[] {
    return this.#told.of(site);
  }

  /** Keeps where it is reached now; the file follows. */
  rememberTold(site: string, places: readonly RememberedPlace[]): void {
    const kept = places.map(({ host, port, route, standing }): RememberedPlace => ({
      ...{ host, port, route },
      ...standing === undefined ? {} : { standing },
    }));
    if (this.#told.keep(site, kept)) this.#saveLater();
  }

  /** A site that is gone for good keeps no place from those that come; the file follows. */
  forgetSite(site: string): void {
    const wasHeard = [this.#announced.forget(site), this.#told.forget(site)].includes(true);
    if (this.#places.forgetSite(site) || wasHeard) this.#saveLater();
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
      announced: this.#announced.content,
      told: this.#told.content,
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
  return {
    places: new RememberedPlaces(),
    announced: new SaidBySites(new Map(), MAX_SITES),
    told: new SaidBySites(new Map(), MAX_SITES),
  };
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
    announced: saidIn(content, "announced", readRememberedService),
    told: saidIn(content, "told", readRememberedPlace),
  };
}

/** @throws {TypeError} something else is there */
function saidIn<T>(content: object, what: string, read: (one: object) => T): SaidBySites<T> {
  return new SaidBySites(readSaid(Reflect.get(content, what) ?? {}, what, read), MAX_SITES);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
