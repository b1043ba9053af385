import { dirname, join } from "node:path";
import { readSecretFile, writeSecretFile } from "./secret_file.ts";

/** A CNAPT that was invited. */
export interface Client {
  readonly name: string;
  readonly idHex: string;
  readonly keyHex: string;
  /** Names of the services that it may use. */
  readonly services: readonly string[] | "all";
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

/** The file of clients cannot be read, or what is asked of it cannot be done. */
export class ClientsFailed extends Error {
  override readonly name = "ClientsFailed";
}

/** A lock that is older was left behind by a program that died. */
const STALE_LOCK_MS = 10_000;
const LOCK_RETRY_MS = 20;
const LOCK_TRIES = 250;

/** The clients lie beside the configuration file. */
export function clientsPath(configFile: string): string {
  return join(dirname(configFile), "snapt.clients.json");
}

/**
 * The clients of a SNAPT, in a file that `invite` and `revoke` change while SNAPT runs; it is
 * read again when it changed.
 */
export class ClientsStore {
  readonly #path: string;
  #clients: readonly Client[] = [];
  #stamp = "";

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws {ClientsFailed} the file cannot be read */
  async list(): Promise<readonly Client[]> {
    const stamp = await this.#currentStamp();
    if (stamp !== this.#stamp) {
      this.#clients = stamp === "none" ? [] : await this.#read();
      this.#stamp = stamp;
    }
    return this.#clients;
  }

  async find(idHex: string): Promise<Client | null> {
    return (await this.list()).find((client) => client.idHex === idHex) ?? null;
  }

  /** @throws {ClientsFailed} there is one of this name already */
  async add(client: Client): Promise<void> {
    await this.#change((clients) => {
      const other = clients.find((one) => one.name === client.name && one.revokedAt === null);
      if (other !== undefined) {
        throw new ClientsFailed(
          `Cannot invite ${client.name}: there is one of this name; ` +
            `choose another or \`snapt revoke ${client.name}\` first`,
        );
      }
      return [...clients, client];
    });
  }

  /** @throws {ClientsFailed} there is none of this name */
  async revoke(name: string): Promise<Client> {
    let found: Client | undefined;
    await this.#change((clients) => {
      found = clients.find((one) => one.name === name && one.revokedAt === null);
      if (found === undefined) {
        throw new ClientsFailed(
          `Cannot revoke ${name}: there is none of this name; \`snapt list\` shows all`,
        );
      }
      const revoked = { ...found, revokedAt: new Date().toISOString() };
      return clients.map((one) => one === found ? revoked : one);
    });
    if (found === undefined) throw new ClientsFailed(`Cannot revoke ${name}: it is gone`);
    return found;
  }

  async #change(change: (clients: readonly Client[]) => readonly Client[]): Promise<void> {
    const lock = `${this.#path}.lock`;
    await this.#lock(lock);
    try {
      this.#stamp = "";
      const clients = change(await this.list());
      await writeSecretFile(this.#path, `${JSON.stringify({ version: 1, clients }, null, 2)}\n`);
      this.#stamp = "";
    } finally {
      await Deno.remove(lock).catch(() => {});
    }
  }

  async #lock(path: string): Promise<void> {
    for (let tries = 0; tries < LOCK_TRIES; tries++) {
      try {
        (await Deno.open(path, { createNew: true, write: true })).close();
        return;
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw this.#failed("change", error);
      }
      const info = await Deno.stat(path).catch(() => null);
      if (info?.mtime && Date.now() - info.mtime.getTime() > STALE_LOCK_MS) {
        await Deno.remove(path).catch(() => {});
      }
      await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
    }
    throw new ClientsFailed(`Cannot change ${this.#path}: another program holds ${path}`);
  }

  async #currentStamp(): Promise<string> {
    try {
      const { mtime, size, ino } = await Deno.stat(this.#path);
      return `${mtime?.getTime() ?? 0} ${size} ${ino ?? 0}`;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "none";
      throw this.#failed("read", error);
    }
  }

  async #read(): Promise<readonly Client[]> {
    try {
      const content: { clients: readonly Client[] } = JSON.parse(await readSecretFile(this.#path));
      if (!Array.isArray(content.clients)) throw new TypeError("clients are missing");
      return content.clients;
    } catch (error) {
      throw this.#failed("read", error);
    }
  }

  #failed(action: string, cause: unknown): ClientsFailed {
    const detail = cause instanceof Error ? cause.message : String(cause);
    return new ClientsFailed(`Cannot ${action} ${this.#path}: ${detail}`, { cause });
  }
}
