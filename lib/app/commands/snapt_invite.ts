import { formatHostPort, type HostPort, parseTargetOrHost } from "../../config/host_port.ts";
import { certificateDer, loadIdentity } from "../../config/identity.ts";
import { parseDurationMs } from "../../config/quantity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { MAX_OTHER_ADDRESSES } from "../../core/pairing/pairing_messages.ts";
import { didYouMean } from "../../config/did_you_mean.ts";
import type { SnaptState } from "../places/state_files.ts";
import { defaultSiteName } from "../program/site_name.ts";
import { findInvitedAddresses, type InvitedAddresses } from "./invited_addresses.ts";
import { mappedAddresses, withMapped } from "./mapped_addresses.ts";
import { nearbyAddresses, withNearby } from "./nearby_addresses.ts";
import { offlineTicket, oneTimeCode } from "./made_invitation.ts";
import { type RelayOfCodes, relayOfCodes } from "./relay_of_codes.ts";
import { foreignEncoding } from "../program/shell_encoding.ts";
import { UsageError } from "../program/usage_error.ts";
import { show, showAside, showDocument } from "../program/show.ts";

const USUAL_EXPIRES_MS = 24 * 3_600_000;
const LEAST_EXPIRES_MS = 60_000;
const MOST_EXPIRES_MS = 30 * 86_400_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** What an invitation is to be. */
export interface InviteOptions {
  readonly state: SnaptState;
  readonly config: SnaptConfig;
  readonly name: string;
  /**
   * Where the CNAPT reaches this SNAPT; the first one is in the code. Empty: a guess, with
   * the addresses of the LAN in the code as well.
   */
  readonly addresses: readonly string[];
  /** Puts those of the LAN behind `addresses` too. */
  readonly hasLan?: boolean;
  readonly services: string | null;
  /** For how long the code is good; null: a day. */
  readonly expires: string | null;
  /** A ticket instead of a code. */
  readonly isOffline: boolean;
  readonly isJson: boolean;
  /** Shows a QR code wherever the output goes. */
  readonly isQr: boolean;
}

/**
 * `snapt invite`: prints a code for a new CNAPT, or a ticket, one line and nothing else; on a
 * terminal also as a QR code, on standard error.
 *
 * @throws {UsageError} the name, an address, a service or the time cannot be
 * @throws {ClientsFailed} there is one of this name
 */
export async function snaptInvite(options: InviteOptions): Promise<void> {
  const { state, config, name } = options;
  if (!NAME.test(name)) {
    throw new UsageError(`Cannot invite "${name}": a name has letters, digits, ".", "_" and "-"`);
  }
  const services = options.services === null ? "all" : chosenServices(options.services, config);
  const isOffline = options.isOffline || config.security === "none";
  if (isOffline && options.expires !== null) {
    const why = options.isOffline ? "--offline" : "`security: none`";
    throw new UsageError(
      `Cannot use --expires with ${why}: a ticket is good until it is revoked`,
    );
  }
  if (!options.isOffline && isOffline) {
    showAside(
      "This is a ticket, which is the key itself: with `security: none` there is no certificate " +
        "that both ends of a code could prove.",
    );
  }
  const expiresMs = readExpires(options.expires);
  const identity = await loadIdentity(state.paths.identity);
  const relay = isOffline || options.addresses.length > 0
    ? null
    : await relayOfCodes(state.paths.relays, config);
  const { addresses, nearby = [], words } = await whereReached(options, relay);
  const site = config.name ?? defaultSiteName();
  const certificate = config.security === "tls" ? certificateDer(identity) : null;
  const { line, expiresAt } = isOffline
    ? await offlineTicket({ state, name, services, addresses, site, certificate })
    : await oneTimeCode({
      ...{ state, name, services, addresses, nearby, expiresMs },
      route: relay?.route ?? null,
    });
  if (options.isJson) {
    const said = isOffline ? { ticket: line } : { code: line, expiresAt };
    showDocument("snapt.invite/1", { name, address: formatHostPort(addresses[0]), ...said });
  } else show(line);
  if (words !== "") {
    const [inLan] = isOffline ? nearby : [];
    const ofTicket = inLan === undefined
      ? ""
      : ` A ticket has this address only: one for the same network wants ${formatHostPort(inLan)}.`;
    showAside(
      `${words}${ofTicket} To give another: \`snapt revoke ${name}\`, then invite again with --address ` +
        "HOST:PORT.",
    );
  }
  if (options.isQr || (Deno.stdout.isTerminal() && Deno.stderr.isTerminal() && !options.isJson)) {
    const foreign = options.isQr ? null : foreignEncoding((name) => Deno.env.get(name));
    if (foreign === null) {
      const { qrCode } = await import("./qr_code.ts");
      for (const row of ["", ...qrCode(line).split("\n")]) showAside(row);
    } else {showAside(
        `No QR code: this shell has no UTF-8 (${foreign}); --qr shows one all the same.`,
      );}
    if (expiresAt === null) {
      showAside("The ticket is a secret: whoever has it can connect as this CNAPT.");
    } else {
      showAside(`On the other machine: cnapt join ${line}`);
      showAside(`Good for one CNAPT, until ${expiresAt}.`);
    }
  }
}

/** What a code or ticket says of where SNAPT is, and what to tell whoever made it. */
async function whereReached(
  { addresses, hasLan = addresses.length === 0, config, state }: InviteOptions,
  relay: RelayOfCodes | null,
): Promise<InvitedAddresses> {
  const nearby = hasLan ? nearbyAddresses(config) : [];
  if (addresses.length > 0) {
    return { ...withNearby(readAddresses(addresses, config), nearby), words: "" };
  }
  if (relay !== null) return { ...withNearby([relay.address], nearby), words: "" };
  const mapped = await mappedAddresses(state.paths.identity, config);
  const found = withMapped(await findInvitedAddresses(config), mapped);
  return { ...found, ...withNearby(found.addresses, nearby) };
}

/** How long a code is to be good, in ms. @throws {UsageError} it cannot be */
export function readExpires(text: string | null): number {
  if (text === null) return USUAL_EXPIRES_MS;
  let ms: number;
  try {
    ms = parseDurationMs(text);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot use --expires: ${detail}`, { cause });
  }
  if (ms >= LEAST_EXPIRES_MS && ms <= MOST_EXPIRES_MS) return ms;
  throw new UsageError(
    `Cannot use --expires ${text}: a code is good for 1m at least and 30d at most`,
  );
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

/**
 * What `--address` says; without a port, the first one that is listened on is meant.
 *
 * @throws {UsageError} one of them is none, or there are too many
 */
export function readAddresses(
  texts: readonly string[],
  { listen }: Pick<SnaptConfig, "listen">,
): readonly [HostPort, ...HostPort[]] {
  const [first = "", ...others] = texts;
  if (others.length > MAX_OTHER_ADDRESSES) {
    throw new UsageError(`Cannot use so many of --address: at most ${MAX_OTHER_ADDRESSES + 1}`);
  }
  const read = (text: string) => readAddress(text, listen[0]?.port ?? 0);
  return [read(first), ...others.map(read)];
}

function readAddress(text: string, usualPort: number): HostPort {
  try {
    return parseTargetOrHost(text, usualPort);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot use --address: ${detail}`, { cause });
  }
}
