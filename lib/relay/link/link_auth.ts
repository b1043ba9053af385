/**
 * The authenticated beginning of every link, both sides.
 *
 * Theory of operation. SNAPT speaks first: HELLO with a fresh nonce. CNAPT answers AUTH with its
 * ID, a nonce of its own and an HMAC over both under its key; SNAPT answers VERDICT, which when
 * positive carries an HMAC of its own, so that without TLS too each side knows the other. The
 * nonces make a recorded AUTH worthless on another link. Under TLS both HMACs cover the certificate
 * that was shown: who ends TLS in between, with whatever certificate somebody believes, has nothing
 * that he could pass on.
 */
import { Buffer } from "node:buffer";
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { RefusalCode } from "../../core/wire/message.ts";
import { PROTOCOL_VERSION } from "../../core/wire/message.ts";
import {
  AUTH_BYTES,
  authMacInput,
  CHANNEL_BYTES,
  decodeAuth,
  decodeHello,
  decodeVerdict,
  type Dialler,
  encodeAuth,
  encodeHello,
  encodeVerdict,
  HELLO_BYTES,
  verdictMacInput,
} from "../../core/wire/preamble.ts";
import { expectAuthStart, expectHelloStart, isPairStart } from "../../core/wire/preamble_start.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { ByteConn } from "../../net/byte_conn.ts";

/** What proves a CNAPT: 16 bytes of ID, 32 bytes of key. */
export interface Credentials {
  readonly id: Uint8Array;
  readonly key: Uint8Array;
}

/** SNAPT turned the link away. */
export class LinkRefused extends Error {
  override readonly name = "LinkRefused";
  readonly code: RefusalCode;
  readonly sentence: string;

  constructor(code: RefusalCode, sentence: string) {
    super(`Cannot open link: SNAPT refused it (${code}): ${sentence}`);
    this.code = code;
    this.sentence = sentence;
  }
}

/** What SNAPT knows about the ID in an AUTH. */
export type Admission<Client> =
  | { readonly kind: "known"; readonly key: Uint8Array; readonly client: Client }
  | {
    readonly kind: "refused";
    readonly code: RefusalCode;
    readonly sentence: string;
    /** Whose ID it was, for the log. */
    readonly name?: string;
  };

/** Who is at the other end of a link. */
export interface Authenticated<Client> {
  readonly client: Client;
  readonly idHex: string;
  readonly key: Uint8Array;
}

/** A connection whose peer answered HELLO with PAIR: it has a code, and no key yet. */
export interface PairOpening {
  readonly conn: ByteConn;
  /** PAIR, whole. */
  readonly bytes: Uint8Array;
  readonly serverNonce: Uint8Array;
  /** What stands for the channel in every MAC. */
  readonly channel: Uint8Array;
}

/** What SNAPT does for those that are paired by a code. */
export interface Pairing {
  /** Deals with such a connection to its end. */
  answer(opening: PairOpening): Promise<void>;
  /** The CNAPT with this ID has proven its key on a link: it has it for good. */
  proven(idHex: string): Promise<void>;
}

/**
 * CNAPT's side. After it returns, the link is parked. `asking` is told when the question goes out
 * that the return answers, one round trip later.
 *
 * @throws {LinkRefused} SNAPT does not want this CNAPT
 * @throws {ProtocolViolation} the other end is no SNAPT, or not the one that knows the key
 * @throws {ConnFailed} the connection broke
 */
export async function authenticateToSnapt(
  conn: ByteConn,
  own: Credentials,
  dialler: Dialler = "cnapt",
  asking: () => void = () => {},
): Promise<void> {
  const hello = decodeHello(await readExactly(conn, HELLO_BYTES, expectHelloStart));
  const nonce = randomBytes(32);
  const covered = {
    serverNonce: hello.nonce,
    clientNonce: nonce,
    id: own.id,
    version: PROTOCOL_VERSION,
    channel: channelOf(conn),
    dialler,
  };
  const mac = hmac(own.key, authMacInput(covered));
  asking();
  await conn.write(encodeAuth({ version: PROTOCOL_VERSION, id: own.id, nonce, mac }));
  let bytes = new Uint8Array(0);
  for (;;) {
    const verdict = decodeVerdict(bytes);
    if (verdict.kind === "incomplete") {
      bytes = concatenate(bytes, await readExactly(conn, verdict.missing));
      continue;
    }
    if (verdict.kind === "refused") throw new LinkRefused(verdict.code, verdict.sentence);
    const expected = hmac(own.key, verdictMacInput(covered));
    if (!timingSafeEqual(verdict.mac, expected)) {
      throw new ProtocolViolation("badProof", "Cannot trust SNAPT: it does not know the key");
    }
    return;
  }
}

/**
 * SNAPT's side; returns what `admit` said of the client when it proved its key.
 *
 * @throws {ProtocolViolation} the other end is no CNAPT, does not know the key, or is refused
 * @throws {ConnFailed} the connection broke
 */
export async function authenticateCnapt<Client>(
  conn: ByteConn,
  admit: (idHex: string) => Promise<Admission<Client>>,
  dialler: Dialler = "cnapt",
): Promise<Authenticated<Client>> {
  const nonce = await greet(conn);
  const bytes = await readExactly(conn, AUTH_BYTES, expectAuthStart);
  return await judgeAuth({ conn, bytes, nonce, dialler }, admit);
}

/**
 * SNAPT's side of a connection that may bring a code instead of a key: null when it did, and is
 * dealt with. Throws as `authenticateCnapt` does.
 */
export async function welcomeCnapt<Client>(
  conn: ByteConn,
  admit: (idHex: string) => Promise<Admission<Client>>,
  pairing: Pairing | null,
  dialler: Dialler = "cnapt",
): Promise<Authenticated<Client> | null> {
  const nonce = await greet(conn);
  const bytes = await readExactly(conn, AUTH_BYTES, (start) => {
    if (pairing === null || !isPairStart(start)) expectAuthStart(start);
  });
  if (pairing === null || !isPairStart(bytes)) {
    const known = await judgeAuth({ conn, bytes, nonce, dialler }, admit);
    await pairing?.proven(known.idHex);
    return known;
  }
  await pairing.answer({ conn, bytes, serverNonce: nonce, channel: channelOf(conn) });
  return null;
}

async function greet(conn: ByteConn): Promise<Uint8Array> {
  const nonce = randomBytes(32);
  await conn.write(encodeHello({ version: PROTOCOL_VERSION, nonce }));
  return nonce;
}

/** What CNAPT has answered to HELLO. */
interface Answer {
  readonly conn: ByteConn;
  readonly bytes: Uint8Array;
  readonly nonce: Uint8Array;
  readonly dialler: Dialler;
}

async function judgeAuth<Client>(
  { conn, bytes, nonce, dialler }: Answer,
  admit: (idHex: string) => Promise<Admission<Client>>,
): Promise<Authenticated<Client>> {
  const auth = decodeAuth(bytes);
  const refuse = async (code: RefusalCode, sentence: string): Promise<never> => {
    await conn.write(encodeVerdict({ kind: "refused", code, sentence }));
    await conn.closeWrite();
    throw new ProtocolViolation(code, `Cannot admit link: ${sentence}`);
  };
  if (auth.version !== PROTOCOL_VERSION) {
    return await refuse(
      "version",
      `SNAPT speaks version ${PROTOCOL_VERSION}, CNAPT ${auth.version}: update the older one`,
    );
  }
  const idHex = Buffer.from(auth.id).toString("hex");
  const admission = await admit(idHex);
  if (admission.kind === "refused") return await refuse(admission.code, admission.sentence);
  const covered = {
    serverNonce: nonce,
    clientNonce: auth.nonce,
    id: auth.id,
    version: PROTOCOL_VERSION,
    channel: channelOf(conn),
    dialler,
  };
  const expected = hmac(admission.key, authMacInput(covered));
  if (!timingSafeEqual(auth.mac, expected)) {
    return await refuse("badKey", "the key does not fit the ID: join again with a new code");
  }
  const mac = hmac(admission.key, verdictMacInput(covered));
  await conn.write(encodeVerdict({ kind: "accepted", mac }));
  return { client: admission.client, idHex, key: admission.key };
}

/** What stands for the channel in both HMACs. */
export function channelOf({ shownCertificate }: ByteConn): Uint8Array {
  if (shownCertificate === undefined || shownCertificate === null) {
    return new Uint8Array(CHANNEL_BYTES);
  }
  return createHash("sha256").update(shownCertificate).digest();
}

function hmac(key: Uint8Array, input: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(input).digest();
}

/** Reads `count` bytes; `judge` sees what has come so far each time that more has come. */
export async function readExactly(
  conn: ByteConn,
  count: number,
  judge: (bytes: Uint8Array) => void = () => {},
): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  for (let filled = 0; filled < count;) {
    const read = await conn.read(bytes.subarray(filled));
    if (read === null) {
      throw new ProtocolViolation(
        "truncated",
        `Cannot authenticate: the connection ended after ${filled} of ${count} bytes`,
      );
    }
    filled += read;
    judge(bytes.subarray(0, filled));
  }
  return bytes;
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
