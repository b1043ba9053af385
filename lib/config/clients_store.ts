import { fieldOf, ListFile } from "./list_file.ts";
import { type MonthLimit, monthLimitIn } from "./month_limit.ts";

/** A CNAPT that was invited; at a relay, a SNAPT. */
export interface Client extends MonthLimit {
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

/**
 * The clients of a SNAPT, in a file that `invite` and `revoke` change while SNAPT runs; it is
 * read again when it changed.
 */
export class ClientsStore {
  readonly #file: ListFile<Client>;

  constructor(path: string) {
    this.#file = new ListFile(path, {
      field: "clients",
      read: readClient,
      failed: (message, options) => new ClientsFailed(message, options),
    });
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
    return await this.#file.read();
  }

  async find(idHex: string): Promise<Client | null> {
    return (await this.list()).find((client) => client.idHex === idHex) ?? null;
  }

  /** @throws {ClientsFailed} there is one of this name already */
  async add(client: Client): Promise<void> {
    await this.#file.change((clients) => {
      expectFreeName(clients, client.name);
      return [...clients, client];
    });
  }

  /** @throws {ClientsFailed} there is one of this name already */
  async expectFree(name: string): Promise<void> {
    expectFreeName(await this.list(), name);
  }

  /** Whether there is one of this name who was not revoked. */
  async has(name: string): Promise<boolean> {
    return (await this.list()).some((one) => one.name === name && one.revokedAt === null);
  }

  /** @throws {ClientsFailed} there is none of this name */
  async revoke(name: string): Promise<Client> {
    let found: Client | undefined;
    await this.#file.change((clients) => {
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
   * Gives a SNAPT of a relay another limit.
   *
   * @throws {ClientsFailed} there is none of this name who was not revoked
   */
  async limit(name: string, limit: MonthLimit): Promise<void> {
    await this.#file.change((clients) => {
      const isMeant = (one: Client) => one.name === name && one.revokedAt === null;
      if (clients.some(isMeant)) {
        return clients.map((one) => isMeant(one) ? { ...one, ...limit } : one);
      }
      throw new ClientsFailed(
        `Cannot limit ${name}: there is no SNAPT of this name; \`snapt relay list\` shows all`,
      );
    });
  }

  /**
   * Gives a CNAPT these services and no others.
   *
   * @throws {ClientsFailed} there is none of this name who was not revoked
   */
  async allow(name: string, services: readonly string[] | "all"): Promise<void> {
    await this.#file.change((clients) => {
      const isMeant = (one: Client) => one.name === name && one.revokedAt === null;
      if (clients.some(isMeant)) {
        return clients.map((one) => isMeant(one) ? { ...one, services } : one);
      }
      throw new ClientsFailed(
        `Cannot allow ${name} anything: no CNAPT of this name has redeemed a code; ` +
          "`snapt list` shows all",
      );
    });
  }

  /**
   * Forgets all of this name, revoked or not.
   *
   * @throws {ClientsFailed} there is none of this name
   */
  async remove(name: string): Promise<void> {
    await this.#file.change((clients) => {
      const others = clients.filter((one) => one.name !== name);
      if (others.length < clients.length) return others;
      throw new ClientsFailed(
        `Cannot remove ${name}: there is no CNAPT of this name; \`snapt list\` shows all`,
      );
    });
  }

  /**
   * Stores the key of a CNAPT that has redeemed a code, in the place of one that it stored before.
   * Says why not, when that is known.
   *
   * @throws {ClientsFailed} the file cannot be changed
   */
  async enrol(client: Client): Promise<"stored" | "nameTaken" | "revoked"> {
    let outcome: "stored" | "nameTaken" | "revoked" = "stored";
    await this.#file.change((clients) => {
      const known = clients.find(({ idHex }) => idHex === client.idHex);
      if (known !== undefined && known.revokedAt !== null) outcome = "revoked";
      else if (known?.keyHex === client.keyHex) return clients;
      else if (known !== undefined) {
        const { keyHex } = client;
        return clients.map((one) => one === known ? { ...known, keyHex } : one);
      } else if (
        clients.some(({ name, revokedAt }) => name === client.name && revokedAt === null)
      ) {
        outcome = "nameTaken";
      } else return [...clients, client];
      return clients;
    });
    return outcome;
  }
}

function expectFreeName(clients: readonly Client[], name: string): void {
  if (!clients.some((one) => one.name === name && one.revokedAt === null)) return;
  throw new ClientsFailed(
    `Cannot invite ${name}: there is a CNAPT of this name; ` +
      `choose another or \`snapt revoke ${name}\` first`,
  );
}

/** @throws {TypeError} it is not as `invite` wrote it; quotes nothing, there is a key in it */
function readClient(value: unknown, index: number): Client {
  const text = (name: string): string => {
    const content = fieldOf(value, name);
    if (typeof content === "string") return content;
    throw new TypeError(`client ${index + 1} has no ${name}`);
  };
  const services = fieldOf(value, "services");
  const isList = Array.isArray(services) && services.every((one) => typeof one === "string");
  if (services !== "all" && !isList) throw new TypeError(`client ${index + 1} has no services`);
  const client = { name: text("name"), idHex: text("idHex"), keyHex: text("keyHex") };
  if (!/^[0-9a-f]{32}$/.test(client.idHex) || !/^[0-9a-f]{64}$/.test(client.keyHex)) {
    throw new TypeError(`client ${index + 1} has a damaged ID or key`);
  }
  const isRevoked = (fieldOf(value, "revokedAt") ?? null) !== null;
  return {
    ...client,
    services: isList ? services : "all",
    createdAt: text("createdAt"),
    revokedAt: isRevoked ? text("revokedAt") : null,
    ...monthLimitIn(value),
  };
}
