import { ClientsStore } from "../../config/clients_store.ts";
import { InvitationsStore } from "../../config/invitations_store.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { SnaptState } from "../places/state_files.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { endSessionOf, inWords } from "./end_session.ts";

/**
 * `snapt remove`: takes a CNAPT out of the list for good; a session under way ends at once.
 *
 * @throws {ClientsFailed} there is none of this name
 * @throws {CommandFailed} a running SNAPT did not end the session
 */
export async function snaptRemove({ state, config, name, isJson }: {
  readonly state: SnaptState;
  readonly config: SnaptConfig;
  readonly name: string;
  readonly isJson: boolean;
}): Promise<void> {
  const hadCode = await new InvitationsStore(state.paths.invitations).revoke(name, Date.now());
  const clients = new ClientsStore(state.paths.clients);
  const isKnown = (await clients.list()).some((one) => one.name === name);
  if (hadCode && !isKnown) {
    if (isJson) return showDocument("snapt.remove/1", { name, session: "none" });
    return show(`${name} is removed: nobody can redeem its code any more.`);
  }
  await clients.remove(name);
  const session = await endSessionOf(state.paths.identity, config, name);
  if (isJson) return showDocument("snapt.remove/1", { name, session });
  show(`${name} is removed, and its key forgotten.${inWords(session, config)}`);
}
