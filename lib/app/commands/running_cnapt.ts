import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { cnaptStatusTokens } from "../../config/status_token.ts";
import { StatusClient } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";

/** The running CNAPT of a configuration. */
export function runningCnapt(config: CnaptConfig): StatusClient {
  if (config.sites.size === 0) throw new CommandFailed("Cannot ask CNAPT: it has no site");
  // The running one may not have those that were added since.
  return new StatusClient("CNAPT", config.status, ...cnaptStatusTokens(config));
}
