/**
 * The code: one line that people can type, with which a CNAPT is paired once,
 * `home.example.org/FE98K-QYR2Q-B2QWB-54SA8-WEW7Y-AA70`: where SNAPT is, and a secret. Where that is
 * a relay, the name by which it knows SNAPT stands before it, `4a64wqnkgx1s26fj@relay.example.org/…`.
 * Addresses by which SNAPT is reached as well, in its own LAN, follow behind commas:
 * `home.example.org,192.168.1.5/…`.
 */
import { formatSecret, parseSecret } from "../core/pairing/pairing_secret.ts";
import { parseRelayName } from "../core/relay/relay_name.ts";
import { formatHostPort, type HostPort, parseTargetOrHost } from "./host_port.ts";

export interface PairingCode {
  readonly address: HostPort;
  /** Where SNAPT itself is reached as well, `MOST_OTHER_PLACES` at most; absent: nowhere else. */
  readonly others?: readonly HostPort[];
  /** 16 bytes. */
  readonly secret: Uint8Array;
  /** The name of SNAPT at the relay that `address` is of; null: it is SNAPT's own. */
  readonly route?: string | null;
}

/** The port that a code leaves out. */
export const USUAL_PORT = 7787;
/** People type them. */
export const MOST_OTHER_PLACES = 3;

/** The line for a code. */
export function formatPairingCode(
  { address, others = [], secret, route = null }: PairingCode,
): string {
  const prefix = route === null ? "" : `${route}@`;
  return `${prefix}${[address, ...others].map(shortPlace).join(",")}/${formatSecret(secret)}`;
}

function shortPlace(place: HostPort): string {
  return formatHostPort(place).replace(new RegExp(`:${USUAL_PORT}$`), "");
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
  const [first = "", ...more] = text.slice(0, slash).split(",").map((part) => part.trim());
  const [where = "", name] = first.split("@").reverse();
  const route = name === undefined ? null : parseRelayName(name);
  const address = parsePlace(where, more.length > 0);
  const known = new Set([formatHostPort(address)]);
  const others = more.map((part) => {
    if (!part.includes("@")) return parsePlace(part, true);
    throw new TypeError("the name before an @ belongs to the first address, that of the relay");
  }).filter((place) => known.size < known.add(formatHostPort(place)).size);
  if (others.length > MOST_OTHER_PLACES) {
    throw new TypeError(`it has more than ${MOST_OTHER_PLACES + 1} addresses before the slash`);
  }
  return {
    address,
    secret,
    ...(others.length === 0 ? {} : { others }),
    ...(route === null ? {} : { route }),
  };
}

function parsePlace(text: string, isOneOfMany: boolean): HostPort {
  if (text === "" && isOneOfMany) throw new TypeError("an address is missing beside a comma");
  return parseTargetOrHost(text, USUAL_PORT);
}
