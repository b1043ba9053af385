import type { ClientsStore } from "../../config/clients_store.ts";
import { ClientsFailed } from "../../config/clients_store.ts";
import {
  type InvitationsStore,
  type PendingInvitation,
  stateOfPending,
} from "../../config/invitations_store.ts";
import { parseTarget } from "../../config/host_port.ts";
import { type Invitation, MOST_FAILED_TRIES } from "../../core/pairing/invitation.ts";
import type { PairingRefusal } from "../../core/pairing/pairing_messages.ts";
import type { InvitationDesk } from "../../relay/pairing/answer_pairing.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";

/** What the desk works with. */
export interface InvitationDeskContext {
  readonly invitations: InvitationsStore;
  readonly clients: ClientsStore;
  /** What SNAPT calls itself. */
  readonly site: string;
  readonly date: () => Date;
  readonly log: RelayLog;
}

/**
 * Redeems codes for a running SNAPT: the invitations are in a file of their own, the keys that come
 * of them among the clients. One step at a time, so that of two CNAPTs with one code only one ends
 * with a key that counts.
 */
export class SnaptInvitationDesk implements InvitationDesk {
  readonly #context: InvitationDeskContext;
  /** Wrong proofs that are not on the disk yet count as well. */
  readonly #failedTries = new Map<string, number>();
  #last: Promise<unknown> = Promise.resolve();
  #known: readonly PendingInvitation[] = [];
  /** By the ID of the CNAPT; null: not looked for yet. */
  #unspent: Map<string, string> | null = null;

  constructor(context: InvitationDeskContext) {
    this.#context = context;
  }

  now(): number {
    return this.#context.date().getTime();
  }

  async find(codeIdHex: string): Promise<Invitation | null> {
    const pending = await this.#pendingOf(codeIdHex);
    if (pending === null) return null;
    const { clientIdHex, name, addresses } = pending;
    return {
      proofKey: Uint8Array.fromHex(pending.proofKeyHex),
      welcome: {
        clientId: Uint8Array.fromHex(clientIdHex),
        name,
        site: this.#context.site,
        addresses: addresses.map(parseTarget),
      },
      expiresAt: Date.parse(pending.expiresAt),
      failedTries: Math.max(pending.failedTries, this.#failedTries.get(codeIdHex) ?? 0),
      spentAt: timeOf(pending.spentAt),
      revokedAt: timeOf(pending.revokedAt),
    };
  }

  async countFailedTry(codeIdHex: string, from: string): Promise<void> {
    const { invitations, log } = this.#context;
    const known = await this.#pendingOf(codeIdHex);
    const before = Math.max(known?.failedTries ?? 0, this.#failedTries.get(codeIdHex) ?? 0);
    this.#failedTries.set(codeIdHex, before + 1);
    const tries = before + 1;
    await this.#inTurn(() =>
      this.#orNotStored(async () => {
        await invitations.countFailedTry(codeIdHex);
        return null;
      })
    );
    log.warn("code-mistrusted", {
      client: known?.name ?? "",
      from,
      reason: `the code was proven for another certificate than this SNAPT's: somebody on the ` +
        `way may have shown one of his own (${tries} of ${MOST_FAILED_TRIES} tries)`,
    });
  }

  async store(codeIdHex: string, keyHex: string): Promise<PairingRefusal | null> {
    return await this.#inTurn(() => this.#orNotStored(() => this.#store(codeIdHex, keyHex)));
  }

  async spend(codeIdHex: string, keyHex: string, from: string): Promise<PairingRefusal | null> {
    return await this.#inTurn(() => this.#orNotStored(() => this.#spend(codeIdHex, keyHex, from)));
  }

  /**
   * The CNAPT with this ID has come with its key. Where it was not heard that it has it on its disk,
   * its code is spent now: nobody else gets its place.
   */
  async proven(idHex: string): Promise<void> {
    const unspent = this.#unspent ??= await this.#findUnspent();
    const codeIdHex = unspent.get(idHex);
    if (codeIdHex === undefined) return;
    unspent.delete(idHex);
    const { invitations } = this.#context;
    await this.#inTurn(() =>
      this.#orNotStored(async () => {
        await invitations.spend(codeIdHex, this.now());
        return null;
      })
    );
  }

  /** The codes whose key is stored and that nobody has confirmed, when SNAPT was started. */
  async #findUnspent(): Promise<Map<string, string>> {
    const unspent = new Map<string, string>();
    await this.#orNotStored(async () => {
      for (const one of await this.#context.invitations.list()) {
        const isOpen = stateOfPending(one, this.now()) === "open";
        if (isOpen && await this.#context.clients.find(one.clientIdHex) !== null) {
          unspent.set(one.clientIdHex, one.codeIdHex);
        }
      }
      return null;
    });
    return unspent;
  }

  /** As the file has it; while it cannot be read, as it had it last. */
  async #pendingOf(codeIdHex: string): Promise<PendingInvitation | null> {
    await this.#orNotStored(async () => {
      this.#known = await this.#context.invitations.list();
      return null;
    });
    return this.#known.find((one) => one.codeIdHex === codeIdHex) ?? null;
  }

  async #store(codeIdHex: string, keyHex: string): Promise<PairingRefusal | null> {
    const { clients, date, invitations } = this.#context;
    const pending = await invitations.find(codeIdHex);
    if (pending === null) return "codeUnknown";
    const state = stateOfPending(pending, this.now());
    if (state === "spent") {
      return await this.#hasKey(pending, keyHex) ? null : "spent";
    }
    if (state !== "open") return state;
    const outcome = await clients.enrol({
      name: pending.name,
      idHex: pending.clientIdHex,
      keyHex,
      services: pending.services,
      createdAt: date().toISOString(),
      revokedAt: null,
      ...(pending.monthBytes === undefined ? {} : { monthBytes: pending.monthBytes }),
    });
    if (outcome === "stored") {
      if (await this.#wasTakenBack(codeIdHex)) {
        if (await clients.has(pending.name)) await clients.revoke(pending.name);
        return "revoked";
      }
      this.#unspent?.set(pending.clientIdHex, codeIdHex);
      return null;
    }
    return outcome === "revoked" ? "revoked" : "notStored";
  }

  /** Whoever took it back while its key was stored found no key yet, and has told that all is done. */
  async #wasTakenBack(codeIdHex: string): Promise<boolean> {
    const now = await this.#context.invitations.find(codeIdHex);
    return now === null || now.revokedAt !== null;
  }

  async #spend(codeIdHex: string, keyHex: string, from: string): Promise<PairingRefusal | null> {
    const { invitations, log } = this.#context;
    const pending = await invitations.find(codeIdHex);
    if (pending === null) return "codeUnknown";
    if (!await this.#hasKey(pending, keyHex)) return "spent";
    if (pending.spentAt !== null) return null;
    await invitations.spend(codeIdHex, this.now());
    this.#failedTries.delete(codeIdHex);
    this.#unspent?.delete(pending.clientIdHex);
    log.info("paired", { client: pending.name, from });
    return null;
  }

  async #hasKey({ clientIdHex }: PendingInvitation, keyHex: string): Promise<boolean> {
    const client = await this.#context.clients.find(clientIdHex);
    return client !== null && client.revokedAt === null && client.keyHex === keyHex;
  }

  /** A full disk is no mistake of the CNAPT, and none that ends anything here. */
  async #orNotStored(
    step: () => Promise<PairingRefusal | null>,
  ): Promise<PairingRefusal | null> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof ClientsFailed)) throw error;
      this.#context.log.warn("pairing-failed", { reason: error.message });
      return "notStored";
    }
  }

  async #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(step);
    this.#last = Promise.allSettled([turn]); // who asked hears of a failure
    return await turn;
  }
}

function timeOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
