/**
 * The code: one line that people can type, with which a CNAPT is paired once,
 * `home.example.org/FE98K-QYR2Q-B2QWB-54SA8-WEW7Y-AA70`: where SNAPT is, and a secret. Where that is
 * a relay, the name by which it knows SNAPT stands before it, `4a64wqnkgx1s26fj@relay.example.org/…`.
 */
import { formatSecret, parseSecret } from "../core/pairing/pairing_secret.ts";
import { parseRelayName } from "../core/relay/relay_name.ts";
import { formatHostPort, type HostPort, parseTargetOrHost } from "./host_port.ts";

export interface PairingCode {
  readonly address: HostPort;
  /** 16 bytes. */
  readonly secret: Uint8Array;
  /** The name of SNAPT at the relay that the address is of; null: it is SNAPT's own. */
  readonly route?: string | null;
}

/** The port that a code leaves out. */
export const USUAL_PORT = 7787;

/** The line for a code. */
export function formatPairingCode({ address, secret, route = null }: PairingCode): string {
  const where = formatHostPort(address);
  const prefix = route === null ? "" : `${route}@`;
  return `${prefix}${where.replace(new RegExp(`:${USUAL_PORT}$`), "")}/${formatSecret(secret)}`;
}

/** The groups of a code that lost its address and slash, as people type them. */
const BARE_GROUPS = /^\s*(?:[a-z0-9]{5}[-\s]*){5}[a-z0-9]{4}\s*$/i;

/** Whether what was given is to be a code, and not a ticket. */
export function looksLikeCode(text: string): boolean {
  return !/^\s*cnapt\d+\./.test(text) && (text.includes("/") || BARE_GROUPS.test(text));
}

/**
 * Reads a code as people type it.
 *
 * @throws {CodeMistyped} its groups are wrong; says which
 * @throws {TypeError} its address is none
 */
export function parsePairingCode(text: string): PairingCode {
  const slash = text.indexOf("/");
  if (slash < 0) {
    throw new TypeError(
      "the address of SNAPT and a slash are missing before it, as in home.example.org/FE98K-…",
    );
  }
  const secret = parseSecret(text.slice(slash + 1));
  const [where = "", name] = text.slice(0, slash).trim().split("@").reverse();
  const route = name === undefined ? null : parseRelayName(name);
  const address = parseTargetOrHost(where, USUAL_PORT);
  return route === null ? { address, secret } : { address, secret, route };
}
