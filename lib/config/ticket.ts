/**
 * The ticket: one line that is all a CNAPT needs to reach and trust its SNAPT, and a secret.
 *
 * Theory of operation. `cnapt1.` and base64url of: flags (bit 0: TLS), port, ID, key, host,
 * names of site and client, certificate, and four bytes of SHA-256 over all before, by which a
 * line that was cut or mistyped is recognised.
 */
import { createHash } from "node:crypto";
import type { HostPort } from "./host_port.ts";

export interface Ticket {
  /** The name under which SNAPT knows this CNAPT. */
  readonly name: string;
  readonly address: HostPort;
  /** What SNAPT calls itself; the name that the site gets in cnapt.yaml. */
  readonly site: string;
  readonly id: Uint8Array;
  readonly key: Uint8Array;
  /** SNAPT's certificate in DER; null with `security: none`. */
  readonly certificate: Uint8Array | null;
}

const PREFIX = "cnapt1.";
const CHECKSUM_BYTES = 4;
const FIXED_BYTES = 1 + 2 + 16 + 32;

/**
 * The line for a ticket.
 *
 * @throws {TypeError} a name is longer than 255 bytes
 */
export function encodeTicket(ticket: Ticket): string {
  const text = [ticket.address.host, ticket.site, ticket.name].map((one) => {
    const bytes = new TextEncoder().encode(one);
    if (bytes.length > 255) throw new TypeError(`"${one}" is too long for a ticket`);
    return [bytes.length, ...bytes];
  });
  const body = Uint8Array.from([
    ticket.certificate === null ? 0 : 1,
    ticket.address.port >> 8,
    ticket.address.port & 255,
    ...ticket.id,
    ...ticket.key,
    ...text.flat(),
    ...ticket.certificate ?? [],
  ]);
  const whole = Uint8Array.from([...body, ...checksum(body)]);
  return PREFIX + whole.toBase64({ alphabet: "base64url", omitPadding: true });
}

/**
 * Reads a ticket, also one that was broken into several lines.
 *
 * @throws {TypeError} it is no ticket, one of another version, or not whole; never quotes it
 */
export function decodeTicket(line: string): Ticket {
  // Mail programs and terminals break long lines.
  const trimmed = line.replace(/\s/g, "");
  const other = /^cnapt(\d+)\./.exec(trimmed);
  if (other !== null && other[1] !== "1") {
    throw new TypeError(`this is a ticket of version ${other[1]}: a newer cnapt is needed`);
  }
  if (!trimmed.startsWith(PREFIX)) {
    throw new TypeError(
      "this is no ticket: one begins with `cnapt1.` and is made by `snapt invite`",
    );
  }
  let whole: Uint8Array;
  try {
    whole = Uint8Array.fromBase64(trimmed.slice(PREFIX.length), { alphabet: "base64url" });
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new TypeError("the ticket is damaged: copy the whole line, and nothing else", { cause });
  }
  const body = whole.subarray(0, -CHECKSUM_BYTES);
  const sum = checksum(body);
  const isWhole = whole.length >= FIXED_BYTES + 3 + CHECKSUM_BYTES &&
    sum.every((byte, index) => byte === whole[body.length + index]);
  if (!isWhole) throw new TypeError("the ticket is damaged or cut off: copy the whole line");
  let at = FIXED_BYTES;
  const text = (): string => {
    const length = body[at] ?? 0;
    at += 1 + length;
    return new TextDecoder().decode(body.subarray(at - length, at));
  };
  const host = text();
  const site = text();
  const name = text();
  const isTls = ((body[0] ?? 0) & 1) === 1;
  const hasAll = isTls ? at < body.length : at === body.length;
  if (!hasAll || host === "") throw new TypeError("the ticket is damaged: ask for another");
  return {
    name,
    address: { host, port: (body[1] ?? 0) << 8 | (body[2] ?? 0) },
    site,
    id: body.slice(3, 19),
    key: body.slice(19, 51),
    certificate: isTls ? body.slice(at) : null,
  };
}

function checksum(body: Uint8Array): Uint8Array {
  return createHash("sha256").update(body).digest().subarray(0, CHECKSUM_BYTES);
}
