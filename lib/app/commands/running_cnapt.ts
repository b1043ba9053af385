import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { cnaptStatusToken } from "../../config/status_token.ts";
import { StatusClient } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";

/** The running CNAPT of a configuration. */
export function runningCnapt(config: CnaptConfig): StatusClient {
  const [first] = config.sites.values();
  if (first === undefined) throw new CommandFailed("Cannot ask CNAPT: it has no site");
  return new StatusClient("CNAPT", config.status, cnaptStatusToken(first.ticket.key));
}
