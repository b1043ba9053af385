import { ClientsFailed, type ClientsStore } from "../../config/clients_store.ts";
import { DEFAULT_HOLD_MS, DEFAULT_IDLE_MS, offeredPort } from "../../config/service_config.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import type { AdmittedClient } from "../../relay/access/admitted_client.ts";
import type { Admission } from "../../relay/link/link_auth.ts";
import { clientServicePolicy } from "./client_service_policy.ts";
import type { VirtualAddresses } from "./virtual_addresses.ts";

/** What SNAPT knows about those it has invited. */
export interface Invitations {
  readonly clients: ClientsStore;
  readonly config: SnaptConfig;
  /** Null where no client services are offered. */
  readonly addresses: VirtualAddresses | null;
}

/**
 * Whether the CNAPT with this id is let in, and what it is allowed then.
 *
 * @throws {ConnFailed} the file of those who were invited cannot be read just now
 */
export async function admissionOf(
  { clients, config, addresses }: Invitations,
  idHex: string,
): Promise<Admission<AdmittedClient>> {
  const client = await clients.find(idHex).catch((error: unknown) => {
    if (!(error instanceof ClientsFailed)) throw error;
    // It may be mended while SNAPT runs: this link goes, and CNAPT tries again.
    throw new ConnFailed("other", error.message, { cause: error });
  });
  if (client === null) {
    return {
      kind: "refused",
      code: "unknownId",
      sentence: "SNAPT does not know this CNAPT: join with a new ticket",
    };
  }
  if (client.revokedAt !== null) {
    return { kind: "refused", code: "revoked", sentence: `${client.name} was revoked at SNAPT` };
  }
  const allowed = [...config.services].filter(([name]) =>
    client.services === "all" || client.services.includes(name)
  );
  const services = allowed.map(([name, service]) => ({
    name,
    port: offeredPort(service),
    protocol: service.protocol,
    compression: service.compress,
  }));
  const datagrams = allowed.filter(([, { protocol }]) => protocol === "udp")
    .map(([name, { hold, idle }]) => ({
      name,
      holdMs: hold ?? DEFAULT_HOLD_MS,
      idleMs: idle ?? DEFAULT_IDLE_MS,
    }));
  return {
    kind: "known",
    key: Uint8Array.fromHex(client.keyHex),
    client: {
      name: client.name,
      services,
      destinations: [
        ...config.destinations,
        ...config.clients.get(client.name)?.destinations ?? [],
      ],
      clientServices: clientServicePolicy(config, client, addresses),
      datagrams,
    },
  };
}
