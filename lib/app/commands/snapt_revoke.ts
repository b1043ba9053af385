import { clientsPath, ClientsStore } from "../../config/clients_store.ts";
import { formatHostPort } from "../../config/host_port.ts";
import { identityPath, loadIdentity } from "../../config/identity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { snaptStatusToken } from "../../config/status_token.ts";
import { errorOf, StatusClient, StatusUnreachable } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { show } from "../program/show.ts";

/**
 * `snapt revoke`: SNAPT refuses the key from now on, and a session under way ends at once.
 *
 * @throws {ClientsFailed} there is none of this name
 * @throws {CommandFailed} a running SNAPT did not end the session
 */
export async function snaptRevoke(
  configFile: string,
  config: SnaptConfig,
  name: string,
): Promise<void> {
  await new ClientsStore(clientsPath(configFile)).revoke(name);
  const identity = await loadIdentity(identityPath(configFile));
  if (config.status === null) {
    return show(`${name} is revoked. If it has a session, that ends within a second.`);
  }
  const client = new StatusClient("SNAPT", config.status, snaptStatusToken(identity.secret));
  const answer = await client.post("/revoke", { name }).catch((error: unknown) => {
    if (error instanceof StatusUnreachable && error.kind === "absent") return null;
    if (!(error instanceof CommandFailed)) throw error;
    throw new CommandFailed(
      `Cannot end the session of ${name} (SNAPT refuses its key from now on): ${error.message}`,
      { cause: error },
    );
  });
  if (answer === null) {
    const where = formatHostPort(config.status);
    return show(
      `${name} is revoked. No SNAPT runs at ${where}, so there is no session to end.`,
    );
  }
  if (answer.code !== 200) {
    throw new CommandFailed(`Cannot end the session of ${name}: ${errorOf(answer)}`);
  }
  const { ended }: { ended?: boolean } = JSON.parse(answer.body);
  show(`${name} is revoked.${ended === true ? " Its session was ended." : ""}`);
}
