import { ClientsFailed, type ClientsStore } from "../../config/clients_store.ts";
import type { InvitationsStore } from "../../config/invitations_store.ts";
import { RelayKeysFailed } from "../../config/relay_keys.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { MappingWay } from "../../core/mapping/mapping_way.ts";
import type { Farewell } from "../../core/handshake/snapt_event.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import {
  ActionRefused,
  type AllowedServices,
  type ClientActions,
  type NewInvitation,
  type Revoked,
  type WantedInvitation,
} from "../../status/client_actions.ts";
import type { SnaptState } from "../places/state_files.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import {
  expectClientName,
  expectServices,
  isExpiry,
  USUAL_EXPIRES_MS,
} from "./invitation_terms.ts";
import type { Revocations } from "./revocations.ts";

const ENDED: Farewell = { kind: "disconnect", sentence: "the session was ended at SNAPT" };
/** What a person may have to read again. */
const MOST_SHOWN = 64;

export interface SnaptClientActionsContext {
  readonly paths: SnaptState["paths"];
  readonly clients: ClientsStore;
  readonly invitations: InvitationsStore;
  readonly current: () => SnaptConfig;
  /** What the router says that it leads here. */
  readonly mapping: () => readonly MappingWay[];
  readonly revocations: Pick<Revocations, "hasEnded">;
  /** The IDs, in hex, of the CNAPTs of this name that have a session. */
  readonly sessionsOf: (name: string) => readonly string[];
  /** Ends all that this CNAPT has here, after this word. */
  readonly endSession: (idHex: string, farewell: Farewell) => void;
  /** The lists of who may come were changed. */
  readonly changed: () => Promise<void>;
  readonly tasks: Pick<TaskGroup, "date">;
  readonly log: RelayLog;
}

/**
 * Does to the CNAPTs of a running SNAPT what its page asks for: by the files that commands change as
 * well, so that both say the same and what was done lasts.
 */
export class SnaptClientActions implements ClientActions {
  readonly #context: SnaptClientActionsContext;

  constructor(context: SnaptClientActionsContext) {
    this.#context = context;
  }

  async invite(wanted: WantedInvitation): Promise<NewInvitation> {
    const { paths, current, mapping, changed, log } = this.#context;
    const config = current();
    const { name, services, addresses } = wanted;
    const expiresMs = wanted.expiresMs ?? USUAL_EXPIRES_MS;
    return await orRefused(async () => {
      expectClientName(name);
      expectSome(services, config);
      if (!isExpiry(expiresMs)) {
        throw new UsageError("Cannot invite: a code is good for 1m at least and 30d at most");
      }
      if (config.security === "none") {
        throw new CommandFailed(
          "Cannot make a code: with `security: none` there is no certificate that both ends could " +
            `prove; \`snapt invite ${name}\` makes a ticket`,
        );
      }
      const { oneTimeCode } = await import("./made_invitation.ts");
      const { relayOfCodes } = await import("./relay_of_codes.ts");
      const { toldAddresses } = await import("./told_addresses.ts");
      const { qrModules } = await import("../program/qr_modules.ts");
      const relay = addresses.length > 0 ? null : await relayOfCodes(paths.relays, config);
      const told = await toldAddresses({
        ...{ config, addresses, relay, what: "this address" },
        mapping: () => Promise.resolve(mapping()),
      });
      const made = await oneTimeCode({
        ...{ paths, name, services, expiresMs },
        addresses: told.addresses,
        nearby: told.nearby ?? [],
        route: relay?.route ?? null,
      });
      log.info("client-invited", {
        client: name,
        services: listed(services),
        until: made.expiresAt,
      });
      await changed();
      const { line: code, expiresAt } = made;
      const command = `cnapt join ${code}`;
      return { name, code, command, expiresAt, words: told.words, qr: qrModules(code) };
    });
  }

  async revoke(name: string): Promise<Revoked> {
    const { clients, invitations, revocations, changed, tasks, log } = this.#context;
    return await orRefused(async () => {
      const hadCode = await invitations.revoke(name, tasks.date().getTime());
      const ofName = (await clients.list()).filter((one) => one.name === name);
      const isValid = ofName.some(({ revokedAt }) => revokedAt === null);
      if (isValid) {
        await clients.revoke(name).catch(async (error: unknown) => {
          // Else a command was quicker.
          if (!(error instanceof ClientsFailed) || await clients.has(name)) throw error;
        });
      }
      const ended = await revocations.hasEnded(name);
      await changed();
      const revoked = isValid ? "key" : hadCode ? "code" : "before";
      if (revoked !== "before") log.info("client-revoked", { client: name, kind: revoked });
      // `snapt remove` has taken it out of the list before it asks.
      else if (ofName.length === 0 && !ended) throw unknownName("revoke", name);
      return { ended, revoked };
    });
  }

  end(name: string): void {
    const { sessionsOf, endSession, log } = this.#context;
    const ids = sessionsOf(name);
    if (ids.length === 0) {
      throw new ActionRefused("unknown", `Cannot end the session of ${shown(name)}: it has none`);
    }
    log.info("session-end-asked", { client: name });
    for (const idHex of ids) endSession(idHex, ENDED);
  }

  async allow(name: string, services: AllowedServices): Promise<void> {
    const { clients, current, revocations, changed, log } = this.#context;
    await orRefused(async () => {
      const known = (await clients.list()).find((one) =>
        one.name === name && one.revokedAt === null
      );
      if (known === undefined) throw unknownName("change what is allowed to", name);
      expectSome(services, current(), known.services === "all" ? [] : known.services);
      await clients.allow(name, services === "all" ? "all" : [...new Set(services)]);
      await revocations.hasEnded(name); // looks at the list, and tells the session
      await changed();
      log.info("client-allowed", { client: name, services: listed(services) });
    });
  }
}

/** `before`: what may stay although the configuration does not have it at the moment. */
function expectSome(
  services: AllowedServices,
  config: SnaptConfig,
  before: readonly string[] = [],
): void {
  if (services === "all") return;
  if (services.length === 0) {
    throw new UsageError(
      "Cannot allow no service at all: choose one, or revoke the CNAPT",
    );
  }
  expectServices(services.filter((one) => !before.includes(one)), config);
}

function unknownName(action: string, name: string): ActionRefused {
  const sentence = `Cannot ${action} ${shown(name)}: there is no CNAPT of this name`;
  return new ActionRefused("unknown", sentence);
}

function shown(name: string): string {
  return name.length > MOST_SHOWN ? `${name.slice(0, MOST_SHOWN)}…` : name;
}

function listed(services: AllowedServices): string {
  return services === "all" ? "all" : services.join(",");
}

/** What a command would end with is an answer here. */
async function orRefused<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof UsageError) {
      throw new ActionRefused("wrong", error.message, { cause: error });
    }
    if (
      error instanceof ClientsFailed || error instanceof CommandFailed ||
      error instanceof RelayKeysFailed
    ) throw new ActionRefused("impossible", error.message, { cause: error });
    throw error;
  }
}
