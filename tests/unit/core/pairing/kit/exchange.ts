import {
  CNAPT_PAIRING_BEGIN,
  type CnaptPairingEffect,
  type CnaptPairingFact,
  type CnaptPairingState,
  stepCnaptPairing,
} from "../../../../../lib/core/pairing/cnapt_pairing.ts";
import type { Invitation } from "../../../../../lib/core/pairing/invitation.ts";
import {
  decodePair,
  decodePairingFrame,
  type PairingFrame,
  type PairingRefusal,
  type Welcome,
} from "../../../../../lib/core/pairing/pairing_messages.ts";
import { codeKeys } from "../../../../../lib/core/pairing/pairing_proof.ts";
import {
  SNAPT_PAIRING_BEGIN,
  type SnaptPairingEffect,
  type SnaptPairingFact,
  type SnaptPairingState,
  stepSnaptPairing,
} from "../../../../../lib/core/pairing/snapt_pairing.ts";
import { TEST_HASHES } from "./pairing_hashes.ts";

export const SECRET = new Uint8Array(16).fill(7);
export const KEYS = codeKeys(SECRET, TEST_HASHES);
export const KEY = new Uint8Array(32).fill(5);
export const CHANNEL = new Uint8Array(32).fill(3);
export const WELCOME: Welcome = {
  clientId: new Uint8Array(16).fill(9),
  name: "laptop",
  site: "home",
  addresses: [{ host: "192.0.2.7", port: 443 }],
};
export const INVITATION: Invitation = {
  proofKey: KEYS.proofKey,
  welcome: WELCOME,
  expiresAt: 1_000,
  failedTries: 0,
  spentAt: null,
  revokedAt: null,
};

/** The two machines, and nothing between them; a test carries the effects out. */
export class Exchange {
  readonly cnaptDid: CnaptPairingEffect[] = [];
  readonly snaptDid: SnaptPairingEffect[] = [];
  #cnapt: CnaptPairingState = CNAPT_PAIRING_BEGIN;
  #snapt: SnaptPairingState = SNAPT_PAIRING_BEGIN;

  get states(): readonly [string, string] {
    return [this.#cnapt.kind, this.#snapt.kind];
  }

  cnapt(fact: CnaptPairingFact): readonly CnaptPairingEffect[] {
    const tools = { keys: KEYS, hashes: TEST_HASHES };
    const { state, effects } = stepCnaptPairing(this.#cnapt, fact, tools);
    this.#cnapt = state;
    this.cnaptDid.push(...effects);
    return effects;
  }

  snapt(fact: SnaptPairingFact): readonly SnaptPairingEffect[] {
    const { state, effects } = stepSnaptPairing(this.#snapt, fact, TEST_HASHES);
    this.#snapt = state;
    this.snaptDid.push(...effects);
    return effects;
  }

  /** CNAPT greeted, PAIR at SNAPT; each end with the certificate that it has seen. */
  begin(cnaptChannel = CHANNEL, snaptChannel = CHANNEL): void {
    const serverNonce = new Uint8Array(32).fill(1);
    const nonce = new Uint8Array(32).fill(2);
    const [send] = this.cnapt({ kind: "greeted", serverNonce, nonce, channel: cnaptChannel });
    const pair = decodePair(bytesOf(send));
    this.snapt({ kind: "pairReceived", pair, serverNonce, channel: snaptChannel });
  }

  /** What was sent last at SNAPT, at CNAPT. */
  toCnapt(change = (frame: PairingFrame) => frame): readonly CnaptPairingEffect[] {
    return this.cnapt({ kind: "received", frame: change(lastFrame(this.snaptDid)) });
  }

  toSnapt(change = (frame: PairingFrame) => frame): readonly SnaptPairingEffect[] {
    return this.snapt({ kind: "received", frame: change(lastFrame(this.cnaptDid)) });
  }

  /** Everything up to the welcome at CNAPT. */
  welcomed(invitation: Invitation | null = INVITATION): void {
    this.begin();
    this.snapt({ kind: "found", invitation, now: 10 });
    this.toCnapt();
  }

  /** Everything up to the key on SNAPT's disk, or why it is not. */
  enrolled(refusal: PairingRefusal | null = null): void {
    this.welcomed();
    this.cnapt({ kind: "keyChosen", key: KEY });
    this.toSnapt();
    this.snapt({ kind: "stored", refusal });
    this.toCnapt();
  }
}

function lastFrame(
  effects: readonly (CnaptPairingEffect | SnaptPairingEffect)[],
): PairingFrame {
  const sent = effects.findLast(({ kind }) => kind === "send");
  const frame = decodePairingFrame(bytesOf(sent));
  if (frame.kind === "incomplete") throw new Error("half a frame was sent");
  return frame;
}

function bytesOf(effect: CnaptPairingEffect | SnaptPairingEffect | undefined): Uint8Array {
  if (effect?.kind === "send") return effect.bytes;
  throw new Error(`nothing was sent, but ${effect?.kind}`);
}
