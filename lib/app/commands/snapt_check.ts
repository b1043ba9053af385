import { ClientsStore } from "../../config/clients_store.ts";
import { formatHostPort } from "../../config/host_port.ts";
import { loadIdentity } from "../../config/identity.ts";
import { InvitationsStore } from "../../config/invitations_store.ts";
import { RelayKeys } from "../../config/relay_keys.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { formatStreamAddress } from "../../config/stream_address.ts";
import type { FoundConfig } from "../places/find_config.ts";
import type { SnaptState } from "../places/state_files.ts";
import { exposureOf } from "../program/load_config.ts";
import { virtualAddressReport } from "./virtual_address_report.ts";
import { showDocument } from "../documents/show_document.ts";
import { show, showAside } from "../program/show.ts";

/** `snapt check`: reading the configuration has found no mistake; checks what lies beside it. */
export async function snaptCheck(
  found: FoundConfig & { readonly state: SnaptState },
  config: SnaptConfig,
  isJson: boolean,
): Promise<void> {
  const { file: configFile, others, state } = found;
  await loadIdentity(state.paths.identity);
  const clients = await new ClientsStore(state.paths.clients).list();
  await new InvitationsStore(state.paths.invitations).list();
  const { identity, clients: list, invitations, relays: keysFile } = state.paths;
  for (const file of [identity, list, invitations, keysFile]) {
    const exposure = await exposureOf(file);
    if (exposure !== null) showAside(exposure);
  }
  const keys = new RelayKeys(keysFile);
  const relays = await Promise.all([...config.through].map(async ([name, address]) => ({
    name,
    address: formatHostPort(address),
    hasKey: await keys.find(name) !== null,
  })));
  const active = clients.filter((client) => client.revokedAt === null);
  if (isJson) {
    return showDocument("snapt.check/1", {
      file: configFile,
      others,
      state: state.folder,
      ok: true,
      listen: config.listen.map(formatHostPort),
      security: config.security,
      services: [...config.services.keys()],
      relays,
      invited: active.map(({ name }) => name),
    });
  }
  show(`listens on ${config.listen.map(formatHostPort).join(", ")}, security ${config.security}`);
  for (const [name, { to, protocol }] of config.services) {
    show(`  ${name.padEnd(16)} ${formatStreamAddress(to)}/${protocol}`);
  }
  for (const { name, address, hasKey } of relays) {
    const lack = hasKey ? "" : ": there is no key for it; `snapt through CODE` with a new code";
    show(`through relay ${name} at ${address}${lack}`);
  }
  for (const line of await virtualAddressReport(state.paths.addresses, config, active)) show(line);
  show(`${active.length} invited, ${clients.length - active.length} revoked`);
  for (const other of others) show(`${other} is there as well and is not read.`);
  show(`What SNAPT keeps is in ${state.folder}.`);
  show(`${configFile} has no mistakes.`);
}
