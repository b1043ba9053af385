import { clientsPath, ClientsStore } from "../../config/clients_store.ts";
import { formatHostPort } from "../../config/host_port.ts";
import { identityPath, loadIdentity } from "../../config/identity.ts";
import { invitationsPath, InvitationsStore } from "../../config/invitations_store.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { formatStreamAddress } from "../../config/stream_address.ts";
import type { FoundConfig } from "../places/find_config.ts";
import { exposureOf } from "../program/load_config.ts";
import { virtualAddressReport } from "./virtual_address_report.ts";
import { show, showAside, showDocument } from "../program/show.ts";

/** `snapt check`: reading the configuration has found no mistake; checks what lies beside it. */
export async function snaptCheck(
  found: FoundConfig,
  config: SnaptConfig,
  isJson: boolean,
): Promise<void> {
  const { file: configFile, others } = found;
  await loadIdentity(identityPath(configFile));
  const clients = await new ClientsStore(clientsPath(configFile)).list();
  await new InvitationsStore(invitationsPath(configFile)).list();
  const secrets = [identityPath, clientsPath, invitationsPath].map((path) => path(configFile));
  for (const file of secrets) {
    const exposure = await exposureOf(file);
    if (exposure !== null) showAside(exposure);
  }
  const active = clients.filter((client) => client.revokedAt === null);
  if (isJson) {
    return showDocument("snapt.check/1", {
      file: configFile,
      others,
      ok: true,
      listen: config.listen.map(formatHostPort),
      security: config.security,
      services: [...config.services.keys()],
      invited: active.map(({ name }) => name),
    });
  }
  show(`listens on ${config.listen.map(formatHostPort).join(", ")}, security ${config.security}`);
  for (const [name, { to, protocol }] of config.services) {
    show(`  ${name.padEnd(16)} ${formatStreamAddress(to)}/${protocol}`);
  }
  for (const line of await virtualAddressReport(configFile, config, active)) show(line);
  show(`${active.length} invited, ${clients.length - active.length} revoked`);
  for (const other of others) show(`${other} is there as well and is not read.`);
  show(`${configFile} has no mistakes.`);
}
