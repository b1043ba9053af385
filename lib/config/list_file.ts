import { makeOwnFolder } from "./own_folder.ts";
import { giveToOwner, readSecretFile, writeSecretFile } from "./secret_file.ts";

const LOCK_RETRY_MS = 20;
const LOCK_TRIES = 250;

/** What is kept in a list, and how it is read and what its failures are called. */
export interface ListFileKind<T> {
  /** The field of the file that has the list. */
  readonly field: string;
  /** @throws {TypeError} it is not as it was written; quotes nothing of it */
  readonly read: (value: unknown, index: number) => T;
  readonly failed: (message: string, options?: ErrorOptions) => Error;
}

/**
 * A list in a file that only its owner may read, which commands change while SNAPT runs; it is
 * read again when it changed.
 */
export class ListFile<T> {
  readonly path: string;
  readonly #kind: ListFileKind<T>;
  #items: readonly T[] | null = null;
  #stamp = "";

  constructor(path: string, kind: ListFileKind<T>) {
    this.path = path;
    this.#kind = kind;
  }

  /** The list, the same as before when the file is unchanged; null when there is no file. */
  async read(): Promise<readonly T[] | null> {
    const stamp = await this.#currentStamp();
    if (stamp !== this.#stamp) {
      this.#items = stamp === "none" ? null : await this.#read();
      this.#stamp = stamp;
    }
    return this.#items;
  }

  /** Replaces the list in one step; nobody else changes it meanwhile. */
  async change(change: (items: readonly T[]) => readonly T[]): Promise<void> {
    using _lock = await this.#lock();
    this.#stamp = "";
    const before = await this.read() ?? [];
    const after = change(before);
    if (after === before) return;
    const content = { version: 1, [this.#kind.field]: after };
    try {
      await writeSecretFile(this.path, `${JSON.stringify(content, null, 2)}\n`);
    } catch (cause) {
      throw this.#failed("write", cause);
    }
    this.#stamp = "";
  }

  /**
   * Keeps other programs from changing the file until it is closed. The system gives the lock back
   * if this program dies; its file stays, because removing it would let two programs hold two.
   */
  async #lock(): Promise<Deno.FsFile> {
    const open = async () => {
      await makeOwnFolder(this.path);
      const path = `${this.path}.lock`;
      const file = await Deno.open(path, { create: true, write: true, mode: 0o600 });
      await giveToOwner(path, this.path);
      return file;
    };
    const file = await open().catch((cause: unknown) => {
      throw this.#failed("change", cause);
    });
    try {
      for (let tries = 0; tries < LOCK_TRIES; tries++) {
        if (await file.tryLock(true)) return file;
        await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
      }
      throw this.#kind.failed(`Cannot change ${this.path}: another program is changing it`);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  async #currentStamp(): Promise<string> {
    try {
      const { mtime, ctime, size, ino } = await Deno.stat(this.path);
      return [mtime?.getTime(), ctime?.getTime(), size, ino].join(" ");
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "none";
      throw this.#failed("read", error);
    }
  }

  async #read(): Promise<readonly T[]> {
    const { field, read } = this.#kind;
    try {
      const content: unknown = JSON.parse(await readSecretFile(this.path));
      const items: unknown = fieldOf(content, field);
      if (!Array.isArray(items)) throw new TypeError(`${field} are missing`);
      return items.map(read);
    } catch (error) {
      throw this.#failed("read", error);
    }
  }

  #failed(action: string, cause: unknown): Error {
    // What the parser says would quote a piece of the file, and there are keys in it.
    const detail = cause instanceof SyntaxError
      ? "it is not JSON"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    return this.#kind.failed(`Cannot ${action} ${this.path}: ${detail}`, { cause });
  }
}

/** A field of something that was read; undefined where there is none. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
