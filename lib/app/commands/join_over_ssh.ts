import { type HostPort, isAnyAddress, parseHostPort } from "../../config/host_port.ts";
import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { placesOf } from "../../config/site_config.ts";
import { defaultSiteName } from "../program/site_name.ts";
import { show, showAside } from "../program/show.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import { VERSION } from "../program/version.ts";
import { FIND, LOOK } from "../server_setup/look_script.ts";
import { expectDone } from "../server_setup/script_failure.ts";
import type { ServerLook } from "../server_setup/server_look.ts";
import { planLines, type SetUpPlan, setUpPlan, versionNote } from "../server_setup/server_plan.ts";
import { platformOf } from "../server_setup/server_program.ts";
import { SET_UP, setUpValues } from "../server_setup/set_up_script.ts";
import { parseSshDestination } from "../server_setup/ssh_destination.ts";
import { SshServer } from "../server_setup/ssh_server.ts";
import { askYes, questionTerminal } from "../program/ask_line.ts";
import { inviteAndJoin } from "./invite_over_ssh.ts";
import { joinByCode } from "./join_by_code.ts";
import {
  checkJoinOptions,
  configIfAny,
  type JoinOptions,
  sitesIn,
  tellJoined,
} from "./joined_site.ts";
import { lookAtServer, readServer } from "./look_at_server.ts";
import { serverProgramFile } from "./server_program_file.ts";

/** What the user says of the server. */
export interface OverSshOptions {
  /** What SNAPT is to call this CNAPT; null: the name of this machine. */
  readonly client: string | null;
  /** `HOST[:PORT]` where CNAPT reaches SNAPT; null: the machine that ssh connects to. */
  readonly address: string | null;
  /** Where a new SNAPT is to listen. */
  readonly port: number | null;
  /** The file that is put there; null: this program. */
  readonly program: string | null;
  /** As behind `ssh -o`. */
  readonly sshOptions: readonly string[];
  readonly isYes: boolean;
}

/** As `snapt invite` takes it. */
const CLIENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

type Todo = Extract<SetUpPlan, { kind: "plan" }>;

/**
 * `cnapt join ssh://…`: has SNAPT run on a server, invites this machine there, and joins. What was
 * done before is not done again. Returns the name of the site.
 *
 * @throws {UsageError} an option cannot be, or nobody can be asked
 * @throws {CommandFailed} ssh or a step there fails, SNAPT is not reached, or the answer was no
 */
export async function joinOverSsh(
  word: string,
  options: JoinOptions,
  over: OverSshOptions,
): Promise<string> {
  const destination = parseSshDestination(word);
  const chosen = over.address === null ? null : readAddress(over.address);
  const client = over.client ?? defaultSiteName();
  expectUsable(over, client);
  checkJoinOptions(options);
  const sites = await sitesOf(options.configFile);
  const tell = options.isJson ? showAside : show;
  await using server = await SshServer.find(destination, { options: over.sshOptions });
  const { name, settings, destination: setUpOver } = server;
  const host = chosen?.host ?? settings.hostname;
  let look = await lookAtServer(server);
  const joined = joinedWith(sites, { setUpOver, host, client });
  const plan = setUpPlan(look, {
    server: name,
    client,
    port: over.port,
    ...await serverProgramFile(platformOf(look.system, look.machine), over.program),
    joined: joined === null ? null : { site: joined, client },
  });
  const note = versionNote(look, VERSION);
  if (note !== null) tell(note);
  if (plan.kind === "refused") {
    throw new CommandFailed(`Cannot join ${name}: ${plan.why}`, { exit: plan.exit });
  }
  const lines = planLines(plan, look, client);
  if (lines.length > 0) {
    tell(`On ${name} (${look.system} ${look.machine}) this will, over ssh:`);
    for (const line of lines) tell(`  - ${line}`);
    if (settings.through !== null && chosen === null && plan.invite !== "joined") {
      tell(
        `ssh goes there through ${settings.through}; CNAPT goes straight to ${host}. --address names another.`,
      );
    }
    await expectYes(over.isYes, name);
    look = await setUp(server, plan, look, tell);
  }
  if (look.config.state !== "good") {
    throw new CommandFailed(`Cannot join ${name}: ${look.configFile} there cannot be read`);
  }
  const address = {
    host,
    port: chosen !== null && chosen.port > 0 ? chosen.port : look.config.port,
  };
  if (joined !== null && plan.invite === "joined") {
    const known = sites.get(joined);
    tellJoined({
      file: options.configFile,
      site: joined,
      address: known === undefined ? address : placesOf(known)[0],
      name: client,
      isJson: options.isJson,
      isKnown: true,
    });
    return joined;
  }
  return await inviteAndJoin(server, {
    look,
    client,
    address,
    isAgain: plan.invite === "again",
    join: (code) => joinByCode(code, { ...options, setUpOver }),
  });
}

/** Does the steps that are wanted, and looks again. */
async function setUp(
  server: SshServer,
  plan: Todo,
  look: ServerLook,
  tell: (line: string) => void,
): Promise<ServerLook> {
  const { program, newPort, start } = plan;
  if (program === null && newPort === null && start === "running") return look;
  const bytes = program === null ? null : await Deno.readFile(program.path);
  // Over a slow network that takes minutes, in which nothing else is said.
  if (program !== null) tell(`Copying ${program.path} to ${server.name}.`);
  const digest = bytes === null ? null : await crypto.subtle.digest("SHA-256", bytes);
  const values = setUpValues({
    plan,
    bytes: bytes?.length ?? 0,
    sha256: digest === null ? "" : new Uint8Array(digest).toHex(),
    sshPort: look.sshPort,
  });
  const said = await server.run(FIND + SET_UP + FIND + LOOK, values, pieces(bytes));
  expectDone(said, server.name);
  for (const line of said.get("note") ?? []) tell(`  ${line}`);
  return readServer(said, server);
}

function joinedWith(sites: CnaptConfig["sites"], { setUpOver, host, client }: {
  readonly setUpOver: string;
  readonly host: string;
  readonly client: string;
}): string | null {
  const found = [...sites].find(([, site]) =>
    site.ticket.name === client &&
    (site.setUpOver === setUpOver || placesOf(site).some((place) => place.host === host))
  );
  return found?.[0] ?? null;
}

async function sitesOf(configFile: string): Promise<CnaptConfig["sites"]> {
  const text = await configIfAny(configFile);
  return text === null ? new Map() : sitesIn(text, configFile);
}

/** @throws {UsageError} it is none */
function readAddress(text: string): HostPort {
  try {
    const address = parseHostPort(/:\d+$/.test(text) ? text : `${text}:0`);
    if (!isAnyAddress(address.host)) return address;
    throw new TypeError(`${text} does not say which machine`);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot use --address: ${detail}`, { cause });
  }
}

/** @throws {UsageError} what would only show when the server is changed already */
function expectUsable({ isYes, port }: OverSshOptions, client: string): void {
  if (!CLIENT_NAME.test(client)) {
    throw new UsageError(
      `Cannot use --name ${client}: a name has letters, digits, ".", "_" and "-"`,
    );
  }
  if (port !== null && port > 65_535) {
    throw new UsageError(`Cannot use --port ${port}: ports go up to 65535`);
  }
  if (isYes || questionTerminal() !== null) return;
  throw new UsageError(
    "Cannot ask whether the server is to be set up: there is no terminal; --yes says it is",
  );
}

async function expectYes(isYes: boolean, name: string): Promise<void> {
  const terminal = isYes ? null : questionTerminal();
  if (isYes || (terminal !== null && await askYes(terminal, "Do this?"))) return;
  throw new CommandFailed(`Cannot join ${name}: the answer was no, and nothing was changed`, {
    exit: "unanswered",
  });
}

/** As much as a pipe takes at once. */
const PIECE_BYTES = 65_536;

async function* pieces(
  bytes: Uint8Array<ArrayBuffer> | null,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < (bytes?.length ?? 0); at += PIECE_BYTES) {
    if (bytes !== null) yield await Promise.resolve(bytes.subarray(at, at + PIECE_BYTES));
  }
}
