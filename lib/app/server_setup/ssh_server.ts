import { join } from "node:path";
import { nullUnlessSystem } from "../../config/system_failure.ts";
import { askCommand } from "../../net/ask_command.ts";
import { CommandBroken } from "../../net/command_broken.ts";
import { pipedCommand } from "../../net/piped_command.ts";
import { showAside } from "../program/show.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { readScript, type ScriptSaid, type ScriptValues, sentScript } from "./remote_script.ts";
import { formatSshDestination, nameOfServer, type SshDestination } from "./ssh_destination.ts";
import { readSshSettings, type SshSettings } from "./ssh_settings.ts";

/** The variable that names another ssh than the first of the path. */
export const SSH_VARIABLE = "CNAPT_SSH";
/** A script says a few lines, and the list of CNAPTs. */
const MOST_OUT = 1_048_576;
/** ssh's own failures, and not those of what it runs. */
const SSH_FAILED = 255;
/** `ssh -G` reads files only. */
const SETTINGS_MS = 20_000;
/** For how long a connection waits for the next command. */
const SHARED_S = 60;

/** What the user says of ssh. */
export interface SshOptions {
  /** As behind `ssh -o`. */
  readonly options: readonly string[];
}

/**
 * A server, reached by the user's own ssh: with its configuration, keys and agent, and what it asks
 * on the terminal. All commands share one connection where ssh can do that, so that a password is
 * asked for once.
 */
export class SshServer implements AsyncDisposable {
  /** `me@home` */
  readonly name: string;
  /** `ssh://me@home` */
  readonly destination: string;
  readonly settings: SshSettings;
  readonly #argv: readonly string[];
  readonly #where: readonly string[];
  readonly #shared: string | null;

  private constructor(
    destination: SshDestination,
    settings: SshSettings,
    { argv, where, shared }: {
      readonly argv: readonly string[];
      readonly where: readonly string[];
      readonly shared: string | null;
    },
  ) {
    this.name = nameOfServer(destination);
    this.destination = formatSshDestination(destination);
    this.settings = settings;
    this.#argv = argv;
    this.#where = where;
    this.#shared = shared;
  }

  /**
   * Asks ssh what it makes of the destination; nothing is connected yet.
   *
   * @throws {CommandFailed} there is no ssh, or it does not understand
   */
  static async find(destination: SshDestination, { options }: SshOptions): Promise<SshServer> {
    const { user, host, port } = destination;
    const name = nameOfServer(destination);
    const argv = [
      Deno.env.get(SSH_VARIABLE) || "ssh",
      ...options.flatMap((option) => ["-o", option]),
      ...(user === null ? [] : ["-l", user]),
      ...(port === null ? [] : ["-p", String(port)]),
    ];
    const { code, out, err } = await asked([...argv, "-G", "--", host], name);
    const settings = code === 0 ? readSshSettings(out) : null;
    if (settings === null) {
      throw new CommandFailed(`Cannot ask ssh about ${name}: it says: ${err || `status ${code}`}`);
    }
    const isAlone = settings.isShared || Deno.build.os === "windows";
    const shared = isAlone ? null : await Deno.makeTempDir({ prefix: "cnapt-" });
    const sharing = shared === null
      ? []
      : ["ControlMaster=auto", `ControlPath=${join(shared, "ssh")}`, `ControlPersist=${SHARED_S}`];
    const more = [...settings.additions, ...sharing].flatMap((option) => ["-o", option]);
    return new SshServer(destination, settings, {
      argv: [...argv, ...more],
      where: ["--", host],
      shared,
    });
  }

  /**
   * Runs a script there; `data` is what it reads.
   *
   * @throws {CommandFailed} ssh fails, or nothing there runs the script
   */
  async run(
    body: string,
    values: ScriptValues,
    data: AsyncIterable<Uint8Array<ArrayBuffer>> | null = null,
  ): Promise<ScriptSaid> {
    const mark = `cnapt-${crypto.randomUUID()}`;
    const { command, input } = sentScript(mark, body, values);
    const { signal } = new AbortController();
    let answer;
    try {
      answer = await pipedCommand({
        argv: [...this.#argv, "-T", ...this.#where, command],
        input: joined(input, data),
        mostOut: MOST_OUT,
        onWords: showAside,
      }, signal);
    } catch (cause) {
      throw broken(cause, this.name);
    }
    const { code, out } = answer;
    const said = readScript(mark, out);
    if (said !== null) return said;
    throw new CommandFailed(
      code === SSH_FAILED
        ? `Cannot reach ${this.name} over ssh: ssh has ended with status ${code} and said why above`
        : `Cannot work on ${this.name}: no POSIX shell with its usual tools answers there (status ${code})`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#shared === null) return;
    // Without a connection there is nothing to end, and ssh says so to nobody.
    await asked([...this.#argv, "-O", "exit", ...this.#where], this.name);
    await Deno.remove(this.#shared, { recursive: true }).catch(nullUnlessSystem);
  }
}

async function asked(argv: readonly string[], name: string) {
  try {
    return await askCommand(argv, AbortSignal.timeout(SETTINGS_MS));
  } catch (cause) {
    throw broken(cause, name);
  }
}

function broken(cause: unknown, name: string): unknown {
  if (!(cause instanceof CommandBroken)) return cause;
  const remedy = cause.code === "notStarted"
    ? `; install OpenSSH, or name ssh in ${SSH_VARIABLE}`
    : "";
  return new CommandFailed(`Cannot reach ${name}: ssh ${cause.outcome}${remedy}`, { cause });
}

async function* joined(
  first: Uint8Array<ArrayBuffer>,
  rest: AsyncIterable<Uint8Array<ArrayBuffer>> | null,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield first;
  if (rest !== null) yield* rest;
}
