import { clientsPath, ClientsStore } from "../../config/clients_store.ts";
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
  await new ClientsStore(clientsPath(configFile)).remove(name);
  const session = await endSessionOf(configFile, config, name);
  if (isJson) return showDocument("snapt.remove/1", { name, session });
  show(`${name} is removed, and its key forgotten.${inWords(session, config)}`);
}
