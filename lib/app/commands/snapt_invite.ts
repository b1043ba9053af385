import { clientsPath, ClientsStore } from "../../config/clients_store.ts";
import {
  formatHostPort,
  type HostPort,
  isAnyAddress,
  parseTarget,
} from "../../config/host_port.ts";
import { certificateDer, identityPath, loadIdentity } from "../../config/identity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { encodeTicket } from "../../config/ticket.ts";
import { listInterfaces } from "../../net/interfaces.ts";
import { didYouMean } from "../../config/did_you_mean.ts";
import { defaultSiteName } from "../program/site_name.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import { show, showAside, showDocument } from "../program/show.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/**
 * `snapt invite`: makes a key for a new CNAPT and prints its ticket, one line and nothing else;
 * on a terminal also as a QR code, on standard error.
 *
 * @throws {UsageError} the name, address or services cannot be
 * @throws {ClientsFailed} there is one of this name
 */
export async function snaptInvite(options: {
  readonly configFile: string;
  readonly config: SnaptConfig;
  readonly name: string;
  readonly address: string | null;
  readonly services: string | null;
  readonly isJson: boolean;
}): Promise<void> {
  const { configFile, config, name } = options;
  if (!NAME.test(name)) {
    throw new UsageError(`Cannot invite "${name}": a name has letters, digits, ".", "_" and "-"`);
  }
  const services = options.services === null ? "all" : chosenServices(options.services, config);
  const identity = await loadIdentity(identityPath(configFile));
  const address = options.address === null ? guessAddress(config) : readAddress(options.address);
  const id = crypto.getRandomValues(new Uint8Array(16));
  const key = crypto.getRandomValues(new Uint8Array(32));
  await new ClientsStore(clientsPath(configFile)).add({
    name,
    idHex: id.toHex(),
    keyHex: key.toHex(),
    services,
    createdAt: new Date().toISOString(),
    revokedAt: null,
  });
  const ticket = encodeTicket({
    name,
    address,
    site: config.name ?? defaultSiteName(),
    id,
    key,
    certificate: config.security === "tls" ? certificateDer(identity) : null,
  });
  if (options.isJson) {
    return showDocument("snapt.invite/1", { name, address: formatHostPort(address), ticket });
  }
  show(ticket);
  if (Deno.stdout.isTerminal() && Deno.stderr.isTerminal()) {
    const { qrCode } = await import("./qr_code.ts");
    for (const line of ["", ...qrCode(ticket).split("\n")]) showAside(line);
    showAside("The ticket is a secret: whoever has it can connect as this CNAPT.");
  }
}

function chosenServices(list: string, config: SnaptConfig): readonly string[] {
  const names = list.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length === 0) {
    throw new UsageError("Cannot invite anybody to no service: write --services a,b");
  }
  for (const name of names) {
    if (config.services.has(name)) continue;
    const guess = didYouMean(name, [...config.services.keys()]);
    const hint = guess === null ? "" : `; did you mean ${guess}?`;
    throw new UsageError(
      `Cannot give the service ${name}: the configuration does not have this service${hint}`,
    );
  }
  return names;
}

function readAddress(text: string): HostPort {
  try {
    return parseTarget(text);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot use --address: ${detail}`, { cause });
  }
}

/** Where CNAPTs may reach this machine, if nobody says: good in the same network at least. */
function guessAddress(config: SnaptConfig): HostPort {
  // The first is the one that it says to CNAPTs; the others are for those who write them down.
  const { host, port } = config.listen[0] ?? { host: "::", port: 0 };
  if (port === 0) {
    throw new CommandFailed(
      "Cannot tell the port, `listen:` leaves it open: give it with --address HOST:PORT",
    );
  }
  if (!isAnyAddress(host)) return { host, port };
  const addresses = listInterfaces().filter((one) => one.kind === "ordinary")
    .flatMap((one) => one.addresses);
  const found = addresses.find((one) => one.family === 4) ?? addresses[0];
  if (found === undefined) {
    throw new CommandFailed("Cannot tell this machine's address: give it with --address HOST:PORT");
  }
  const address = { host: found.address, port };
  showAside(
    `The ticket says that SNAPT is at ${formatHostPort(address)}. If CNAPT is to use another ` +
      "address, revoke the ticket and invite again with --address HOST:PORT.",
  );
  return address;
}
