import { resolve } from "node:path";
import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { passOnUnlessSystem } from "../../config/system_failure.ts";
import { readToken } from "../../config/token_file.ts";
import { type StatusAccess, StatusClient } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { cnaptFile, cnaptState } from "./command_options.ts";

/** A CNAPT that may run, and how it is asked. */
export interface AskedCnapt {
  readonly config: CnaptConfig;
  readonly access: StatusAccess;
}

/**
 * The CNAPT of a configuration and a state, as the options of a command name them.
 *
 * @throws {CommandFailed} the configuration is not there, cannot be read, or is somebody else's
 * @throws {ConfigInvalid} it is wrong
 */
export async function askedCnapt(
  options: { readonly config: string | null; readonly state: string | null },
): Promise<AskedCnapt> {
  const { loadCnaptConfig } = await import("../program/load_config.ts");
  const found = await cnaptFile(options);
  const config = await loadCnaptConfig(found);
  const { token } = (await cnaptState(found, options)).paths;
  return { config, access: await cnaptAccess(token) };
}

/** What this user has to show to a running CNAPT, whose token is in this file. */
export async function cnaptAccess(tokenFile: string): Promise<StatusAccess> {
  try {
    const token = await readToken(tokenFile);
    if (token !== null) return { token, absence: "" };
    return {
      token: null,
      absence: `${resolve(tokenFile)} is not there, so what answers runs with another ` +
        "configuration, another --state or as another user; name them with --config FILE and " +
        "--state FOLDER, or ask as that user (sudo -u USER cnapt …)",
    };
  } catch (error) {
    passOnUnlessSystem(error);
    return {
      token: null,
      absence:
        `this user is not allowed to read ${resolve(tokenFile)}; ask as the user that CNAPT runs ` +
        `as (sudo -u USER cnapt …), or as root`,
    };
  }
}

/**
 * The running CNAPT of a configuration.
 *
 * @throws {CommandFailed} it has no site, or its endpoint is off
 */
export function runningCnapt({ config, access }: AskedCnapt): StatusClient {
  if (config.sites.size === 0) throw new CommandFailed("Cannot ask CNAPT: it has no site");
  return new StatusClient("CNAPT", config.status, access);
}
