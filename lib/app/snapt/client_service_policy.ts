import type { SnaptConfig } from "../../config/snapt_config.ts";
import { isPortAllowed } from "../../core/access/port_rule.ts";
import { parseSourceRange } from "../../core/access/source_list.ts";
import type { ClientServicePolicy } from "../../relay/access/client_service_policy.ts";
import type { AddressedClient, VirtualAddresses } from "./virtual_addresses.ts";

const EVERYBODY = ["0.0.0.0/0", "::/0"].map(parseSourceRange);

/** What `config` lets a CNAPT offer to server applications. */
export function clientServicePolicy(
  config: SnaptConfig,
  client: AddressedClient,
  addresses: VirtualAddresses | null,
): ClientServicePolicy | null {
  const { virtual } = config;
  if (virtual === null || addresses === null) return null;
  const allowed = [
    ...config.clientServices,
    ...config.clients.get(client.name)?.clientServices ?? [],
  ];
  return {
    rules: allowed,
    refusalOf: ({ port, protocol }) =>
      isPortAllowed(allowed, port, protocol)
        ? null
        : `SNAPT does not let ${client.name} offer ${port}/${protocol} (\`clientServices:\`)`,
    mayUseDatagrams: allowed.some(({ protocol }) => protocol !== "tcp"),
    address: () => addresses.acquire(client),
    allow: virtual.allow ?? EVERYBODY,
  };
}
