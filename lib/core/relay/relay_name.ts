/**
 * The names that a relay is asked for in TLS: each is made of a key, so nobody guesses one, and who
 * asks for another costs the relay nothing but the reading of it.
 *
 * Theory of operation. The relay and the SNAPT that it invited share a key. The name of a _route_
 * leads to this SNAPT, the name of its _control_ connection to the relay itself, and so does the
 * name of a code that is open (_pairing_). A name is 13 symbols of a MAC and three check symbols, as
 * people copy the one of the route within a code. It travels in the clear: whoever reads it can do
 * with it what a stranger can do at an open port, and nothing else.
 */
import { bytesOf, characterOf, symbolOf, symbolsOf } from "../pairing/base32.ts";
import { CHECK_SYMBOLS, doubtOf, withCheckSymbols } from "../pairing/check_symbols.ts";
import { type CodeKeys, codeKeys, type PairingHashes } from "../pairing/pairing_proof.ts";
import { CodeMistyped, PAIRING_SECRET_BYTES } from "../pairing/pairing_secret.ts";

const encoder = new TextEncoder();
const LABELS = {
  route: encoder.encode("snapt relay route v1\0"),
  control: encoder.encode("snapt relay control v1\0"),
  pairing: encoder.encode("snapt relay pairing v1\0"),
} as const;
const CODE_LABEL = encoder.encode("snapt relay code v1\0");
/** A name without its check symbols; that of a route is also what datagrams are sent by. */
export const ROUTE_BYTES = 8;
const NAME_CHARS = 13 + CHECK_SYMBOLS;
const DOMAIN = ".snapt.internal";

/** What a name leads to. */
export type RelayPurpose = keyof typeof LABELS;

/** The name for a purpose; `key`: that of the SNAPT, for pairing the ID of the code. */
export function relayName(
  purpose: RelayPurpose,
  key: Uint8Array,
  { hmac }: Pick<PairingHashes, "hmac">,
): string {
  const bytes = hmac(key, LABELS[purpose]).slice(0, ROUTE_BYTES);
  return withCheckSymbols(symbolsOf(bytes)).map(characterOf).join("").toLowerCase();
}

/** The bytes that the name of the route is made of: by them SNAPT is called by UDP. */
export function relayRoute(
  key: Uint8Array,
  { hmac }: Pick<PairingHashes, "hmac">,
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hmac(key, LABELS.route).subarray(0, ROUTE_BYTES));
}

/** The bytes that the name of a route was made of; null: it is no name. */
export function routeOfName(name: string): Uint8Array<ArrayBuffer> | null {
  const symbols = [...name].map(symbolOf).filter((symbol) => symbol !== null);
  if (symbols.length !== NAME_CHARS || doubtOf(symbols).kind !== "none") return null;
  return bytesOf(symbols.slice(0, -CHECK_SYMBOLS));
}

/** The server name by which it is asked for in TLS. */
export function relayServerName(name: string): string {
  return `${name}${DOMAIN}`;
}

/** The name that is asked for; null: it cannot be one. */
export function nameAskedFor(serverName: string | null): string | null {
  if (serverName === null || !serverName.endsWith(DOMAIN)) return null;
  const name = serverName.slice(0, -DOMAIN.length);
  return name.length === NAME_CHARS ? name : null;
}

/**
 * Reads a name as people type it.
 *
 * @throws {CodeMistyped} it is none
 */
export function parseRelayName(text: string): string {
  const symbols = [...text.trim().replace(/[\s-]/g, "")].map(symbolOf);
  const known = symbols.filter((symbol) => symbol !== null);
  if (known.length < symbols.length || known.length !== NAME_CHARS) {
    throw new CodeMistyped(`before the @ it has ${NAME_CHARS} letters and digits`);
  }
  if (doubtOf(known).kind !== "none") {
    throw new CodeMistyped("what stands before the @ is mistyped: compare it");
  }
  return known.map(characterOf).join("").toLowerCase();
}

/**
 * What is made of a code that a relay gave out. It is not what a SNAPT makes of the same code, so
 * that neither takes a code of the other.
 */
export function relayCodeKeys(secret: Uint8Array, hashes: PairingHashes): CodeKeys {
  return codeKeys(hashes.hmac(secret, CODE_LABEL).slice(0, PAIRING_SECRET_BYTES), hashes);
}
