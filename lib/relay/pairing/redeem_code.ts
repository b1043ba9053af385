import { randomBytes } from "node:crypto";
import { unreachable } from "../../core/exhaustive.ts";
import {
  CNAPT_PAIRING_BEGIN,
  type CnaptPairingEffect,
  type CnaptPairingFact,
  type CnaptPairingState,
  stepCnaptPairing,
} from "../../core/pairing/cnapt_pairing.ts";
import type { PairingRefusal, Welcome } from "../../core/pairing/pairing_messages.ts";
import type { CodeKeys } from "../../core/pairing/pairing_proof.ts";
import { decodeHello, HELLO_BYTES } from "../../core/wire/preamble.ts";
import { expectHelloStart } from "../../core/wire/preamble_start.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { channelOf, readExactly } from "../link/link_auth.ts";
import { PAIRING_HASHES } from "./pairing_hashes.ts";
import { readPairingFrame } from "./read_pairing_frame.ts";

/** What CNAPT does on its own side. */
export interface Joiner {
  /**
   * Before the code is proven for the certificate that was shown, of which `channel` is the SHA-256;
   * throws if it is not to be.
   */
  beforeProof?(channel: Uint8Array): Promise<void>;
  /** The key for this welcome: the one that is kept already, or a fresh one; throws if it cannot be kept. */
  chooseKey(welcome: Welcome): Promise<Uint8Array>;
  /** Keeps the key, and the certificate that was shown (DER). */
  save(welcome: Welcome, key: Uint8Array, certificate: Uint8Array): Promise<void>;
}

/** How an exchange ended that did not break. */
export type Redeemed =
  | { readonly kind: "finished" }
  | { readonly kind: "refused"; readonly code: PairingRefusal }
  | { readonly kind: "mistrusted" };

/**
 * CNAPT's side of redeeming a code, on a connection that has taken whichever certificate it was shown.
 *
 * @throws {ProtocolViolation} the other end is no SNAPT, or does not keep to the rules
 * @throws {ConnFailed} the connection broke
 */
export async function redeemCode(
  conn: ByteConn,
  keys: CodeKeys,
  joiner: Joiner,
): Promise<Redeemed> {
  const hello = decodeHello(await readExactly(conn, HELLO_BYTES, expectHelloStart));
  const tools = { keys, hashes: PAIRING_HASHES };
  const channel = channelOf(conn);
  await joiner.beforeProof?.(channel);
  let state: CnaptPairingState = CNAPT_PAIRING_BEGIN;
  let fact: CnaptPairingFact | null = {
    kind: "greeted",
    serverNonce: hello.nonce,
    channel,
    nonce: new Uint8Array(randomBytes(32)),
  };
  for (;;) {
    fact ??= { kind: "received", frame: await readPairingFrame(conn) };
    const step = stepCnaptPairing(state, fact, tools);
    state = step.state;
    fact = null;
    for (const effect of step.effects) {
      if (isEnd(effect)) return effect;
      fact = await carryOut(effect);
    }
  }

  async function carryOut(
    effect: Exclude<CnaptPairingEffect, Redeemed>,
  ): Promise<CnaptPairingFact | null> {
    switch (effect.kind) {
      case "send":
        await conn.write(effect.bytes);
        return null;
      case "chooseKey":
        return { kind: "keyChosen", key: await joiner.chooseKey(effect.welcome) };
      case "save":
        await joiner.save(effect.welcome, effect.key, conn.shownCertificate ?? new Uint8Array(0));
        return { kind: "saved" };
      default:
        return unreachable(effect);
    }
  }
}

function isEnd(effect: CnaptPairingEffect): effect is Redeemed {
  return effect.kind === "finished" || effect.kind === "refused" || effect.kind === "mistrusted";
}
