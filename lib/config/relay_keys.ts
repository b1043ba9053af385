import { fieldOf, ListFile } from "./list_file.ts";

/** What a SNAPT has of a relay: whom it believes, and how it proves itself. */
export interface RelayKey {
  /** What the relay is called in snapt.yaml. */
  readonly name: string;
  /** Its certificate in DER. */
  readonly certificateHex: string;
  /** The ID and the key of this SNAPT at the relay. */
  readonly idHex: string;
  readonly keyHex: string;
}

/** The file of keys cannot be read or changed. */
export class RelayKeysFailed extends Error {
  override readonly name = "RelayKeysFailed";
}

/** The keys of a SNAPT for its relays, in a file that only its owner may read. */
export class RelayKeys {
  readonly #file: ListFile<RelayKey>;

  constructor(path: string) {
    this.#file = new ListFile(path, {
      field: "relays",
      read: readKey,
      failed: (message, options) => new RelayKeysFailed(message, options),
    });
  }

  /** @throws {RelayKeysFailed} the file cannot be read */
  async list(): Promise<readonly RelayKey[]> {
    return await this.#file.read() ?? [];
  }

  /** @throws {RelayKeysFailed} the file cannot be read */
  async find(name: string): Promise<RelayKey | null> {
    return (await this.list()).find((one) => one.name === name) ?? null;
  }

  /** In the place of one of the same name. @throws {RelayKeysFailed} it cannot be written */
  async put(key: RelayKey): Promise<void> {
    await this.#file.change((all) => [...all.filter(({ name }) => name !== key.name), key]);
  }
}

/** @throws {TypeError} it is not as it was written; quotes nothing, there is a key in it */
function readKey(value: unknown, index: number): RelayKey {
  const text = (name: string, pattern: RegExp): string => {
    const content = fieldOf(value, name);
    if (typeof content === "string" && pattern.test(content)) return content;
    throw new TypeError(`relay ${index + 1} has no ${name}`);
  };
  return {
    name: text("name", /./),
    certificateHex: text("certificateHex", /^(?:[0-9a-f]{2})+$/),
    idHex: text("idHex", /^[0-9a-f]{32}$/),
    keyHex: text("keyHex", /^[0-9a-f]{64}$/),
  };
}
