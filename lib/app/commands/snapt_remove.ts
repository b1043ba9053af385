import { clientsPath, ClientsStore } from "../../config/clients_store.ts";
import { invitationsPath, InvitationsStore } from "../../config/invitations_store.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { show, showDocument } from "../program/show.ts";
import { endSessionOf, inWords } from "./end_session.ts";

/**
 * `snapt remove`: takes a CNAPT out of the list for good; a session under way ends at once.
 *
 * @throws {ClientsFailed} there is none of this name
 * @throws {CommandFailed} a running SNAPT did not end the session
 */
export async function snaptRemove({ configFile, config, name, isJson }: {
  readonly configFile: string;
  readonly config: SnaptConfig;
  readonly name: string;
  readonly isJson: boolean;
}): Promise<void> {
  const hadCode = await new InvitationsStore(invitationsPath(configFile)).revoke(name, Date.now());
  const clients = new ClientsStore(clientsPath(configFile));
  const isKnown = (await clients.list()).some((one) => one.name === name);
  if (hadCode && !isKnown) {
    if (isJson) return showDocument("snapt.remove/1", { name, session: "none" });
    return show(`${name} is removed: nobody can redeem its code any more.`);
  }
  await clients.remove(name);
  const session = await endSessionOf(configFile, config, name);
  if (isJson) return showDocument("snapt.remove/1", { name, session });
  show(`${name} is removed, and its key forgotten.${inWords(session, config)}`);
}
