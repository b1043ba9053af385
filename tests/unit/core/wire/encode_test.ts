import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import { encodeMessage } from "../../../../lib/core/wire/encode.ts";
import {
  MAX_ENTRIES,
  MAX_FRAME_BODY_BYTES,
  MAX_NAME_BYTES,
  MAX_PADDING_BYTES,
  MAX_SENTENCE_BYTES,
  MAX_SERVICES,
  type Message,
} from "../../../../lib/core/wire/message.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { ALL_VECTORS, fromHex, GOLDEN_VECTORS } from "./golden_vectors.ts";
import { openingOf, tcpService } from "../../../opening.ts";

const MAX_U16 = 0xffff;
const MAX_U32 = 0xffff_ffff;
const MAX_U64 = Number.MAX_SAFE_INTEGER;

/** The largest value of every numeric field, by its name. */
const MAX_OF_FIELD: Readonly<Record<string, number>> = {
  ...{ stream: MAX_U32, epoch: MAX_U32, binding: MAX_U32, sequence: MAX_U32, token: MAX_U32 },
  ...{ roundTripUs: MAX_U32, rate: MAX_U64, stallMs: MAX_U32 },
  ...{ up: MAX_U32, down: MAX_U32, tookUs: MAX_U32 },
  ...{ tag: MAX_U64, flows: MAX_U32 },
  ...{
    recordReceived: MAX_U32,
    switchTimeoutMs: MAX_U32,
    count: MAX_U16,
    call: MAX_U32,
    port: MAX_U16,
    above: MAX_U16,
    padding: MAX_PADDING_BYTES,
  },
  ...{ from: MAX_U64, received: MAX_U64, position: MAX_U64, replayedBytes: MAX_U64 },
};

function entries(count: number) {
  return Array.from({ length: count }, () => ({ stream: MAX_U32, position: MAX_U64 }));
}

function services(count: number) {
  return Array.from({ length: count }, () => tcpService("n".repeat(MAX_NAME_BYTES), MAX_U16));
}

for (const { message, frame } of ALL_VECTORS) {
  Deno.test(`encodeMessage writes ${message.kind} as in its golden vector`, () => {
    assertEquals(encodeMessage(message), fromHex(frame));
  });
}

Deno.test("encodeMessage takes every number up to the largest of its field and none beyond", () => {
  let checked = 0;
  for (const { message } of ALL_VECTORS) {
    for (const [field, value] of Object.entries(message)) {
      if (typeof value !== "number") continue;
      const max = MAX_OF_FIELD[field];
      assert(max !== undefined, `this test does not know the range of ${message.kind}.${field}`);
      const withValue = (changed: number): Message => ({ ...message, [field]: changed });
      encodeMessage(withValue(0));
      encodeMessage(withValue(max));
      for (const wrong of [max + 1, -1, 0.5, NaN, Infinity, -Infinity]) {
        assertThrows(() => encodeMessage(withValue(wrong)), LocalMisuse);
      }
      checked += 1;
    }
  }
  assert(checked > 30, `only ${checked} fields were found`);
});

Deno.test("encodeMessage takes as many positions as one message may have and no more", () => {
  for (
    const { message } of [GOLDEN_VECTORS.positions, GOLDEN_VECTORS.lastMessageBeforeRedirection]
  ) {
    const full = encodeMessage({ ...message, entries: entries(MAX_ENTRIES) });
    assert(full.length <= MAX_FRAME_BODY_BYTES + 5);
    assertThrows(
      () => encodeMessage({ ...message, entries: entries(MAX_ENTRIES + 1) }),
      LocalMisuse,
    );
  }
});

Deno.test("encodeMessage refuses a position out of range inside a list", () => {
  const { message } = GOLDEN_VECTORS.positions;
  const wrong = [{ stream: 1, position: MAX_U64 + 1 }];
  assertThrows(() => encodeMessage({ ...message, entries: wrong }), LocalMisuse);
});

Deno.test("encodeMessage takes as many services as one message may have and no more", () => {
  const { message } = GOLDEN_VECTORS.services;
  const site = "s".repeat(MAX_NAME_BYTES);
  const full = encodeMessage({ ...message, site, services: services(MAX_SERVICES) });
  assert(full.length <= MAX_FRAME_BODY_BYTES + 5);
  assertThrows(
    () => encodeMessage({ ...message, services: services(MAX_SERVICES + 1) }),
    LocalMisuse,
  );
});

Deno.test("encodeMessage counts the bytes of texts, not their characters", () => {
  const { message } = GOLDEN_VECTORS.disconnect;
  encodeMessage({ ...message, sentence: "a".repeat(MAX_SENTENCE_BYTES) });
  encodeMessage({ ...message, sentence: "ü".repeat(MAX_SENTENCE_BYTES / 2) });
  const longer = "ü".repeat(MAX_SENTENCE_BYTES / 2) + "a";
  assertThrows(() => encodeMessage({ ...message, sentence: longer }), LocalMisuse, "at most 512");
  const bind = GOLDEN_VECTORS.bind.message;
  const opening = openingOf("n".repeat(MAX_NAME_BYTES + 1));
  assertThrows(() => encodeMessage({ ...bind, opening }), LocalMisuse, "at most 64");
});

Deno.test("encodeMessage refuses an instance that is not 8 bytes in lower-case hex", () => {
  for (const instance of ["", "0123", "0123456789ABCDEF", "0123456789abcdeg", "00".repeat(9)]) {
    assertThrows(() => encodeMessage({ kind: "connect", instance, claim: "atOnce" }), LocalMisuse);
  }
});

Deno.test("encodeMessage refuses a choice outside its list when a value got around the types", () => {
  const { message } = GOLDEN_VECTORS.reset;
  const wrong: Message = Object.assign({ ...message }, { code: "noSuchCode" });
  assertThrows(() => encodeMessage(wrong), LocalMisuse, "noSuchCode");
});
