import { type InvitationState, invitationState } from "../core/pairing/invitation.ts";
import { ClientsFailed } from "./clients_store.ts";
import { fieldOf, ListFile } from "./list_file.ts";
import { type MonthLimit, monthLimitIn } from "./month_limit.ts";

/** A code that was given out: what is needed to recognise it, and not the code. */
export interface PendingInvitation extends MonthLimit {
  /** Of the CNAPT that redeems it. */
  readonly name: string;
  readonly codeIdHex: string;
  readonly proofKeyHex: string;
  /** The ID that the CNAPT gets. */
  readonly clientIdHex: string;
  readonly services: readonly string[] | "all";
  /** Where SNAPT is, `HOST:PORT`, besides the address in the code. */
  readonly addresses: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly failedTries: number;
  readonly spentAt: string | null;
  readonly revokedAt: string | null;
}

/** Codes of which nothing more can come are forgotten after so long. */
const REMEMBERED_MS = 30 * 86_400_000;

/** What became of the code of an invitation, at `now` (ms since 1970). */
export function stateOfPending(pending: PendingInvitation, now: number): InvitationState {
  return invitationState(
    {
      expiresAt: Date.parse(pending.expiresAt),
      failedTries: pending.failedTries,
      spentAt: timeOf(pending.spentAt),
      revokedAt: timeOf(pending.revokedAt),
    },
    now,
  );
}

function timeOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}

/** What to say when somebody of this name is invited already. */
export function codeIsOpen(name: string): ClientsFailed {
  return new ClientsFailed(
    `Cannot invite ${name}: a code for it is open; \`snapt revoke ${name}\` takes it back`,
  );
}

/** The codes that a SNAPT has given out, in a file that commands change while SNAPT runs. */
export class InvitationsStore {
  readonly #file: ListFile<PendingInvitation>;

  constructor(path: string) {
    this.#file = new ListFile(path, {
      field: "invitations",
      read: readInvitation,
      failed: (message, options) => new ClientsFailed(message, options),
    });
  }

  /** @throws {ClientsFailed} the file cannot be read */
  async list(): Promise<readonly PendingInvitation[]> {
    return await this.#file.read() ?? [];
  }

  async find(codeIdHex: string): Promise<PendingInvitation | null> {
    return (await this.list()).find((one) => one.codeIdHex === codeIdHex) ?? null;
  }

  async isOpenFor(name: string, now: number): Promise<boolean> {
    return (await this.list()).some((one) =>
      one.name === name && stateOfPending(one, now) === "open"
    );
  }

  /** @throws {ClientsFailed} a code for this name is open already */
  async add(invitation: PendingInvitation, now: number): Promise<void> {
    const { name } = invitation;
    await this.#file.change((all) => {
      if (all.some((one) => one.name === name && stateOfPending(one, now) === "open")) {
        throw codeIsOpen(name);
      }
      const kept = all.filter(({ expiresAt }) => now - Date.parse(expiresAt) < REMEMBERED_MS);
      return [...kept, invitation];
    });
  }

  /** Whether a code for this name was open, and is not any more. */
  async revoke(name: string, now: number): Promise<boolean> {
    let hasRevoked = false;
    const revokedAt = new Date(now).toISOString();
    await this.#file.change((all) => {
      const isMeant = (one: PendingInvitation) =>
        one.name === name && ["open", "triedTooOften"].includes(stateOfPending(one, now));
      hasRevoked = all.some(isMeant);
      return hasRevoked ? all.map((one) => isMeant(one) ? { ...one, revokedAt } : one) : all;
    });
    return hasRevoked;
  }

  /** One more wrong proof; how many there are. */
  async countFailedTry(codeIdHex: string): Promise<number> {
    let failedTries = 0;
    await this.#update(codeIdHex, (one) => {
      failedTries = one.failedTries + 1;
      return { ...one, failedTries };
    });
    return failedTries;
  }

  async spend(codeIdHex: string, now: number): Promise<void> {
    const spentAt = new Date(now).toISOString();
    await this.#update(codeIdHex, (one) => one.spentAt === null ? { ...one, spentAt } : one);
  }

  async #update(
    codeIdHex: string,
    update: (one: PendingInvitation) => PendingInvitation,
  ): Promise<void> {
    await this.#file.change((all) =>
      all.map((one) => one.codeIdHex === codeIdHex ? update(one) : one)
    );
  }
}

/** @throws {TypeError} it is not as `invite` wrote it; quotes nothing, there is a key in it */
function readInvitation(value: unknown, index: number): PendingInvitation {
  const damaged = (what: string) => new TypeError(`invitation ${index + 1} has no ${what}`);
  const text = (name: string): string => {
    const content = fieldOf(value, name);
    if (typeof content === "string") return content;
    throw damaged(name);
  };
  const texts = (name: string): readonly string[] => {
    const content = fieldOf(value, name);
    if (Array.isArray(content) && content.every((one) => typeof one === "string")) return content;
    throw damaged(name);
  };
  const time = (name: string): string => {
    const content = text(name);
    if (Number.isNaN(Date.parse(content))) throw damaged(`valid ${name}`);
    return content;
  };
  const hex = (name: string, bytes: number): string => {
    const content = text(name);
    if (content.length !== bytes * 2 || !/^[0-9a-f]*$/.test(content)) throw damaged(name);
    return content;
  };
  const failedTries = fieldOf(value, "failedTries");
  if (typeof failedTries !== "number") throw damaged("failedTries");
  return {
    name: text("name"),
    codeIdHex: hex("codeIdHex", 16),
    proofKeyHex: hex("proofKeyHex", 32),
    clientIdHex: hex("clientIdHex", 16),
    services: fieldOf(value, "services") === "all" ? "all" : texts("services"),
    addresses: texts("addresses"),
    createdAt: time("createdAt"),
    expiresAt: time("expiresAt"),
    failedTries,
    spentAt: (fieldOf(value, "spentAt") ?? null) === null ? null : time("spentAt"),
    revokedAt: (fieldOf(value, "revokedAt") ?? null) === null ? null : time("revokedAt"),
    ...monthLimitIn(value),
  };
}
