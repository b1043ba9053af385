import { type Client, ClientsFailed, type ClientsStore } from "../../config/clients_store.ts";
import type { InvitationsStore, PendingInvitation } from "../../config/invitations_store.ts";
import { relayName } from "../../core/relay/relay_name.ts";
import type { Admission } from "../../relay/link/link_auth.ts";
import type { InvitedSnapt, NameMeaning } from "../../relay/own_relay/relay_server.ts";
import { PAIRING_HASHES } from "../../relay/pairing/pairing_hashes.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";

/** How often the lists are looked at, which commands change while the relay runs. */
const LOOK_MS = 1_000;
/** For a name that is not known they are looked at once more, but for strangers no more often. */
const LOOK_AGAIN_MS = 100;

export interface InvitedSnaptsContext {
  readonly snapts: ClientsStore;
  readonly invitations: InvitationsStore;
  readonly log: RelayLog;
  /** Ms that never go back. */
  readonly now: () => number;
}

/**
 * Whom a relay serves, and what each name that may be asked for leads to. What cannot be read changes
 * nothing: what was read last holds until it can be read again.
 */
export class InvitedSnapts {
  readonly #context: InvitedSnaptsContext;
  #snapts: readonly Client[] = [];
  #invitations: readonly PendingInvitation[] = [];
  #byId: ReadonlyMap<string, Client> = new Map();
  #meanings: ReadonlyMap<string, NameMeaning> = new Map();
  #failure: string | null = null;
  #lookedAt = -Infinity;
  #lastLook: Promise<unknown> = Promise.resolve();

  private constructor(context: InvitedSnaptsContext) {
    this.#context = context;
  }

  /** @throws {ClientsFailed} the lists cannot be read: nobody knows who was invited */
  static async open(context: InvitedSnaptsContext): Promise<InvitedSnapts> {
    const opened = new InvitedSnapts(context);
    await opened.#read();
    return opened;
  }

  /** A code may be used as soon as it was given out. */
  async meaningOf(name: string): Promise<NameMeaning | null> {
    if (!this.#meanings.has(name)) {
      const isDue = this.#context.now() - this.#lookedAt >= LOOK_AGAIN_MS;
      await (isDue ? this.look() : this.#lastLook);
    }
    return this.#meanings.get(name) ?? null;
  }

  /** Those that are let in. */
  get all(): readonly Client[] {
    return this.#snapts.filter(({ revokedAt }) => revokedAt === null);
  }

  /** What one may have carried in a month; undefined: what everybody may. */
  monthLimit(idHex: string): number | null | undefined {
    return this.#byId.get(idHex)?.monthBytes;
  }

  isInvited(idHex: string): boolean {
    return this.#byId.get(idHex)?.revokedAt === null;
  }

  /** Whether the SNAPT with this ID is let in, as the lists are now. */
  async admit(idHex: string): Promise<Admission<InvitedSnapt>> {
    await this.look();
    const snapt = this.#byId.get(idHex);
    if (snapt === undefined) {
      return {
        kind: "refused",
        code: "unknownId",
        sentence: "the relay does not know this SNAPT: `snapt through` with a new code",
      };
    }
    const { name, keyHex, revokedAt } = snapt;
    return revokedAt === null
      ? { kind: "known", key: Uint8Array.fromHex(keyHex), client: { idHex, name } }
      : { kind: "refused", code: "revoked", sentence: `${name} was revoked at the relay` };
  }

  /** Reads the lists again if they were changed; one after the other, or an older look could win. */
  async look(): Promise<void> {
    this.#lookedAt = this.#context.now();
    const look = this.#lastLook.then(() => this.#look());
    this.#lastLook = Promise.allSettled([look]); // who asked hears of a failure
    await look;
  }

  async #look(): Promise<void> {
    const { log } = this.#context;
    try {
      await this.#read();
      if (this.#failure !== null) log.info("snapts-readable");
      this.#failure = null;
    } catch (error) {
      if (!(error instanceof ClientsFailed)) throw error;
      const reason = error.message;
      if (this.#failure !== reason) {
        log.warn("snapts-unreadable", { reason, remedy: "what was read last holds until then" });
      }
      this.#failure = reason;
    }
  }

  /** Looks each second, and calls `looked` after it, until `tasks` are closed. */
  watch(tasks: TaskGroup, looked: () => void): void {
    let state: "idle" | "looking" = "idle";
    tasks.every(LOOK_MS, () => {
      if (state === "looking") return; // a slow disk
      state = "looking";
      tasks.run("look at snapts", async () => {
        try {
          await this.look();
        } finally {
          state = "idle";
        }
        if (!tasks.isClosed) looked();
      });
    });
  }

  async #read(): Promise<void> {
    const snapts = await this.#context.snapts.read();
    const invitations = await this.#context.invitations.list();
    if (snapts === null && this.#snapts.length > 0) {
      throw new ClientsFailed("Cannot read who was invited: the file is gone");
    }
    if (snapts === this.#snapts && invitations === this.#invitations) return;
    this.#snapts = snapts ?? [];
    this.#invitations = invitations;
    this.#byId = new Map(this.#snapts.map((snapt) => [snapt.idHex, snapt]));
    this.#meanings = meaningsOf(this.#snapts, invitations);
  }
}

function meaningsOf(
  snapts: readonly Client[],
  invitations: readonly PendingInvitation[],
): ReadonlyMap<string, NameMeaning> {
  const meanings = new Map<string, NameMeaning>();
  for (const { codeIdHex, revokedAt } of invitations) {
    if (revokedAt !== null) continue;
    const name = relayName("pairing", Uint8Array.fromHex(codeIdHex), PAIRING_HASHES);
    meanings.set(name, { kind: "own" });
  }
  for (const { idHex, name, keyHex, revokedAt } of snapts) {
    const key = Uint8Array.fromHex(keyHex);
    // Who was revoked is told so when he comes.
    meanings.set(relayName("control", key, PAIRING_HASHES), { kind: "own" });
    if (revokedAt !== null) continue;
    meanings.set(relayName("route", key, PAIRING_HASHES), {
      kind: "route",
      snapt: { idHex, name },
    });
  }
  return meanings;
}
