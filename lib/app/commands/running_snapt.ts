import { loadIdentity } from "../../config/identity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { snaptStatusToken } from "../../config/status_token.ts";
import { StatusClient } from "../program/status_client.ts";
import type { PageDoor } from "./open_page.ts";

/** The running SNAPT of a configuration and an identity. */
export async function runningSnapt(
  identityFile: string,
  config: SnaptConfig,
): Promise<StatusClient> {
  return (await snaptDoor(identityFile, config)).client;
}

/** The same with its token, which is made of the identity. */
export async function snaptDoor(
  identityFile: string,
  config: SnaptConfig,
): Promise<PageDoor & { readonly client: StatusClient }> {
  const token = snaptStatusToken((await loadIdentity(identityFile)).secret);
  const client = new StatusClient("SNAPT", config.status, { token, absence: "" });
  return { client, token, origin: config.status?.origin };
}
