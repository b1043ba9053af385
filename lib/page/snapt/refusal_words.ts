import type { RefusalReason } from "../../relay/server/refused_links.ts";

/** Why a connection was not let in, for people. */
const WORDS: Readonly<Record<RefusalReason, string>> = {
  unknownId: "A key or a code that SNAPT does not know",
  badKey: "A wrong key",
  revoked: "A key or a code that was revoked, spent or is over",
  full: "No room: a limit was reached",
  version: "Another version of the protocol",
  unknownSession: "A session that SNAPT no longer knows",
  staleEpoch: "A switch that a newer one has overtaken",
  malformed: "Bytes that make no sense",
  shuttingDown: "SNAPT was stopping, or made a mistake",
  displaced: "Another CNAPT with the same key has the place",
  frameLength: "A frame of a length that cannot be",
  unknownKind: "A message of a kind that does not exist",
  truncated: "A message that broke off",
  trailingBytes: "A message with bytes too many",
  tooLong: "A message that is too long",
  unexpected: "A message at a time when none is allowed",
  epoch: "A message of a wrong epoch",
  sequence: "A message out of its order",
  position: "A position that cannot be",
  positionGap: "Bytes that are missing",
  packing: "Compressed bytes that cannot be unpacked",
  badProof: "A proof for another certificate than this SNAPT's",
  tlsRecord: "TLS where none is spoken",
  http: "A browser or another program that speaks HTTP",
  ssh: "An ssh client",
  snapt: "Another SNAPT",
  cnapt: "A CNAPT that speaks first",
  unknown: "A program that speaks something else",
  timedOut: "It did not prove a key in time",
  failedTooOften: "Its source had failed too often",
  tooManyUnproven: "Too many waited to prove a key",
  broken: "The connection broke, or its TLS failed",
};

/** A newer SNAPT may have reasons that this page does not know. */
export function refusalInWords(reason: RefusalReason): string {
  return Object.hasOwn(WORDS, reason) ? WORDS[reason] : reason;
}
