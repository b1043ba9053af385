import { nullUnlessSystem } from "../../config/system_failure.ts";
import { shownValue } from "../../config/shown_value.ts";
import { createIdentity, saveIdentity } from "../../config/identity.ts";
import { writeNewFile } from "../../config/new_file.ts";
import { writeNewConfig } from "../../config/own_folder.ts";
import type { FoundConfig } from "../places/find_config.ts";
import type { SnaptState } from "../places/state_files.ts";
import { askYes, questionTerminal } from "../program/ask_line.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { type InitService, readInitServices, serviceLines, SSH_SERVICE } from "./init_services.ts";

/** What is written where there is none; `services` are the lines of that setting. */
const template = (services: string, mapping: "auto" | "off" | null) =>
  `# The configuration of SNAPT. \`snapt check\` finds mistakes in it.

# Where CNAPTs connect to. One TCP port serves everything; make it reachable. A list is as good:
#   listen: ["[::]:7787", "[::]:443"]     # 443 for networks that let nothing else out
listen: "[::]:7787"

# Whether SNAPT asks the router to lead that port here: auto, or off (without this line). It is
# opened while SNAPT runs; \`snapt status\` shows it.
${mapping === null ? "# mapping: auto" : `mapping: ${mapping}`}

# Where \`snapt status\` and \`snapt revoke\` talk to the running SNAPT; or: off
status: 127.0.0.1:7788

# The servers that CNAPTs are allowed to reach. A CNAPT gets all of them, or those named by
#   snapt invite NAME --services ssh,db
services:
${services}
  # db: { to: 10.0.0.5:5432, compress: zstd }   # or deflate; \`compress:\` in cnapt.yaml wins
  # dns: { to: 127.0.0.1:53, protocol: udp, hold: 200ms, holdOrder: newest, idle: 60s }
  # tftp: { to: 127.0.0.1:69, protocol: udp, from: anyPort }   # it answers from other ports
  # web: { to: 127.0.0.1:80, proxy: v2 }    # tells the server who connected

# What else CNAPTs are allowed to reach by SOCKS5 (TCP and UDP), HTTP CONNECT or \`cnapt stdio\`.
# Without this line they reach nothing else.
# destinations: ["10.0.0.0/8:*", "*.example.org:443"]
# clients:
#   laptop: { destinations: ["192.168.7.0/24:22"] }    # this CNAPT is allowed more

# Client services: ports of client applications that server applications reach here, at a virtual
# address for each CNAPT. Linux has all of 127.77.0.0/24; you add other addresses to the machine, or
# SNAPT does with \`manage: true\` and the privilege.
# virtual: { addresses: 127.77.0.0/24, manage: false, interface: lo, allow: ["127.0.0.0/8"] }
# clientServices: [9100, 5060/udp]        # ports that every CNAPT is allowed to offer
# clients:
#   laptop: { clientServices: all, address: 127.77.0.7 }

# What this SNAPT is called on the other side. Without this line: the name of the machine.
# name: home

# Relays by which CNAPTs reach this SNAPT as well; \`snapt through CODE\` writes them.
# through: { vps: "relay.example.org:7787" }

# tls (default), or none: only inside a VPN or another network that you trust.
# security: tls

# How long SNAPT keeps the session of a CNAPT that is without a network, such as a closed laptop,
# after how long a silence (30 s at most) a CNAPT counts as one, and how long a new connection has
# to prove its key.
# timeouts: { switch: 7d, inactivity: 30s, handshake: 10s }

# Bounds, so that nobody can use up this machine.
# limits: { clients: 256, streams: 4096, flows: 4096, ring: 4MiB, sessionMemory: 256MiB, processMemory: 1GiB }

# Which programs are told when the path of a CNAPT changes (docs/notices.md). SNAPT runs a command
# without a shell and gives it the notice on its standard input.
# notify:
#   - { post: http://127.0.0.1:9000/x }
#   - { command: [/usr/local/bin/on-switch, home] }
#   - { udp: 127.0.0.1:9001 }

# info (default), debug, warn or error; form: json writes an object on each line.
# log: { form: text, level: info }
`;

const MAPPING_QUESTION =
  "May SNAPT ask a router before this machine to open its port to it, while it runs?";

/** What `snapt init` was asked for. */
export interface InitOptions {
  readonly found: FoundConfig;
  readonly state: SnaptState;
  /** The words of `--service`; none: ssh. */
  readonly services: readonly string[];
  /** The word of `--mapping`; null: whoever sits at a terminal is asked. */
  readonly mapping: string | null;
  readonly isYes: boolean;
  readonly isJson: boolean;
}

/**
 * `snapt init`: a commented configuration, and the identity, which only the owner may read.
 * What is there already is never overwritten.
 *
 * @throws {UsageError} a service is none, or `--mapping` is neither auto nor off
 * @throws {CommandFailed} both are there already, the services could not go into a configuration
 *   that is there, or the files cannot be written
 */
export async function snaptInit(options: InitOptions): Promise<void> {
  const { found: { file: configFile }, state, services, isJson } = options;
  const identityFile = state.paths.identity;
  const named = readInitServices(services);
  if (named.length > 0 && await exists(configFile)) {
    throw new CommandFailed(
      `Cannot write ${configFile}: this file exists already; name the services in it`,
    );
  }
  const isThere = await exists(configFile);
  if (options.mapping !== null && isThere) {
    throw new CommandFailed(
      `Cannot write ${configFile}: this file exists already; write \`mapping: auto\` or ` +
        "`mapping: off` in it",
    );
  }
  const mapping = isThere ? null : await chosenMapping(options);
  const wrote = await writeMissing(options, named.length === 0 ? [SSH_SERVICE] : named, mapping);
  if (wrote.length === 0) {
    throw new CommandFailed(
      `Cannot write ${configFile}: this file and the identity ${identityFile} exist already`,
    );
  }
  if (isJson) {
    return showDocument("snapt.init/1", { config: configFile, identity: identityFile, wrote });
  }
  show(`Wrote ${wrote.join(" and ")}.`);
  const first = named.length === 0 ? `name your services in ${configFile}, start` : "start";
  show(`Next: ${first} \`snapt\`, and run \`snapt invite NAME\`.`);
}

/** Null: nobody has said. */
async function chosenMapping(
  { mapping, isYes, isJson }: Pick<InitOptions, "mapping" | "isYes" | "isJson">,
): Promise<"auto" | "off" | null> {
  if (mapping === "auto" || mapping === "off") return mapping;
  if (mapping !== null) {
    throw new UsageError(`Cannot use --mapping ${shownValue(mapping)}: it is auto or off`);
  }
  const terminal = isYes || isJson ? null : questionTerminal();
  if (terminal === null || !terminal.isForeground()) return null;
  return await askYes(terminal, MAPPING_QUESTION) ? "auto" : "off";
}

/**
 * Makes a configuration with these services and an identity, whichever is not there.
 *
 * @returns the files that it has made
 * @throws {CommandFailed} one of them cannot be written
 */
export async function writeMissing(
  { found: { file: configFile, from }, state }: Pick<InitOptions, "found" | "state">,
  services: readonly InitService[],
  mapping: "auto" | "off" | null,
): Promise<readonly string[]> {
  const identityFile = state.paths.identity;
  const wrote: string[] = [];
  if (!await exists(configFile)) {
    await write(configFile, async () => {
      const text = template(serviceLines(services), mapping);
      // Nobody has chosen the usual place, so nobody has made its folder.
      if (from === "place") await writeNewConfig(configFile, text);
      else await writeNewFile(configFile, text);
    });
    wrote.push(configFile);
  }
  if (!await exists(identityFile)) {
    const identity = await createIdentity();
    await write(identityFile, () => saveIdentity(identityFile, identity));
    wrote.push(identityFile);
  }
  return wrote;
}

async function write(file: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailed(`Cannot write ${file}: ${detail}`, { cause });
  }
}

async function exists(file: string): Promise<boolean> {
  return await Deno.stat(file).catch(nullUnlessSystem) !== null;
}
