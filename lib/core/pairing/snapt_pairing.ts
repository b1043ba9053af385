/**
 * SNAPT's side of redeeming a code: `step(state, fact) → state, effects`.
 *
 *     PAIR → found → WELCOME → ENROL → stored → STORED → CONFIRM → spent → DONE
 *
 * Theory of operation. The ID of the code selects an invitation, so that who does not know it costs
 * no invitation a try; a wrong proof does. The key that CNAPT sends is stored before it hears so,
 * and the code is spent when CNAPT has said that it has the key on its disk. Until then another
 * key may take the place of this one: the one before was lost.
 */
import { unreachable } from "../exhaustive.ts";
import { LocalMisuse } from "../local_misuse.ts";
import { ProtocolViolation } from "../wire/protocol_violation.ts";
import { type Invitation, invitationState } from "./invitation.ts";
import {
  encodePairingFrame,
  encodeWelcome,
  type Pair,
  PAIRING_VERSION,
  type PairingFrame,
  type PairingRefusal,
} from "./pairing_messages.ts";
import { type PairingCovered, type PairingHashes, pairingMacInput } from "./pairing_proof.ts";

interface Proven {
  readonly covered: PairingCovered;
  readonly proofKey: Uint8Array;
}

/** Where the exchange stands at SNAPT. */
export type SnaptPairingState =
  | { readonly kind: "greeting" }
  | { readonly kind: "lookingUp"; readonly covered: PairingCovered; readonly mac: Uint8Array }
  | { readonly kind: "welcoming" } & Proven
  | {
    readonly kind: "storing" | "confirming" | "spending";
    readonly key: Uint8Array;
  } & Proven
  | { readonly kind: "over" };

/** What has happened. */
export type SnaptPairingFact =
  | {
    readonly kind: "pairReceived";
    readonly pair: Pair;
    readonly serverNonce: Uint8Array;
    /** SHA-256 of the certificate that this end has shown. */
    readonly channel: Uint8Array;
  }
  /** What was found under the ID of the code; null: nothing. */
  | { readonly kind: "found"; readonly invitation: Invitation | null; readonly now: number }
  | { readonly kind: "received"; readonly frame: PairingFrame }
  /** The key is on the disk, or why it is not. */
  | { readonly kind: "stored"; readonly refusal: PairingRefusal | null }
  /** That the code is spent is on the disk, or why it is not. */
  | { readonly kind: "spent"; readonly refusal: PairingRefusal | null };

/** What is to be done. */
export type SnaptPairingEffect =
  | { readonly kind: "send"; readonly bytes: Uint8Array }
  | { readonly kind: "find"; readonly codeId: Uint8Array }
  /** Somebody knows the ID of the code and has not proven it. */
  | { readonly kind: "countFailedTry" }
  | { readonly kind: "store"; readonly key: Uint8Array }
  | { readonly kind: "spend"; readonly key: Uint8Array }
  | { readonly kind: "finished" }
  /** What was sent last has said so. */
  | { readonly kind: "refused"; readonly code: PairingRefusal };

/** What a step leads to. */
export interface SnaptPairingStep {
  readonly state: SnaptPairingState;
  readonly effects: readonly SnaptPairingEffect[];
}

/** Before PAIR has come. */
export const SNAPT_PAIRING_BEGIN: SnaptPairingState = { kind: "greeting" };

/** @throws {ProtocolViolation} CNAPT said what it cannot say now, or a MAC is wrong */
export function stepSnaptPairing(
  state: SnaptPairingState,
  fact: SnaptPairingFact,
  hashes: PairingHashes,
): SnaptPairingStep {
  switch (fact.kind) {
    case "pairReceived": {
      if (state.kind !== "greeting") return impossible(fact.kind, state);
      const { pair, serverNonce, channel } = fact;
      if (pair.version !== PAIRING_VERSION) return refuse("version");
      const { codeId, nonce: clientNonce, mac, version } = pair;
      const covered = { version, codeId, serverNonce, clientNonce, channel };
      return { state: { kind: "lookingUp", covered, mac }, effects: [{ kind: "find", codeId }] };
    }
    case "found":
      if (state.kind !== "lookingUp") return impossible(fact.kind, state);
      return found(state, fact, hashes);
    case "received":
      return received(state, fact.frame, hashes);
    case "stored": {
      if (state.kind !== "storing") return impossible(fact.kind, state);
      if (fact.refusal !== null) return refuse(fact.refusal);
      const mac = macOf("stored", state, hashes);
      return { state: { ...state, kind: "confirming" }, effects: [send({ kind: "stored", mac })] };
    }
    case "spent": {
      if (state.kind !== "spending") return impossible(fact.kind, state);
      if (fact.refusal !== null) return refuse(fact.refusal);
      const mac = macOf("done", state, hashes);
      return {
        state: { kind: "over" },
        effects: [send({ kind: "done", mac }), { kind: "finished" }],
      };
    }
    default:
      return unreachable(fact);
  }
}

function found(
  { covered, mac }: Extract<SnaptPairingState, { kind: "lookingUp" }>,
  { invitation, now }: Extract<SnaptPairingFact, { kind: "found" }>,
  hashes: PairingHashes,
): SnaptPairingStep {
  if (invitation === null) return refuse("codeUnknown");
  const judged = invitationState(invitation, now);
  // One that is spent may come from the CNAPT that has redeemed it: `store` finds out.
  if (judged !== "open" && judged !== "spent") return refuse(judged);
  const { proofKey, welcome } = invitation;
  if (!hashes.isEqual(mac, hashes.hmac(proofKey, pairingMacInput("pair", covered)))) {
    const refused = refuse("badProof");
    return { ...refused, effects: [{ kind: "countFailedTry" }, ...refused.effects] };
  }
  const content = encodeWelcome(welcome);
  const answer = hashes.hmac(proofKey, pairingMacInput("welcome", covered, content));
  return {
    state: { kind: "welcoming", covered, proofKey },
    effects: [send({ kind: "welcome", mac: answer, welcome, content })],
  };
}

function received(
  state: SnaptPairingState,
  frame: PairingFrame,
  hashes: PairingHashes,
): SnaptPairingStep {
  if (frame.kind === "enrol" && state.kind === "welcoming") {
    const { covered, proofKey } = state;
    const { key } = frame;
    const next = { kind: "storing", covered, proofKey, key } as const;
    expectProof(frame.mac, macOf("enrol", next, hashes), hashes);
    return { state: next, effects: [{ kind: "store", key }] };
  }
  if (frame.kind === "confirm" && state.kind === "confirming") {
    expectProof(frame.mac, macOf("confirm", state, hashes), hashes);
    const { key } = state;
    return { state: { ...state, kind: "spending" }, effects: [{ kind: "spend", key }] };
  }
  throw new ProtocolViolation(
    "unexpected",
    `Cannot pair: CNAPT said ${frame.kind} while SNAPT was ${state.kind}`,
  );
}

function macOf(
  message: "enrol" | "stored" | "confirm" | "done",
  { covered, proofKey, key }: Proven & { readonly key: Uint8Array },
  { hmac }: PairingHashes,
): Uint8Array {
  return hmac(proofKey, pairingMacInput(message, covered, key));
}

/** Who got so far has proven the code; it would have to be broken on the way. */
function expectProof(mac: Uint8Array, expected: Uint8Array, { isEqual }: PairingHashes): void {
  if (isEqual(mac, expected)) return;
  throw new ProtocolViolation("badProof", "Cannot pair: what CNAPT said is not proven");
}

function refuse(code: PairingRefusal): SnaptPairingStep {
  return {
    state: { kind: "over" },
    effects: [send({ kind: "refused", code }), { kind: "refused", code }],
  };
}

function send(frame: PairingFrame): SnaptPairingEffect {
  return { kind: "send", bytes: encodePairingFrame(frame) };
}

function impossible(fact: string, state: SnaptPairingState): never {
  throw new LocalMisuse(`Cannot pair: ${fact} came while SNAPT was ${state.kind}`);
}
