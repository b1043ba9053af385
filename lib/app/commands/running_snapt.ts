import { loadIdentity } from "../../config/identity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { snaptStatusToken } from "../../config/status_token.ts";
import { StatusClient } from "../program/status_client.ts";

/** The running SNAPT of a configuration and an identity. */
export async function runningSnapt(
  identityFile: string,
  config: SnaptConfig,
): Promise<StatusClient> {
  const identity = await loadIdentity(identityFile);
  return new StatusClient("SNAPT", config.status, snaptStatusToken(identity.secret));
}
