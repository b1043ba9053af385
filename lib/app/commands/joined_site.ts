/** The site that `cnapt join` puts into cnapt.yaml, whatever it was joined with. */
import { isOwnMachine, parseSourceRange } from "../../core/access/source_list.ts";
import { withAddedSite } from "../../config/added_site.ts";
import { type CnaptConfig, parseCnaptConfig } from "../../config/cnapt_config.ts";
import { ConfigInvalid } from "../../config/config_invalid.ts";
import { formatHostPort, type HostPort, parseHostPort } from "../../config/host_port.ts";
import {
  formatStreamAddress,
  isUnixPath,
  parseStreamAddress,
} from "../../config/stream_address.ts";
import { isName } from "../../config/schema.ts";
import { makeConfigFolder } from "../../config/own_folder.ts";
import { writeSecretFile } from "../../config/secret_file.ts";
import { decodeTicket } from "../../config/ticket.ts";
import { ConfigMissing, type ConfigSource, readConfigFile } from "../program/load_config.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";

/** What stands before the sites in a cnapt.yaml that is new; settings in it are the usual ones. */
export const CNAPT_HEAD =
  `# The configuration of CNAPT. It has keys in it, so only you can read it. \`cnapt check\` finds
# mistakes in it.

# Where \`cnapt status\` and \`cnapt switch\` talk to the running CNAPT; or: off
status: 127.0.0.1:7786

# Which other hosts are allowed to use services that listen where others reach them, for instance on
# 192.168.7.1:5432; or \`allow:\` of one service. This machine is always allowed.
# allow: ["192.168.7.0/24", "fd00::/8"]

# How long a connection without a network is kept; with several sites: how long they wait for one
# another when they switch together.
# timeouts: { switch: 7d, sites: 5s }

# Which network is used. mode: automatic, manual (asks, and switches by itself only when it must)
# or off; sensitivity: how soon a silent network is given up: calm, normal or fast; stable: how
# long a better network must be well before CNAPT moves to it.
# decision: { mode: automatic, sensitivity: normal, stable: 30s }
# How long a question waits for \`cnapt confirm\`, and when CNAPT asks the same again.
# decision: { answerWithin: 1m, askAgain: 10m }

# What you know about networks: match them by name, type or range of addresses.
# providers:
#   - { match: "wlan*", priority: 1 }
#   - { match: cellular, metered: true }
#   - { match: 10.8.0.0/16, use: never }
# how a network that is not there is connected:
#   - { match: cellular, name: lte, up: "nmcli con up lte", down: "nmcli con down lte" }
# which services are allowed over it:
#   - { match: cellular, withoutServices: [backup] }
# and before which networks CNAPT asks (\`cnapt confirm\`):
#   - { match: "wwan*", confirm: true }

sites:
`;

/** What the user says of a site that is joined. */
export interface JoinOptions {
  readonly configFile: string;
  /** `place`: nobody has chosen it, so its folder is made. */
  readonly from: ConfigSource["from"];
  readonly services: readonly string[];
  /** Which other hosts may use what is offered on an address that they reach. */
  readonly allow: readonly string[];
  readonly site: string | null;
  readonly isJson: boolean;
  /** The server that `join ssh://…` has set up for it; without: somebody else did. */
  readonly setUpOver?: string;
}

/** A configuration with one more site, not written yet. */
export interface JoinedSite {
  readonly site: string;
  readonly file: string;
  readonly from: ConfigSource["from"];
  readonly text: string;
}

/**
 * Puts the site of a ticket into the configuration, which keeps everything that is in it.
 * `addresses`: where SNAPT is, the preferred first, when that is more than the ticket says;
 * `serverName`: what is asked for in TLS at the ticket's, where that is a relay's.
 *
 * @throws {UsageError} a service cannot be read
 * @throws {CommandFailed} there is such a site already, or the file cannot be extended
 */
export async function joinedSite(
  options: JoinOptions,
  line: string,
  addresses: readonly HostPort[] = [],
  serverName: string | null = null,
): Promise<JoinedSite> {
  const { configFile, from, services, allow } = options;
  const ticket = decodeTicket(line);
  const site = siteName(options.site, ticket.site);
  // Mail programs and terminals break long lines; in the file it is one.
  const entry = siteEntry(site, line.replace(/\s/g, ""), services, allow);
  const all = [...new Set([...addresses, ticket.address].map(formatHostPort))];
  if (all.length > 1) {
    const list = all.map((one) => JSON.stringify(one)).join(", ");
    entry.splice(2, 0, `  address: [${list}]`);
  }
  if (options.setUpOver !== undefined) {
    entry.splice(2, 0, `  setUpOver: ${JSON.stringify(options.setUpOver)}`);
  }
  if (serverName !== null) entry.splice(2, 0, `  serverName: ${serverName}`);
  const before = await configIfAny(configFile);
  const text = before === null
    ? withAddedSite(CNAPT_HEAD, entry) ?? CNAPT_HEAD
    : extend(before, entry, site, configFile);
  parseCnaptConfig(text, configFile);
  return { site, file: configFile, from, text };
}

/** @throws {CommandFailed} the file cannot be written */
export async function writeJoinedSite({ file, from, text }: JoinedSite): Promise<void> {
  try {
    if (from === "place") await makeConfigFolder(file);
    await writeSecretFile(file, text);
  } catch (cause) {
    throw new CommandFailed(`Cannot write ${file}: ${messageOf(cause)}`, { cause });
  }
}

/** Says which site was written, or that it was there already. */
export function tellJoined({ file, site, address, name, isJson, isKnown = false }: {
  readonly file: string;
  readonly site: string;
  readonly address: HostPort;
  /** Under which SNAPT knows this CNAPT. */
  readonly name: string;
  readonly isJson: boolean;
  readonly isKnown?: boolean;
}): void {
  const at = formatHostPort(address);
  if (isJson) return showDocument("cnapt.join/1", { file, site, address: at, name });
  show(
    isKnown
      ? `${file} has site ${site} at ${at} already, and SNAPT knows its key. Next: cnapt`
      : `Wrote ${file}: site ${site} at ${at}. Next: cnapt`,
  );
}

/** The name and the ticket of the site that was joined with this ID; null: none was. */
export async function siteJoinedAs(
  configFile: string,
  id: Uint8Array,
): Promise<{ readonly site: string; readonly key: Uint8Array } | null> {
  const text = await configIfAny(configFile);
  const sites = text === null ? [] : [...sitesIn(text, configFile)];
  const found = sites.find(([, { ticket }]) => ticket.id.toHex() === id.toHex());
  return found === undefined ? null : { site: found[0], key: found[1].ticket.key };
}

/** The text of the configuration; null: there is none. */
export async function configIfAny(file: string): Promise<string | null> {
  return await readConfigFile(file).catch((error: unknown) => {
    if (error instanceof ConfigMissing) return null;
    throw error;
  });
}

/**
 * Looks at the options before anything is connected.
 *
 * @throws {UsageError} the name, a service or a range cannot be
 */
export function checkJoinOptions({ site, services, allow }: JoinOptions): void {
  siteEntry(siteName(site, "home"), "", services, allow);
}

/** @throws {UsageError} the user chose what cannot be one */
function siteName(chosen: string | null, announced: string): string {
  if (chosen === null) return isName(announced) ? announced : "home";
  if (isName(chosen)) return chosen;
  throw new UsageError(
    `Cannot use --site ${chosen}: a name has letters, digits, ".", "_" and "-"`,
  );
}

/** The lines of a site in the configuration. */
function siteEntry(
  site: string,
  ticket: string,
  services: readonly string[],
  allow: readonly string[],
): string[] {
  const lines = [`${yamlKey(site)}:`, `  ticket: ${ticket}`];
  if (services.length > 0) lines.push("  services:");
  else {
    lines.push(
      "  # All services that SNAPT announces are offered on their own ports. Or choose:",
      "  # services:",
      "  #   ssh: { listen: 127.0.0.1:2222 }",
      "  # Ports on this side that server applications reach through SNAPT, if SNAPT allows them:",
      "  # clientServices:",
      "  #   printer: { to: 127.0.0.1:9100 }",
    );
  }
  for (const range of allow) {
    try {
      parseSourceRange(range);
    } catch (cause) {
      throw new UsageError(`Cannot use --allow: ${messageOf(cause)}`, { cause });
    }
  }
  const names = new Set<string>();
  let exposed = 0;
  for (const service of services) {
    const { name, listen, protocol, isOwn } = readService(service);
    if (names.has(name)) throw new UsageError(`Cannot use --service ${name} twice`);
    names.add(name);
    const how = (protocol === null ? "" : `, protocol: ${protocol}`) +
      (isOwn || allow.length === 0 ? "" : `, allow: ${JSON.stringify(allow)}`);
    if (!isOwn) exposed += 1;
    lines.push(`    ${yamlKey(name)}: { listen: "${listen}"${how} }`);
  }
  if (allow.length > 0 && exposed === 0) {
    throw new UsageError("Cannot use --allow: no --service listens where other hosts reach it");
  }
  return lines;
}

interface ChosenService {
  readonly name: string;
  readonly listen: string;
  readonly protocol: string | null;
  /** Whether no other host reaches it. */
  readonly isOwn: boolean;
}

function readService(service: string): ChosenService {
  const [, name, address, protocol] = /^([^=]+)=(.+?)(?:\/(tcp|udp))?$/.exec(service) ?? [];
  if (name === undefined || address === undefined || !isName(name)) {
    throw new UsageError(`Cannot use --service ${service}: write NAME=ADDRESS:PORT[/udp]`);
  }
  try {
    const listen = parseStreamAddress(address, parseHostPort);
    return {
      name,
      listen: formatStreamAddress(listen),
      protocol: protocol ?? null,
      isOwn: isUnixPath(listen) || isOwnMachine(listen.host),
    };
  } catch (cause) {
    throw new UsageError(`Cannot use --service ${service}: ${messageOf(cause)}`, { cause });
  }
}

/** YAML takes 1e3 for a number and 2026-01-01 for a day; such a name has to be quoted. */
function yamlKey(name: string): string {
  return /^[A-Za-z]/.test(name) ? name : `"${name}"`;
}

/** Puts the entry at the end of `sites:`, whatever else is in the file. */
function extend(before: string, entry: readonly string[], site: string, file: string): string {
  if (sitesIn(before, file).has(site)) {
    throw new CommandFailed(
      `Cannot join ${site}: ${file} has a site of this name. \`cnapt leave ${site}\` takes it out, where ` +
        "its key is good for nothing any more; or give another name with --site NAME",
    );
  }
  const after = withAddedSite(before, entry);
  if (after !== null) return after;
  throw new CommandFailed(
    `Cannot extend ${file}: its sites are in braces; write \`sites:\` with each site on lines of its own below it`,
  );
}

/** The sites; a file that has none yet is only lacking what is to come. */
export function sitesIn(text: string, file: string): CnaptConfig["sites"] {
  try {
    return parseCnaptConfig(text, file).sites;
  } catch (error) {
    const isOnlyEmpty = error instanceof ConfigInvalid &&
      error.problems.every(({ path }) => path === "sites");
    if (isOnlyEmpty) return new Map();
    throw error;
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
