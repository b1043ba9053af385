import { clientsPath, ClientsStore } from "../../config/clients_store.ts";
import { invitationsPath, InvitationsStore } from "../../config/invitations_store.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { show, showDocument } from "../program/show.ts";
import { endSessionOf, inWords } from "./end_session.ts";

/**
 * `snapt revoke`: SNAPT refuses the key and the code from now on, and a session under way ends at
 * once.
 *
 * @throws {ClientsFailed} there is none of this name
 * @throws {CommandFailed} a running SNAPT did not end the session
 */
export async function snaptRevoke({ configFile, config, name, isJson }: {
  readonly configFile: string;
  readonly config: SnaptConfig;
  readonly name: string;
  readonly isJson: boolean;
}): Promise<void> {
  const hadCode = await new InvitationsStore(invitationsPath(configFile)).revoke(name, Date.now());
  const clients = new ClientsStore(clientsPath(configFile));
  if (hadCode && !await clients.has(name)) {
    if (isJson) return showDocument("snapt.revoke/1", { name, session: "none" });
    return show(`${name} is revoked: nobody can redeem its code any more.`);
  }
  await clients.revoke(name);
  const session = await endSessionOf(configFile, config, name);
  if (isJson) return showDocument("snapt.revoke/1", { name, session });
  show(`${name} is revoked.${inWords(session, config)}`);
}
