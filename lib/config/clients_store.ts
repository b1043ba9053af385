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
  #clients: readonly Client[] | null = null;
  #stamp = "";

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws {ClientsFailed} the file cannot be read */
  async list(): Promise<readonly Client[]> {
    return await this.read() ?? [];
  }

  /**
   * All clients, the same list as before when the file is unchanged; null when there is no file.
   *
   * @throws {ClientsFailed} the file cannot be read
   */
  async read(): Promise<readonly Client[] | null> {
    const stamp = await this.#currentStamp();
    if (stamp !== this.#stamp) {
      this.#clients = stamp === "none" ? null : await this.#read();
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
          `Cannot invite ${client.name}: there is a CNAPT of this name; ` +
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
          `Cannot revoke ${name}: there is no CNAPT of this name; \`snapt list\` shows all`,
        );
      }
      const revoked = { ...found, revokedAt: new Date().toISOString() };
      return clients.map((one) => one === found ? revoked : one);
    });
    if (found === undefined) throw new ClientsFailed(`Cannot revoke ${name}: it is gone`);
    return found;
  }

  /**
   * Forgets all of this name, revoked or not.
   *
   * @throws {ClientsFailed} there is none of this name
   */
  async remove(name: string): Promise<void> {
    await this.#change((clients) => {
      const others = clients.filter((one) => one.name !== name);
      if (others.length < clients.length) return others;
      throw new ClientsFailed(
        `Cannot remove ${name}: there is no CNAPT of this name; \`snapt list\` shows all`,
      );
    });
  }

  async #change(change: (clients: readonly Client[]) => readonly Client[]): Promise<void> {
    using _lock = await this.#lock();
    this.#stamp = "";
    const clients = change(await this.list());
    try {
      await writeSecretFile(this.#path, `${JSON.stringify({ version: 1, clients }, null, 2)}\n`);
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
    const path = `${this.#path}.lock`;
    const file = await Deno.open(path, { create: true, write: true, mode: 0o600 }).catch(
      (cause: unknown) => {
        throw this.#failed("change", cause);
      },
    );
    try {
      for (let tries = 0; tries < LOCK_TRIES; tries++) {
        if (await file.tryLock(true)) return file;
        await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
      }
      throw new ClientsFailed(`Cannot change ${this.#path}: another program is changing it`);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  async #currentStamp(): Promise<string> {
    try {
      const { mtime, ctime, size, ino } = await Deno.stat(this.#path);
      return [mtime?.getTime(), ctime?.getTime(), size, ino].join(" ");
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "none";
      throw this.#failed("read", error);
    }
  }

  async #read(): Promise<readonly Client[]> {
    try {
      const content: unknown = JSON.parse(await readSecretFile(this.#path));
      const clients: unknown = field(content, "clients");
      if (!Array.isArray(clients)) throw new TypeError("clients are missing");
      return clients.map(readClient);
    } catch (error) {
      throw this.#failed("read", error);
    }
  }

  #failed(action: string, cause: unknown): ClientsFailed {
    // What the parser says would quote a piece of the file, and there are keys in it.
    const detail = cause instanceof SyntaxError
      ? "it is not JSON"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    return new ClientsFailed(`Cannot ${action} ${this.#path}: ${detail}`, { cause });
  }
}

/** @throws {TypeError} it is not as `invite` wrote it; quotes nothing, there is a key in it */
function readClient(value: unknown, index: number): Client {
  const text = (name: string): string => {
    const content = field(value, name);
    if (typeof content === "string") return content;
    throw new TypeError(`client ${index + 1} has no ${name}`);
  };
  const services = field(value, "services");
  const isList = Array.isArray(services) && services.every((one) => typeof one === "string");
  if (services !== "all" && !isList) throw new TypeError(`client ${index + 1} has no services`);
  const client = { name: text("name"), idHex: text("idHex"), keyHex: text("keyHex") };
  if (!/^[0-9a-f]{32}$/.test(client.idHex) || !/^[0-9a-f]{64}$/.test(client.keyHex)) {
    throw new TypeError(`client ${index + 1} has a damaged ID or key`);
  }
  const isRevoked = (field(value, "revokedAt") ?? null) !== null;
  return {
    ...client,
    services: isList ? services : "all",
    createdAt: text("createdAt"),
    revokedAt: isRevoked ? text("revokedAt") : null,
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
