import { type CnaptConfig, parseCnaptConfig } from "../../config/cnapt_config.ts";
import { configText } from "../../config/config_text.ts";
import { isExposed } from "../../config/secret_file.ts";
import { parseSnaptConfig, type SnaptConfig } from "../../config/snapt_config.ts";
import { CommandFailed } from "./usage_error.ts";

/** There is no such configuration. */
export class ConfigMissing extends CommandFailed {
  constructor(file: string, options: ErrorOptions) {
    super(`Cannot read ${file}: there is no such file`, { ...options, exit: "configuration" });
  }
}

/**
 * @throws {CommandFailed} the file is not there or cannot be read
 * @throws {ConfigInvalid} it is wrong, with every problem
 */
export async function loadSnaptConfig(file: string): Promise<SnaptConfig> {
  return parseSnaptConfig(
    await read(file, "name it with --config, or `snapt init` writes one"),
    file,
  );
}

/**
 * @throws {CommandFailed} the file is not there or cannot be read
 * @throws {ConfigInvalid} it is wrong, with every problem
 */
export async function loadCnaptConfig(file: string): Promise<CnaptConfig> {
  return parseCnaptConfig(
    await read(file, "name it with --config, or `cnapt join CODE` writes one"),
    file,
  );
}

/** What to say of a file with secrets that others are allowed to read; null when they are not. */
export async function exposureOf(file: string): Promise<string | null> {
  return await isExposed(file)
    ? `${file}: others on this machine can read the keys in it; chmod 600 ${file}`
    : null;
}

/**
 * The text of a configuration file.
 *
 * @throws {ConfigMissing} there is no such file
 * @throws {CommandFailed} it cannot be read
 * @throws {ConfigInvalid} it is not in UTF-8
 */
export async function readConfigFile(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(file);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) throw new ConfigMissing(file, { cause });
    const detail = cause instanceof Deno.errors.PermissionDenied
      ? "this user is not allowed to read it"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new CommandFailed(`Cannot read ${file}: ${detail}`, { cause, exit: "configuration" });
  }
  return configText(bytes, file);
}

async function read(file: string, remedy: string): Promise<string> {
  try {
    return await readConfigFile(file);
  } catch (cause) {
    if (!(cause instanceof ConfigMissing)) throw cause;
    throw new CommandFailed(`${cause.message}; ${remedy}`, { cause, exit: "configuration" });
  }
}
