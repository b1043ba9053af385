import { loadIdentity } from "../../config/identity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { snaptStatusToken } from "../../config/status_token.ts";
import { StatusClient } from "../program/status_client.ts";
import { reload } from "./reload.ts";

/**
 * `snapt reload`: the running SNAPT reads its configuration again.
 *
 * @throws {CommandFailed} it does not run, or the file cannot be used
 */
export async function snaptReload(
  identityFile: string,
  config: SnaptConfig,
  isJson: boolean,
): Promise<void> {
  const { secret } = await loadIdentity(identityFile);
  const access = { token: snaptStatusToken(secret), absence: "" };
  const running = new StatusClient("SNAPT", config.status, access);
  await reload("snapt", running, isJson);
}
