import { type Client, ClientsFailed, type ClientsStore } from "../../config/clients_store.ts";
import type { AdmittedClient } from "../../relay/access/admitted_client.ts";
import type { Admission } from "../../relay/link/link_auth.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";

/** How often the list of those who were invited is looked at. */
const LOOK_MS = 1_000;

export interface AdmissionsContext {
  readonly store: ClientsStore;
  /** What a line of the list means; null: the ID is not in it. */
  readonly admissionOf: (client: Client | null) => Admission<AdmittedClient>;
  readonly log: RelayLog;
}

/**
 * Who is let in, by the list of those who were invited, which people and commands change while
 * SNAPT runs. What cannot be read (half written, damaged, gone) changes nothing: what was read
 * last holds until the list can be read again, so that no slip of an editor ends every session.
 */
export class Admissions {
  readonly #context: AdmissionsContext;
  #clients: readonly Client[] | null;
  #byId: ReadonlyMap<string, Client>;
  /** Made once for each line, so that what is unchanged is the same object. */
  #made = new WeakMap<Client, Admission<AdmittedClient>>();
  /** Why the list could not be read when that was tried last. */
  #failure: string | null = null;

  private constructor(context: AdmissionsContext, clients: readonly Client[] | null) {
    this.#context = context;
    this.#clients = clients;
    this.#byId = byId(clients);
  }

  /** @throws {ClientsFailed} the list cannot be read: nobody knows who was invited */
  static async open(context: AdmissionsContext): Promise<Admissions> {
    return new Admissions(context, await context.store.read());
  }

  /** Whether the CNAPT with this ID is let in, as the list is now. */
  async admit(idHex: string): Promise<Admission<AdmittedClient>> {
    await this.look();
    return this.judge(idHex);
  }

  /** Whether it is let in, as the list was at the last look. */
  judge(idHex: string): Admission<AdmittedClient> {
    const client = this.#byId.get(idHex);
    if (client === undefined) return this.#context.admissionOf(null);
    const made = this.#made.get(client) ?? this.#context.admissionOf(client);
    this.#made.set(client, made);
    return made;
  }

  /** What a line of the list means has changed: `admissionOf` is asked anew. */
  meaningChanged(): void {
    this.#made = new WeakMap();
  }

  /** Reads the list again if it was changed. */
  async look(): Promise<void> {
    let clients: readonly Client[] | null;
    try {
      clients = await this.#context.store.read();
    } catch (error) {
      if (!(error instanceof ClientsFailed)) throw error;
      return this.#failed(error.message);
    }
    if (clients === this.#clients) return this.#restored();
    if (clients === null) return this.#failed("the file is gone");
    this.#clients = clients;
    this.#byId = byId(clients);
    this.#restored();
  }

  /** Looks each second, and calls `looked` after it, until `tasks` are closed. */
  watch(tasks: TaskGroup, looked: () => void): void {
    let state: "idle" | "looking" = "idle";
    tasks.every(LOOK_MS, () => {
      if (state === "looking") return; // a slow disk
      state = "looking";
      tasks.run("look at clients", async () => {
        try {
          await this.look();
        } finally {
          state = "idle";
        }
        if (!tasks.isClosed) looked();
      });
    });
  }

  #failed(reason: string): void {
    if (this.#failure === reason) return;
    this.#failure = reason;
    this.#context.log.warn("clients-unreadable", {
      reason,
      remedy: "mend the list of clients; until then the one that was read last holds",
    });
  }

  #restored(): void {
    if (this.#failure === null) return;
    this.#failure = null;
    this.#context.log.info("clients-readable");
  }
}

/** The first line of an ID counts, as everywhere. */
function byId(clients: readonly Client[] | null): ReadonlyMap<string, Client> {
  return new Map([...clients ?? []].reverse().map((client) => [client.idHex, client]));
}
