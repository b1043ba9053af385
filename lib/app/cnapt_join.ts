import { formatHostPort, parseHostPort } from "../config/host_port.ts";
import { parseCnaptConfig } from "../config/cnapt_config.ts";
import { writeSecretFile } from "../config/secret_file.ts";
import { decodeTicket } from "../config/ticket.ts";
import { CommandFailed, UsageError } from "./usage_error.ts";

const HEAD =
  `# What CNAPT does. It has keys in it: nobody else may read it. Check it with: cnapt check

# Where \`cnapt status\` and \`cnapt switch\` talk to the running CNAPT; or: off
status: 127.0.0.1:7786

# How long a connection without a network is kept, and how soon a silent network is given up.
# timeouts: { switch: 10m }
# heartbeat: { interval: 2s, dead: 1500ms }

# Which networks may be used; all ordinary interfaces if not given.
# providers:
#   - { interface: eth0 }
#   - { interface: wlan0, name: wifi }

sites:
`;

/**
 * `cnapt join`: writes the site of a ticket into the configuration, which only the owner may
 * read. An existing one keeps everything that is in it.
 *
 * @throws {UsageError} the ticket or a service cannot be read
 * @throws {CommandFailed} there is such a site already, or the file cannot be changed
 */
export async function cnaptJoin(options: {
  readonly configFile: string;
  readonly ticket: string;
  readonly services: readonly string[];
  readonly site: string | null;
}): Promise<void> {
  const { configFile } = options;
  const line = options.ticket === "-" ? await readStandardInput() : options.ticket;
  let ticket;
  try {
    ticket = decodeTicket(line);
  } catch (cause) {
    throw new UsageError(`Cannot join: ${messageOf(cause)}`, { cause });
  }
  const site = options.site ?? ticket.site;
  const entry = siteEntry(site, line.trim(), options.services);
  const before = await Deno.readTextFile(configFile).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new CommandFailed(`Cannot read ${configFile}: ${messageOf(error)}`, { cause: error });
  });
  const after = before === null ? HEAD + entry : extend(before, entry, site, configFile);
  parseCnaptConfig(after, configFile);
  try {
    await writeSecretFile(configFile, after);
  } catch (cause) {
    throw new CommandFailed(`Cannot write ${configFile}: ${messageOf(cause)}`, { cause });
  }
  console.log(
    `Wrote ${configFile}: site ${site} at ${formatHostPort(ticket.address)}. Next: cnapt`,
  );
}

function siteEntry(site: string, ticket: string, services: readonly string[]): string {
  const lines = [`  ${site}:`, `    ticket: ${ticket}`];
  if (services.length > 0) lines.push("    services:");
  else {
    lines.push(
      "    # All services that SNAPT announces are offered on their own ports. Or choose:",
    );
    lines.push("    # services:");
    lines.push("    #   ssh: { listen: 127.0.0.1:2222 }");
  }
  for (const service of services) {
    const match = /^([^=]+)=(.+)$/.exec(service);
    if (match === null) {
      throw new UsageError(`Cannot use --service ${service}: write NAME=ADDRESS:PORT`);
    }
    try {
      const listen = formatHostPort(parseHostPort(match[2] ?? ""));
      lines.push(`      ${match[1]}: { listen: "${listen}" }`);
    } catch (cause) {
      throw new UsageError(`Cannot use --service ${service}: ${messageOf(cause)}`, { cause });
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Puts the entry at the end of `sites:`, whatever else is in the file. */
function extend(before: string, entry: string, site: string, file: string): string {
  const config = parseCnaptConfig(before, file);
  if (config.sites.has(site)) {
    throw new CommandFailed(
      `Cannot join ${site}: ${file} has a site of this name; give another with --site NAME`,
    );
  }
  const lines = before.split("\n");
  const start = lines.findIndex((line) => /^sites:\s*(#.*)?$/.test(line));
  if (start < 0) {
    throw new CommandFailed(`Cannot extend ${file}: there is no line \`sites:\` of its own`);
  }
  let end = start + 1;
  for (let i = end; i < lines.length && !/^[^\s#]/.test(lines[i] ?? ""); i++) {
    if (/^\s+\S/.test(lines[i] ?? "")) end = i + 1;
  }
  return [...lines.slice(0, end), entry.trimEnd(), ...lines.slice(end)].join("\n");
}

async function readStandardInput(): Promise<string> {
  return (await new Response(Deno.stdin.readable).text()).trim();
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
