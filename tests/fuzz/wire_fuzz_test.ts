/**
 * Whatever comes, the wire code answers with a message or with `ProtocolViolation`, keeps no more
 * than it may, and does not depend on how the network cut the bytes into pieces. Bounded by counts
 * and not by time, so that a seed always means the same run.
 */
import { decodeBody } from "../../lib/core/wire/decode.ts";
import { encodeMessage } from "../../lib/core/wire/encode.ts";
import { FrameReader } from "../../lib/core/wire/frame_reader.ts";
import { MAX_FRAME_BODY_BYTES, type Message, REFUSAL_CODES } from "../../lib/core/wire/message.ts";
import {
  decodeAuth,
  decodeHello,
  decodeVerdict,
  encodeAuth,
  encodeHello,
  encodeVerdict,
} from "../../lib/core/wire/preamble.ts";
import { ProtocolViolation } from "../../lib/core/wire/protocol_violation.ts";
import { WIRE_TYPES } from "../../lib/core/wire/wire_types.ts";
import { assert, assertEquals } from "../assert.ts";
import { fuzzTest } from "./fuzz_test_case.ts";
import type { RandomBytes } from "./random_bytes.ts";
import { randomMessage } from "./random_message.ts";

const MAX_FRAME_BYTES = 4 + 1 + MAX_FRAME_BODY_BYTES;

/** What a run of bytes led to: messages, then a violation or bytes that wait for more. */
interface Outcome {
  readonly messages: readonly Message[];
  readonly end: string;
}

/** Runs `decode`; passes on everything that is no violation of the peer's. */
function outcomeOf<T>(decode: () => T): T | ProtocolViolation {
  try {
    return decode();
  } catch (error) {
    if (error instanceof ProtocolViolation) return error;
    throw error;
  }
}

/** Feeds the pieces to a reader, as a link does, and watches what it holds on to. */
function readPieces(pieces: readonly Uint8Array[]): Outcome {
  const reader = new FrameReader();
  const messages: Message[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (;;) {
      const next = outcomeOf(() => reader.next());
      if (next instanceof ProtocolViolation) return { messages, end: next.code };
      if (next === null) break;
      messages.push(next);
    }
  }
  const rest = reader.rest();
  const largestPiece = Math.max(0, ...pieces.map((piece) => piece.length));
  assert(rest.length < MAX_FRAME_BYTES, `${rest.length} bytes wait`);
  assert(rest.buffer.byteLength <= 2 * MAX_FRAME_BYTES + largestPiece, "too much room is kept");
  return { messages, end: rest.toHex() };
}

function cutAtRandom(random: RandomBytes, bytes: Uint8Array): Uint8Array[] {
  const largest = random.pick([1, 3, 16, 1000, bytes.length]);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + random.below(largest);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

/** Frames of random messages, with the messages when none of the frames was damaged. */
function randomStream(
  random: RandomBytes,
): { readonly bytes: Uint8Array; readonly messages: readonly Message[] | null } {
  const isDamaged = random.below(1) === 0;
  const messages = Array.from({ length: 1 + random.below(5) }, () => randomMessage(random));
  const frames = messages.map(encodeMessage);
  const parts = isDamaged ? frames.map((frame) => random.mutated(frame)) : frames;
  const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
  return { bytes, messages: isDamaged ? null : messages };
}

fuzzTest(
  "random messages come back equal and make the same frame again",
  (random) => {
    for (let run = 0; run < 10_000; run += 1) {
      const message = randomMessage(random);
      const frame = encodeMessage(message);
      const decoded = decodeBody(frame[4] ?? 0, frame.subarray(5));
      assertEquals(decoded, message);
      assertEquals(encodeMessage(decoded), frame);
    }
  },
);

fuzzTest("random bodies and mutated frames give a message or a violation", (random) => {
  const types = Object.values(WIRE_TYPES);
  let accepted = 0;
  const runs = 30_000;
  for (let run = 0; run < runs; run += 1) {
    const body = random.below(1) === 0
      ? random.bytes(random.size(200))
      : random.mutated(encodeMessage(randomMessage(random)).subarray(5));
    const type = random.below(9) === 0 ? random.below(0xff) : random.pick(types);
    const decoded = outcomeOf(() => decodeBody(type, body));
    if (decoded instanceof ProtocolViolation) continue;
    accepted += 1;
    // One meaning, one form: nothing was read that is not in the message.
    assertEquals(encodeMessage(decoded).subarray(5), body);
  }
  assert(accepted > 0 && accepted < runs, `${accepted} of ${runs} were accepted`);
});

fuzzTest("random streams mean the same however they are cut into pieces", (random) => {
  const ends = new Set<string>();
  for (let run = 0; run < 2_000; run += 1) {
    const { bytes, messages } = randomStream(random);
    const whole = readPieces([bytes]);
    if (messages !== null) assertEquals(whole, { messages, end: "" });
    assertEquals(readPieces(cutAtRandom(random, bytes)), whole);
    assertEquals(readPieces(cutAtRandom(random, bytes)), whole);
    ends.add(whole.end);
  }
  assert(ends.has("") && ends.has("frameLength") && ends.has("unknownKind"), "too little variety");
});

fuzzTest("random bytes from the first one give a violation or wait within the bounds", (random) => {
  for (let run = 0; run < 5_000; run += 1) {
    const bytes = random.bytes(random.size(2_000));
    if (random.below(1) === 0) bytes.fill(0, 0, random.below(4));
    assertEquals(readPieces(cutAtRandom(random, bytes)), readPieces([bytes]));
  }
});

fuzzTest("random and mutated preambles give their meaning or a violation", (random) => {
  for (let run = 0; run < 10_000; run += 1) {
    const hello = encodeHello({ version: random.below(0xff), nonce: random.bytes(32) });
    const auth = encodeAuth({
      ...{ version: random.below(0xff), id: random.bytes(16) },
      ...{ nonce: random.bytes(32), mac: random.bytes(32) },
    });
    const verdict = encodeVerdict(
      random.below(1) === 0
        ? { kind: "accepted", mac: random.bytes(32) }
        : { kind: "refused", code: random.pick(REFUSAL_CODES), sentence: random.text(512) },
    );
    const vary = random.pick([
      (bytes: Uint8Array) => bytes,
      (bytes: Uint8Array) => random.mutated(bytes),
      () => random.bytes(random.size(600)),
    ]);
    checkForm(vary(hello), decodeHello, encodeHello);
    checkForm(vary(auth), decodeAuth, encodeAuth);
    checkForm(vary(verdict), decodeVerdict, (read) => {
      return read.kind === "incomplete" ? null : encodeVerdict(read);
    });
  }
});

/** What was read must say all that was there: encoding it again gives the same bytes. */
function checkForm<T>(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => T,
  encode: (read: T) => Uint8Array | null,
): void {
  const read = outcomeOf(() => decode(bytes));
  if (read instanceof ProtocolViolation) return;
  const again = encode(read);
  if (again !== null) assertEquals(again.toHex(), bytes.toHex());
}
