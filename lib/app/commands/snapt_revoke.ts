import { clientsPath, ClientsStore } from "../../config/clients_store.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { show, showDocument } from "../program/show.ts";
import { endSessionOf, inWords } from "./end_session.ts";

/**
 * `snapt revoke`: SNAPT refuses the key from now on, and a session under way ends at once.
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
  await new ClientsStore(clientsPath(configFile)).revoke(name);
  const session = await endSessionOf(configFile, config, name);
  if (isJson) return showDocument("snapt.revoke/1", { name, session });
  show(`${name} is revoked.${inWords(session, config)}`);
}
