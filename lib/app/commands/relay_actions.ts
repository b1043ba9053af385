import { ClientsStore } from "../../config/clients_store.ts";
import { createIdentity, loadIdentity, RELAY_INIT, saveIdentity } from "../../config/identity.ts";
import { InvitationsStore, stateOfPending } from "../../config/invitations_store.ts";
import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import { writeNewConfig } from "../../config/own_folder.ts";
import { parseRelayConfig, type RelayConfig } from "../../config/relay_config.ts";
import { relayFiles } from "../../config/relay_files.ts";
import { isName } from "../../config/schema.ts";
import { nullUnlessSystem } from "../../config/system_failure.ts";
import { unreachable } from "../../core/exhaustive.ts";
import { ConfigMissing, readConfigFile } from "../program/load_config.ts";
import { showDocument } from "../documents/show_document.ts";
import { show, showAside } from "../program/show.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import type { RelayAction } from "./relay_action.ts";

const TEMPLATE = `# The configuration of a relay (\`snapt relay\`). All of it may be left out.

# Where SNAPTs and CNAPTs connect to. One TCP port serves everything; make it reachable, and for UDP
# services the UDP port of the same number.
listen: "[::]:7787"

# off: datagrams go over connections, which need no UDP port and are slower where packets are lost.
# udp: on

# What this relay is called. Without this line: the name of the machine.
# name: vps

# Where \`snapt relay status\` asks it; off: nowhere
# status: 127.0.0.1:7789

# Where metrics are collected, by other machines too: /metrics, /healthz, /readyz
# metrics: 0.0.0.0:9787

# How long a new connection has to say for whom it is, and how long a caller waits for a SNAPT that is
# not there.
# timeouts: { handshake: 10s, wait: 5s }

# Bounds. parked, connections, bytesPerSecond and bytesPerMonth (both ways together) are of one SNAPT;
# \`snapt relay limit NAME --month 100GB\` gives one a month of its own.
# limits:
#   { parked: 8, connections: 1024, bytesPerSecond: 10MB, bytesPerMonth: 500GB, pendingPerSource: 512, failuresPerSecond: 20 }

# info (default), debug, warn or error; form: json writes an object on each line.
# log: { form: text, level: info }
`;

export interface RelayActionOptions {
  readonly file: string;
  readonly stateFolder: string;
  /** Whether somebody has named it: then it has to be there. */
  readonly isNamed: boolean;
  readonly name: string | null;
  readonly address: string | null;
  readonly expires: string | null;
  readonly month: string | null;
  readonly isJson: boolean;
}

/**
 * Does what `snapt relay` is asked for.
 *
 * @throws {UsageError} the name, an address or the time cannot be
 * @throws {CommandFailed} a file cannot be written or read
 * @throws {ClientsFailed} there is one of this name, or none
 */
export async function doWithRelay(
  action: Exclude<RelayAction, "service">,
  options: RelayActionOptions,
): Promise<void> {
  switch (action) {
    case "run":
      return await run(options);
    case "init":
      return await init(options);
    case "invite":
      return await invite(options);
    case "list":
      return await list(options);
    case "status": {
      const { relayStatus } = await import("./relay_status.ts");
      const config = await loadRelayConfig(options);
      return await relayStatus(relayFiles(options.stateFolder), config, options.isJson);
    }
    case "limit": {
      const { relayLimit } = await import("./relay_limit.ts");
      return await relayLimit(
        relayFiles(options.stateFolder),
        nameIn(options, "limit"),
        options,
      );
    }
    case "reload": {
      const { configToReload, reload } = await import("./reload.ts");
      const { runningRelay } = await import("./relay_status.ts");
      const config = await configToReload(loadRelayConfig(options));
      const { client } = await runningRelay(relayFiles(options.stateFolder), config);
      return await reload("snapt.relay", client, options.isJson);
    }
    case "revoke":
      return await revoke(options);
    default:
      return unreachable(action);
  }
}

async function run(options: RelayActionOptions): Promise<void> {
  if (options.isJson) (await import("../program/open_log.ts")).failAsJson("relay");
  const config = await loadRelayConfig(options);
  const { runRelay } = await import("../relay/relay_run.ts");
  const { programSignals } = await import("../program/termination_signal.ts");
  const files = relayFiles(options.stateFolder);
  const load = () => loadRelayConfig(options);
  await runRelay({ files, config, load, signals: programSignals(), isJsonLog: options.isJson });
}

/** Without a file everything is as usual. */
async function loadRelayConfig({ file, isNamed }: RelayActionOptions): Promise<RelayConfig> {
  const text = await readConfigFile(file).catch((error: unknown) => {
    if (error instanceof ConfigMissing && !isNamed) return "";
    throw error;
  });
  return parseRelayConfig(text, file);
}

async function init({ file, stateFolder, isJson }: RelayActionOptions): Promise<void> {
  const { identity } = relayFiles(stateFolder);
  const wrote: string[] = [];
  const make = async (path: string, write: () => Promise<void>) => {
    if (await Deno.stat(path).catch(nullUnlessSystem) !== null) return;
    try {
      await write();
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new CommandFailed(`Cannot write ${path}: ${detail}`, { cause });
    }
    wrote.push(path);
  };
  await make(file, async () => {
    await writeNewConfig(file, TEMPLATE);
  });
  await make(identity, async () => await saveIdentity(identity, await createIdentity()));
  if (wrote.length === 0) {
    throw new CommandFailed(`Cannot write ${file}: this file and ${identity} exist already`);
  }
  if (isJson) return showDocument("snapt.relay.init/1", { config: file, identity, wrote });
  show(`Wrote ${wrote.join(" and ")}.`);
  show("Next: start `snapt relay`, and run `snapt relay invite NAME`.");
}

async function invite(options: RelayActionOptions): Promise<void> {
  const { stateFolder, address, expires, isJson } = options;
  const name = nameIn(options, "invite");
  const { monthLimitOf } = await import("./relay_limit.ts");
  const limit = monthLimitOf(options.month);
  const config = await loadRelayConfig(options);
  await loadIdentity(relayFiles(stateFolder).identity, RELAY_INIT); // without one nobody could redeem it
  const { readExpires } = await import("./snapt_invite.ts");
  const { readAddresses } = await import("../snapt/invitation_terms.ts");
  const [where] = address === null ? await ownAddresses(config) : readAddresses([address], config);
  const { relayCode } = await import("./made_relay_code.ts");
  const made = await relayCode(
    { files: relayFiles(stateFolder), name, address: where, limit },
    readExpires(expires),
  );
  if (isJson) return showDocument("snapt.relay.invite/1", { name, ...made });
  show(made.code);
}

/** Where this relay is reached, as far as it can tell, which is said. */
async function ownAddresses(config: RelayConfig): Promise<readonly [HostPort, ...HostPort[]]> {
  const { findInvitedAddresses } = await import("../snapt/invited_addresses.ts");
  const { addresses, words } = await findInvitedAddresses({ ...config, services: new Map() });
  if (words !== "") {
    showAside(
      `SNAPT is told that this relay is at ${formatHostPort(addresses[0])}. To give another: ` +
        "`snapt relay revoke NAME`, then invite again with --address HOST:PORT.",
    );
  }
  return addresses;
}

async function list({ stateFolder, isJson }: RelayActionOptions): Promise<void> {
  const files = relayFiles(stateFolder);
  const snapts = await new ClientsStore(files.snapts).list();
  const now = Date.now();
  const codes = (await new InvitationsStore(files.invitations).list())
    .filter((one) => stateOfPending(one, now) === "open");
  if (isJson) {
    return showDocument("snapt.relay.list/1", {
      snapts: snapts.map(({ name, createdAt, revokedAt, monthBytes }) => ({
        name,
        createdAt,
        revokedAt,
        ...(monthBytes === undefined ? {} : { monthBytes }),
      })),
      codes: codes.map(({ name, expiresAt }) => ({ name, expiresAt })),
    });
  }
  if (snapts.length + codes.length === 0) {
    show("No SNAPT is invited yet; `snapt relay invite NAME` does it.");
  }
  const { describeMonthLimit } = await import("./relay_limit.ts");
  for (const { name, createdAt, revokedAt, monthBytes } of snapts) {
    const limit = monthBytes === undefined || revokedAt !== null
      ? ""
      : `, ${describeMonthLimit({ monthBytes })}`;
    const what = revokedAt === null ? "invited" : "revoked";
    show(`${name.padEnd(20)} ${what} ${revokedAt ?? createdAt}${limit}`);
  }
  for (const { name, expiresAt } of codes) show(`${name.padEnd(20)} code open until ${expiresAt}`);
}

async function revoke(options: RelayActionOptions): Promise<void> {
  const name = nameIn(options, "revoke");
  const files = relayFiles(options.stateFolder);
  const hadCode = await new InvitationsStore(files.invitations).revoke(name, Date.now());
  const snapts = new ClientsStore(files.snapts);
  const isKnown = (await snapts.list()).some((one) => one.name === name);
  if (!isKnown && !hadCode) {
    throw new CommandFailed(
      `Cannot revoke ${name}: there is no SNAPT of this name; \`snapt relay list\` shows all`,
    );
  }
  const isEnrolled = await snapts.has(name);
  if (isEnrolled) await snapts.revoke(name);
  if (options.isJson) return showDocument("snapt.relay.revoke/1", { name });
  show(
    isEnrolled
      ? `${name} is revoked: a relay that runs ends all that it has there within a second.`
      : hadCode
      ? `${name} is revoked: nobody can redeem its code any more.`
      : `${name} was revoked already.`,
  );
}

function nameIn({ name }: RelayActionOptions, action: string): string {
  if (name === null) throw new UsageError(`Cannot ${action}: write \`snapt relay ${action} NAME\``);
  if (isName(name)) return name;
  throw new UsageError(`Cannot ${action} "${name}": a name has letters, digits, ".", "_" and "-"`);
}
