/**
 * CNAPT's side of redeeming a code: `step(state, fact) → state, effects`.
 *
 *     greeted → PAIR → WELCOME → key → ENROL → STORED → saved → CONFIRM → DONE
 *
 * Theory of operation. Nothing is kept here before SNAPT has the key on its disk, and the code is
 * spent only after CNAPT has it on its own: whatever is lost on the way, the same code can be
 * redeemed again, with the same key once one was saved.
 */
import { unreachable } from "../exhaustive.ts";
import { LocalMisuse } from "../local_misuse.ts";
import { ProtocolViolation } from "../wire/protocol_violation.ts";
import {
  encodePair,
  encodePairingFrame,
  PAIRING_VERSION,
  type PairingFrame,
  type PairingRefusal,
  type Welcome,
} from "./pairing_messages.ts";
import {
  type CodeKeys,
  type PairingCovered,
  type PairingHashes,
  pairingMacInput,
} from "./pairing_proof.ts";

/** Where the exchange stands at CNAPT. */
export type CnaptPairingState =
  | { readonly kind: "dialled" }
  | { readonly kind: "proving"; readonly covered: PairingCovered }
  | { readonly kind: "choosing"; readonly covered: PairingCovered; readonly welcome: Welcome }
  | {
    readonly kind: "enrolling" | "saving" | "confirming";
    readonly covered: PairingCovered;
    readonly welcome: Welcome;
    readonly key: Uint8Array;
  }
  | { readonly kind: "over" };

/** What has happened. */
export type CnaptPairingFact =
  /** HELLO has come. `channel`: SHA-256 of the certificate that was shown; `nonce`: a fresh one. */
  | {
    readonly kind: "greeted";
    readonly serverNonce: Uint8Array;
    readonly channel: Uint8Array;
    readonly nonce: Uint8Array;
  }
  | { readonly kind: "received"; readonly frame: PairingFrame }
  /** A site of this welcome can be saved, with this key. */
  | { readonly kind: "keyChosen"; readonly key: Uint8Array }
  /** It is on the disk. */
  | { readonly kind: "saved" };

/** What is to be done. */
export type CnaptPairingEffect =
  | { readonly kind: "send"; readonly bytes: Uint8Array }
  | { readonly kind: "chooseKey"; readonly welcome: Welcome }
  | { readonly kind: "save"; readonly welcome: Welcome; readonly key: Uint8Array }
  | { readonly kind: "finished" }
  | { readonly kind: "refused"; readonly code: PairingRefusal }
  /** The other end does not know the code, or was shown another certificate than this end. */
  | { readonly kind: "mistrusted" };

/** What a step leads to. */
export interface CnaptPairingStep {
  readonly state: CnaptPairingState;
  readonly effects: readonly CnaptPairingEffect[];
}

/** Before HELLO has come. */
export const CNAPT_PAIRING_BEGIN: CnaptPairingState = { kind: "dialled" };

/** What the steps of one exchange have in common. */
export interface CnaptPairingTools {
  readonly keys: CodeKeys;
  readonly hashes: PairingHashes;
}

/** @throws {ProtocolViolation} `unexpected`: SNAPT said what it cannot say now */
export function stepCnaptPairing(
  state: CnaptPairingState,
  fact: CnaptPairingFact,
  tools: CnaptPairingTools,
): CnaptPairingStep {
  if (fact.kind === "received") return received(state, fact.frame, tools);
  const { keys, hashes } = tools;
  switch (fact.kind) {
    case "greeted": {
      if (state.kind !== "dialled") return impossible(fact.kind, state);
      const { serverNonce, channel, nonce } = fact;
      const covered: PairingCovered = {
        version: PAIRING_VERSION,
        codeId: keys.codeId,
        serverNonce,
        clientNonce: nonce,
        channel,
      };
      const mac = hashes.hmac(keys.proofKey, pairingMacInput("pair", covered));
      const pair = { version: PAIRING_VERSION, codeId: keys.codeId, nonce, mac };
      return {
        state: { kind: "proving", covered },
        effects: [{ kind: "send", bytes: encodePair(pair) }],
      };
    }
    case "keyChosen": {
      if (state.kind !== "choosing") return impossible(fact.kind, state);
      const { key } = fact;
      const { covered, welcome } = state;
      const mac = hashes.hmac(keys.proofKey, pairingMacInput("enrol", covered, key));
      return {
        state: { kind: "enrolling", covered, welcome, key },
        effects: [send({ kind: "enrol", key, mac })],
      };
    }
    case "saved": {
      if (state.kind !== "saving") return impossible(fact.kind, state);
      const mac = hashes.hmac(keys.proofKey, pairingMacInput("confirm", state.covered, state.key));
      return { state: { ...state, kind: "confirming" }, effects: [send({ kind: "confirm", mac })] };
    }
    default:
      return unreachable(fact);
  }
}

function received(
  state: CnaptPairingState,
  frame: PairingFrame,
  { keys, hashes }: CnaptPairingTools,
): CnaptPairingStep {
  if (frame.kind === "refused" && state.kind !== "dialled" && state.kind !== "over") {
    return over({ kind: "refused", code: frame.code });
  }
  if (frame.kind === "welcome" && state.kind === "proving") {
    const { covered } = state;
    const { welcome, content, mac } = frame;
    const expected = hashes.hmac(keys.proofKey, pairingMacInput("welcome", covered, content));
    if (!hashes.isEqual(mac, expected)) return over({ kind: "mistrusted" });
    return {
      state: { kind: "choosing", covered, welcome },
      effects: [{ kind: "chooseKey", welcome }],
    };
  }
  if (frame.kind === "stored" && state.kind === "enrolling") {
    const { covered, welcome, key } = state;
    const expected = hashes.hmac(keys.proofKey, pairingMacInput("stored", covered, key));
    if (!hashes.isEqual(frame.mac, expected)) return over({ kind: "mistrusted" });
    return {
      state: { kind: "saving", covered, welcome, key },
      effects: [{ kind: "save", welcome, key }],
    };
  }
  if (frame.kind === "done" && state.kind === "confirming") {
    const input = pairingMacInput("done", state.covered, state.key);
    const isProven = hashes.isEqual(frame.mac, hashes.hmac(keys.proofKey, input));
    return over({ kind: isProven ? "finished" : "mistrusted" });
  }
  throw new ProtocolViolation(
    "unexpected",
    `Cannot pair: SNAPT said ${frame.kind} while CNAPT was ${state.kind}`,
  );
}

function over(effect: CnaptPairingEffect): CnaptPairingStep {
  return { state: { kind: "over" }, effects: [effect] };
}

function send(frame: PairingFrame): CnaptPairingEffect {
  return { kind: "send", bytes: encodePairingFrame(frame) };
}

function impossible(fact: string, state: CnaptPairingState): never {
  throw new LocalMisuse(`Cannot pair: ${fact} came while CNAPT was ${state.kind}`);
}
