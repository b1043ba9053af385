import { parseIpAddress } from "../core/access/ip_address.ts";
import { makeOwnFolder } from "./own_folder.ts";
import { writeSecretFile } from "./secret_file.ts";

const VERSION = 1;

/** Which virtual address stands for which CNAPT, by its ID; kept, so that it stays the same. */
export class AddressBook {
  readonly #path: string;
  readonly #addresses: Map<string, string>;

  private constructor(path: string, addresses: Map<string, string>) {
    this.#path = path;
    this.#addresses = addresses;
  }

  /** @throws {Error} there is a file, and it cannot be read */
  static async load(path: string): Promise<AddressBook> {
    try {
      return new AddressBook(path, readAddresses(await Deno.readTextFile(path)));
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) return new AddressBook(path, new Map());
      const detail = cause instanceof SyntaxError
        ? "it is not JSON"
        : cause instanceof Error
        ? cause.message
        : String(cause);
      throw new Error(`Cannot read ${path}: ${detail}`, { cause });
    }
  }

  get all(): ReadonlyMap<string, string> {
    return this.#addresses;
  }

  /** Notes the address in the file before it is used. */
  async assign(idHex: string, address: string): Promise<void> {
    if (this.#addresses.get(idHex) === address) return;
    this.#addresses.set(idHex, address);
    const content = { version: VERSION, addresses: Object.fromEntries(this.#addresses) };
    await makeOwnFolder(this.#path);
    await writeSecretFile(this.#path, `${JSON.stringify(content, null, 2)}\n`);
  }

  /** The CNAPT is none any more: another one may have its address. */
  forget(idHex: string): void {
    this.#addresses.delete(idHex);
  }
}

/** @throws {TypeError} the file says something else */
function readAddresses(text: string): Map<string, string> {
  const content: unknown = JSON.parse(text);
  if (typeof content !== "object" || content === null) throw new TypeError("no object in it");
  const addresses: unknown = Reflect.get(content, "addresses");
  if (Reflect.get(content, "version") !== VERSION || typeof addresses !== "object") {
    throw new TypeError("written by another version");
  }
  return new Map(
    Object.entries(addresses ?? {}).map(([id, address]) => {
      if (typeof address === "string" && parseIpAddress(address) !== null) return [id, address];
      throw new TypeError(`no address for ${id}`);
    }),
  );
}
