import type { Client } from "../../config/clients_store.ts";
import { datagramTerms } from "../../config/datagram_config.ts";
import { offeredPort } from "../../config/service_config.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { AdmittedClient } from "../../relay/access/admitted_client.ts";
import type { Admission } from "../../relay/link/link_auth.ts";
import { clientServicePolicy } from "./client_service_policy.ts";
import { directPolicy } from "./direct_policy.ts";
import type { VirtualAddresses } from "./virtual_addresses.ts";

/**
 * Whether a CNAPT is let in, and what it is allowed then. `client`: what the list of those who were
 * invited says of its ID; `addresses`: null where no client services are offered.
 */
export function admissionOf(
  client: Client | null,
  config: SnaptConfig,
  addresses: VirtualAddresses | null,
): Admission<AdmittedClient> {
  if (client === null) {
    return {
      kind: "refused",
      code: "unknownId",
      sentence: "SNAPT does not know this CNAPT: join with a new code",
    };
  }
  if (client.revokedAt !== null) {
    const { name } = client;
    return { kind: "refused", code: "revoked", sentence: `${name} was revoked at SNAPT`, name };
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
    .map(([name, service]) => ({ name, ...datagramTerms(service) }));
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
      isSourceTrusted: config.clients.get(client.name)?.trustSource === true,
      refusalOfDial: directPolicy(config, client.name),
      clientServices: clientServicePolicy(config, client, addresses),
      datagrams,
    },
  };
}
