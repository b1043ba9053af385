import { type CnaptConfig, parseCnaptConfig } from "../config/cnapt_config.ts";
import { ConfigInvalid } from "../config/config_invalid.ts";
import { configText } from "../config/config_text.ts";
import { isExposed } from "../config/secret_file.ts";
import { parseSnaptConfig, type SnaptConfig } from "../config/snapt_config.ts";
import { CommandFailed } from "./usage_error.ts";

/**
 * @throws {CommandFailed} the file is not there or cannot be read
 * @throws {ConfigInvalid} it is wrong, with every problem
 */
export async function loadSnaptConfig(file: string): Promise<SnaptConfig> {
  return parseSnaptConfig(await read(file, "`snapt init` writes one"), file);
}

/**
 * @throws {CommandFailed} the file is not there or cannot be read
 * @throws {ConfigInvalid} it is wrong, with every problem
 */
export async function loadCnaptConfig(file: string): Promise<CnaptConfig> {
  return parseCnaptConfig(await read(file, "`cnapt join TICKET` writes one"), file);
}

/** What to say of a file with secrets that others may read; null when they may not. */
export async function exposureOf(file: string): Promise<string | null> {
  return await isExposed(file)
    ? `${file}: others on this machine can read the keys in it; chmod 600 ${file}`
    : null;
}

async function read(file: string, remedy: string): Promise<string> {
  try {
    return configText(await Deno.readFile(file), file);
  } catch (cause) {
    if (cause instanceof ConfigInvalid) throw cause;
    if (cause instanceof Deno.errors.NotFound) {
      throw new CommandFailed(`Cannot read ${file}: there is no such file; ${remedy}`, { cause });
    }
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailed(`Cannot read ${file}: ${detail}`, { cause });
  }
}
