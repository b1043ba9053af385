import { type Client, ClientsFailed, type ClientsStore } from "../../config/clients_store.ts";
import {
  type InvitationsStore,
  type PendingInvitation,
  stateOfPending,
} from "../../config/invitations_store.ts";
import type { EndedSession } from "../../relay/server/ended_sessions.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import type { KnownClient, KnownClients, OpenInvitation } from "../../status/known_client.ts";

/** Whoever asks more often is told what was read before. */
const LOOK_MS = 500;

export interface ListedClientsContext {
  readonly clients: Pick<ClientsStore, "list">;
  readonly invitations: Pick<InvitationsStore, "list">;
  readonly lastSessionOf: (idHex: string) => EndedSession | null;
  readonly addressOf: (client: Pick<Client, "idHex" | "name">) => string | null;
  readonly tasks: TaskGroup;
}

/**
 * Who may come to this SNAPT, by the files that commands change while it runs. They are looked at
 * when somebody asks: who does so again a second later sees what has changed.
 */
export class ListedClients {
  readonly #context: ListedClientsContext;
  #clients: readonly Client[] = [];
  #invitations: readonly PendingInvitation[] = [];
  #failure: string | null = null;
  #state: "idle" | "looking" = "idle";
  #lookedAt = -Infinity;

  constructor(context: ListedClientsContext) {
    this.#context = context;
  }

  /** What was read last; reads again behind that. */
  snapshot(): KnownClients {
    const { tasks } = this.#context;
    if (this.#state === "idle" && tasks.now() - this.#lookedAt >= LOOK_MS && !tasks.isClosed) {
      tasks.run("look at invitations", () => this.look());
    }
    const now = tasks.date().getTime();
    return {
      clients: this.#clients.filter(({ revokedAt }) => revokedAt === null).map((one) =>
        this.#shown(one)
      ),
      invitations: this.#invitations.flatMap((one) => openInvitation(one, now)),
      clientsFailure: this.#failure,
    };
  }

  /** Reads the files if they have changed. */
  async look(): Promise<void> {
    const { clients, invitations, tasks } = this.#context;
    this.#state = "looking";
    try {
      this.#clients = await clients.list();
      this.#invitations = await invitations.list();
      this.#failure = null;
    } catch (error) {
      if (!(error instanceof ClientsFailed)) throw error;
      this.#failure = error.message;
    } finally {
      this.#state = "idle";
      this.#lookedAt = tasks.now();
    }
  }

  #shown(client: Client): KnownClient {
    const { lastSessionOf, addressOf } = this.#context;
    const { name, services, createdAt, idHex } = client;
    return {
      ...{ name, services, createdAt },
      virtualAddress: addressOf(client),
      lastSession: lastSessionOf(idHex),
    };
  }
}

function openInvitation(pending: PendingInvitation, now: number): readonly OpenInvitation[] {
  const state = stateOfPending(pending, now);
  if (state !== "open" && state !== "triedTooOften") return [];
  const { name, services, createdAt, expiresAt, failedTries } = pending;
  return [{ name, services, createdAt, expiresAt, failedTries, state }];
}
