import { formatHostPort } from "../../config/host_port.ts";
import { certificateDer, loadIdentity } from "../../config/identity.ts";
import { parseDurationMs } from "../../config/quantity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { SnaptState } from "../places/state_files.ts";
import { defaultSiteName } from "../program/site_name.ts";
import { foreignEncoding } from "../program/shell_encoding.ts";
import { UsageError } from "../program/usage_error.ts";
import { showDocument } from "../documents/show_document.ts";
import { show, showAside } from "../program/show.ts";
import { expectClientName, isExpiry, USUAL_EXPIRES_MS } from "../snapt/invitation_terms.ts";
import { offlineTicket, oneTimeCode } from "../snapt/made_invitation.ts";
import { relayOfCodes } from "../snapt/relay_of_codes.ts";
import { toldAddresses } from "../snapt/told_addresses.ts";
import { chosenServices } from "./chosen_services.ts";
import { askedMapping } from "./asked_mapping.ts";

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
  expectClientName(name);
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
  const { addresses, nearby = [], words } = await toldAddresses({
    config,
    addresses: options.addresses,
    hasLan: options.hasLan,
    relay,
    mapping: () => askedMapping(state.paths.identity, config),
  });
  const site = config.name ?? defaultSiteName();
  const certificate = config.security === "tls" ? certificateDer(identity) : null;
  const { line, expiresAt } = isOffline
    ? await offlineTicket({ paths: state.paths, name, services, addresses, site, certificate })
    : await oneTimeCode({
      ...{ paths: state.paths, name, services, addresses, nearby, expiresMs },
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
  if (isExpiry(ms)) return ms;
  throw new UsageError(
    `Cannot use --expires ${text}: a code is good for 1m at least and 30d at most`,
  );
}
