import { ClientsStore } from "../../config/clients_store.ts";
import { InvitationsStore } from "../../config/invitations_store.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { SnaptState } from "../places/state_files.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { endSessionOf, inWords } from "./end_session.ts";

/**
 * `snapt revoke`: SNAPT refuses the key and the code from now on, and a session under way ends at
 * once. Again it does no harm, and ends what the first time could not.
 *
 * @throws {ClientsFailed} there is none of this name
 * @throws {CommandFailed} a running SNAPT did not end the session
 */
export async function snaptRevoke({ state, config, name, isJson }: {
  readonly state: SnaptState;
  readonly config: SnaptConfig;
  readonly name: string;
  readonly isJson: boolean;
}): Promise<void> {
  const hadCode = await new InvitationsStore(state.paths.invitations).revoke(name, Date.now());
  const clients = new ClientsStore(state.paths.clients);
  const isValid = await clients.has(name);
  if (hadCode && !isValid) {
    if (isJson) return showDocument("snapt.revoke/1", { name, session: "none" });
    return show(`${name} is revoked: nobody can redeem its code any more.`);
  }
  const isRevoked = !isValid && (await clients.list()).some((one) => one.name === name);
  if (!isRevoked) await clients.revoke(name);
  const session = await endSessionOf(state.paths.identity, config, name);
  if (isJson) return showDocument("snapt.revoke/1", { name, session });
  show(`${name} ${isRevoked ? "was revoked already" : "is revoked"}.${inWords(session, config)}`);
}
