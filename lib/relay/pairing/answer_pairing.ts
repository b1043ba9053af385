import { unreachable } from "../../core/exhaustive.ts";
import type { Invitation } from "../../core/pairing/invitation.ts";
import { decodePair, type PairingRefusal } from "../../core/pairing/pairing_messages.ts";
import {
  SNAPT_PAIRING_BEGIN,
  type SnaptPairingEffect,
  type SnaptPairingFact,
  type SnaptPairingState,
  stepSnaptPairing,
} from "../../core/pairing/snapt_pairing.ts";
import { ProtocolViolation, type ViolationCode } from "../../core/wire/protocol_violation.ts";
import { shownAddress } from "../../net/socket_address.ts";
import type { PairOpening } from "../link/link_auth.ts";
import { PAIRING_HASHES } from "./pairing_hashes.ts";
import { readPairingFrame } from "./read_pairing_frame.ts";

/** What SNAPT keeps of its invitations, by the ID of their code in hex. */
export interface InvitationDesk {
  find(codeIdHex: string): Promise<Invitation | null>;
  /** Now, in ms since 1970. */
  now(): number;
  countFailedTry(codeIdHex: string, from: string): Promise<void>;
  /** Puts the key on the disk, as that of the CNAPT of this invitation; or says why it may not. */
  store(codeIdHex: string, keyHex: string): Promise<PairingRefusal | null>;
  /** Nobody else redeems the code from now on. */
  spend(codeIdHex: string, keyHex: string, from: string): Promise<PairingRefusal | null>;
}

/**
 * SNAPT's side of redeeming a code, from PAIR on; returns when the code is spent.
 *
 * @throws {ProtocolViolation} the code is not to be redeemed, or CNAPT does not keep to the rules
 * @throws {ConnFailed} the connection broke
 */
export async function answerPairing(opening: PairOpening, desk: InvitationDesk): Promise<void> {
  const { conn, bytes, serverNonce, channel } = opening;
  const pair = decodePair(bytes);
  const codeIdHex = pair.codeId.toHex();
  let state: SnaptPairingState = SNAPT_PAIRING_BEGIN;
  let fact: SnaptPairingFact | null = { kind: "pairReceived", pair, serverNonce, channel };
  for (;;) {
    fact ??= { kind: "received", frame: await readPairingFrame(conn) };
    const step = stepSnaptPairing(state, fact, PAIRING_HASHES);
    state = step.state;
    fact = null;
    for (const effect of step.effects) {
      if (effect.kind === "finished") return;
      fact = await carryOut(effect);
    }
  }

  async function carryOut(
    effect: Exclude<SnaptPairingEffect, { kind: "finished" }>,
  ): Promise<SnaptPairingFact | null> {
    switch (effect.kind) {
      case "send":
        await conn.write(effect.bytes);
        return null;
      case "find":
        return { kind: "found", invitation: await desk.find(codeIdHex), now: desk.now() };
      case "countFailedTry":
        await desk.countFailedTry(codeIdHex, shownAddress(conn.remoteAddress));
        return null;
      case "store":
        return { kind: "stored", refusal: await desk.store(codeIdHex, effect.key.toHex()) };
      case "spend": {
        const from = shownAddress(conn.remoteAddress);
        return { kind: "spent", refusal: await desk.spend(codeIdHex, effect.key.toHex(), from) };
      }
      case "refused":
        await conn.closeWrite();
        throw refusal(effect.code);
      default:
        return unreachable(effect);
    }
  }
}

const REFUSALS: Readonly<Record<PairingRefusal, readonly [ViolationCode, string]>> = {
  version: ["version", "it speaks another version"],
  codeUnknown: ["unknownId", "there is no such code"],
  badProof: ["badProof", "the code is not proven for the certificate of this SNAPT"],
  spent: ["revoked", "the code was redeemed before"],
  expired: ["revoked", "the code has expired"],
  revoked: ["revoked", "the code was taken back"],
  triedTooOften: ["revoked", "the code was tried too often"],
  notStored: ["full", "the key could not be stored"],
};

function refusal(code: PairingRefusal): ProtocolViolation {
  const [violation, reason] = REFUSALS[code];
  return new ProtocolViolation(violation, `Cannot redeem code: ${reason}`);
}
