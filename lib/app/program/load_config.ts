import { type CnaptConfig, parseCnaptConfig } from "../../config/cnapt_config.ts";
import { configText } from "../../config/config_text.ts";
import { isExposed } from "../../config/secret_file.ts";
import { parseSnaptConfig, type SnaptConfig } from "../../config/snapt_config.ts";
import { type FileOwner, refuseForeign, refuseForeignSecret } from "./foreign_config.ts";
import { commandsOfCnapt, commandsOfNotices } from "./named_commands.ts";
import { CommandFailed } from "./usage_error.ts";

/** A configuration, and how it was come by. */
export interface ConfigSource {
  readonly file: string;
  /** `folder`: nobody named it, it lies in the current folder; commands in it have to be one's own. */
  readonly from: "option" | "variable" | "folder" | "place";
}

/** There is no such configuration. */
export class ConfigMissing extends CommandFailed {
  constructor(file: string, options: ErrorOptions) {
    super(`Cannot read ${file}: there is no such file`, { ...options, exit: "configuration" });
  }
}

/**
 * @throws {CommandFailed} the file is not there, cannot be read, or is somebody else's
 * @throws {ConfigInvalid} it is wrong, with every problem
 */
export async function loadSnaptConfig(source: ConfigSource): Promise<SnaptConfig> {
  const { text, owner } = await read(source, "name it with --config, or `snapt init` writes one");
  const config = parseSnaptConfig(text, source.file);
  // It lies beside the list of those who are let in, and leads them to what this user can reach.
  refuse(source, owner, commandsIn(commandsOfNotices(config.notify)) ?? "says who is served what");
  return config;
}

/**
 * @throws {CommandFailed} the file is not there, cannot be read, or is somebody else's
 * @throws {ConfigInvalid} it is wrong, with every problem
 */
export async function loadCnaptConfig(source: ConfigSource): Promise<CnaptConfig> {
  const remedy = "name it with --config, or `cnapt join CODE` writes one";
  const { text, owner } = await read(source, remedy);
  const config = parseCnaptConfig(text, source.file);
  refuse(source, owner, commandsIn(commandsOfCnapt(config)));
  return config;
}

function refuse({ file, from }: ConfigSource, owner: FileOwner, power: string | null): void {
  if (from === "folder") refuseForeign(file, owner, { uid: Deno.uid(), power });
}

function commandsIn([first]: readonly string[]): string | null {
  return first === undefined ? null : `names commands (${first})`;
}

/**
 * Looks at a configuration that is about to get a secret.
 *
 * @throws {CommandFailed} it is somebody else's, who would get it, and nobody has named it
 */
export async function expectOwn({ file, from }: ConfigSource): Promise<void> {
  if (from !== "folder") return;
  const found = await readOwned(file).catch((error: unknown) => {
    if (error instanceof ConfigMissing) return null;
    throw error;
  });
  if (found !== null) refuseForeignSecret(file, found.owner, Deno.uid());
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
  return (await readOwned(file)).text;
}

/** A text, and whose it was when it was read. */
interface OwnedText {
  readonly text: string;
  readonly owner: FileOwner;
}

/** Owner and text come from one open file: between two looks somebody could put another there. */
async function readOwned(file: string): Promise<OwnedText> {
  let bytes: Uint8Array;
  let owner: FileOwner;
  try {
    using open = await Deno.open(file);
    owner = await open.stat();
    bytes = await bytesOf(open);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) throw new ConfigMissing(file, { cause });
    const detail = cause instanceof Deno.errors.PermissionDenied
      ? "this user is not allowed to read it; run the command as its owner, or name another with " +
        "--config"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new CommandFailed(`Cannot read ${file}: ${detail}`, { cause, exit: "configuration" });
  }
  return { text: configText(bytes, file), owner };
}

const READ_BYTES = 65_536;

async function bytesOf(open: Deno.FsFile): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const part = new Uint8Array(READ_BYTES);
    const count = await open.read(part);
    if (count === null) return await new Blob(parts).bytes();
    parts.push(part.subarray(0, count));
  }
}

async function read({ file }: ConfigSource, remedy: string): Promise<OwnedText> {
  try {
    return await readOwned(file);
  } catch (cause) {
    if (!(cause instanceof ConfigMissing)) throw cause;
    throw new CommandFailed(`${cause.message}; ${remedy}`, { cause, exit: "configuration" });
  }
}
