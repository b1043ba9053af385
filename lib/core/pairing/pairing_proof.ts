/**
 * What is computed of the secret of a code, and what each MAC of the exchange covers: a label of
 * its own, the version, the ID of the code, both nonces and the certificate that was shown. So none
 * can stand in for another one, be used on another connection, or be passed on by somebody who
 * shows a certificate of his own in between. Computing them is the shell's task.
 */
import { ByteWriter } from "../wire/byte_writer.ts";
import { CHANNEL_BYTES, ID_BYTES, NONCE_BYTES } from "../wire/preamble.ts";

/** The functions that the exchange needs, both of them pure. */
export interface PairingHashes {
  /** HMAC-SHA-256: 32 bytes. */
  readonly hmac: (key: Uint8Array, input: Uint8Array) => Uint8Array;
  /** Takes the same time wherever the two differ. */
  readonly isEqual: (a: Uint8Array, b: Uint8Array) => boolean;
}

/** What is made of a code: SNAPT keeps these two, and not the code. */
export interface CodeKeys {
  /** 16 bytes that tell codes apart; nobody learns the code from them. */
  readonly codeId: Uint8Array;
  /** 32 bytes that both ends prove to have. */
  readonly proofKey: Uint8Array;
}

const encoder = new TextEncoder();
const CODE_ID_LABEL = encoder.encode("cnapt code id v1\0");
const PROOF_KEY_LABEL = encoder.encode("cnapt code proof v1\0");
const LABELS = {
  pair: encoder.encode("cnapt pair v1\0"),
  welcome: encoder.encode("snapt pair welcome v1\0"),
  enrol: encoder.encode("cnapt pair enrol v1\0"),
  stored: encoder.encode("snapt pair stored v1\0"),
  confirm: encoder.encode("cnapt pair confirm v1\0"),
  done: encoder.encode("snapt pair done v1\0"),
} as const;

/** The message in which a MAC stands. */
export type ProvenMessage = keyof typeof LABELS;

/** What all MACs of one connection cover. */
export interface PairingCovered {
  readonly version: number;
  readonly codeId: Uint8Array;
  readonly serverNonce: Uint8Array;
  readonly clientNonce: Uint8Array;
  /** SHA-256 of the certificate that SNAPT has shown on this connection. */
  readonly channel: Uint8Array;
}

/** What is made of the secret of a code. */
export function codeKeys(secret: Uint8Array, { hmac }: PairingHashes): CodeKeys {
  return {
    codeId: hmac(secret, CODE_ID_LABEL).slice(0, ID_BYTES),
    proofKey: hmac(secret, PROOF_KEY_LABEL),
  };
}

/**
 * What the MAC of a message covers; `content`: what this message has besides.
 *
 * @throws {LocalMisuse} a part has another size than it must have
 */
export function pairingMacInput(
  message: ProvenMessage,
  { version, codeId, serverNonce, clientNonce, channel }: PairingCovered,
  content: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  return new ByteWriter().bytes(LABELS[message]).u8(version).fixed(codeId, ID_BYTES)
    .fixed(serverNonce, NONCE_BYTES).fixed(clientNonce, NONCE_BYTES)
    .fixed(channel, CHANNEL_BYTES).bytes(content).finish();
}
