import { passOnUnlessSystem } from "../../config/system_failure.ts";
import { newToken, openToken } from "../../config/token_file.ts";
import { exposureOf } from "../program/load_config.ts";
import type { Log } from "../program/log.ts";

/**
 * The token of CNAPT's endpoint, from its file; null: the endpoint is off. Where it cannot be kept
 * CNAPT runs all the same, and no command can ask it.
 */
export async function ownToken(path: string | null, log: Log): Promise<string> {
  if (path === null) return newToken();
  try {
    const token = await openToken(path);
    const exposure = await exposureOf(path);
    if (exposure !== null) log.warn("secrets-exposed", { reason: exposure });
    return token;
  } catch (error) {
    passOnUnlessSystem(error);
    const reason = error instanceof Error ? error.message : String(error);
    log.warn("token-not-kept", {
      reason: `${reason}; commands cannot ask this CNAPT, name a folder with --state`,
    });
    return newToken();
  }
}
