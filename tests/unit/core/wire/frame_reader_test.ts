import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import { FrameReader } from "../../../../lib/core/wire/frame_reader.ts";
import { MAX_FRAME_BODY_BYTES, type Message } from "../../../../lib/core/wire/message.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { ALL_VECTORS, fromHex, GOLDEN_VECTORS } from "./golden_vectors.ts";

const EVERY_FRAME = fromHex(ALL_VECTORS.map(({ frame }) => frame).join(""));
const EVERY_MESSAGE = ALL_VECTORS.map(({ message }) => message);

function takeAll(reader: FrameReader): Message[] {
  const messages: Message[] = [];
  for (let next = reader.next(); next !== null; next = reader.next()) messages.push(next);
  return messages;
}

Deno.test("FrameReader gives no message when nothing came", () => {
  const reader = new FrameReader();
  assertEquals(reader.next(), null);
  reader.push(new Uint8Array(0));
  assertEquals(reader.next(), null);
  assertEquals(reader.rest(), new Uint8Array(0));
});

Deno.test("FrameReader gives the same messages whatever the size of the pieces", () => {
  for (let size = 1; size <= EVERY_FRAME.length; size += 1) {
    const reader = new FrameReader();
    const messages: Message[] = [];
    for (let at = 0; at < EVERY_FRAME.length; at += size) {
      reader.push(EVERY_FRAME.subarray(at, at + size));
      messages.push(...takeAll(reader));
    }
    assertEquals(messages, EVERY_MESSAGE, `in pieces of ${size}`);
    assertEquals(reader.rest().length, 0);
  }
});

Deno.test("FrameReader waits when a frame is cut anywhere", () => {
  for (const { message, frame } of ALL_VECTORS) {
    const bytes = fromHex(frame);
    for (let cut = 0; cut < bytes.length; cut += 1) {
      const reader = new FrameReader();
      reader.push(bytes.subarray(0, cut));
      assertEquals(reader.next(), null);
      reader.push(bytes.subarray(cut));
      assertEquals<Message | null>(reader.next(), message);
    }
  }
});

Deno.test("FrameReader leaves the payload behind the last frame to rest", () => {
  const { message, frame } = GOLDEN_VECTORS.bind;
  const reader = new FrameReader();
  const pushed = fromHex(`${frame} ffffffff 00 01 02`);
  reader.push(pushed);
  assertEquals<Message | null>(reader.next(), message);
  const rest = reader.rest();
  pushed.fill(0);
  assertEquals(rest, fromHex("ffffffff 00 01 02"));
  assertEquals(reader.rest().length, 0, "the payload was taken");
  assertEquals(reader.next(), null);
});

Deno.test("FrameReader refuses an announced length outside the bounds before the body comes", () => {
  const refused = [
    "00000000",
    (MAX_FRAME_BODY_BYTES + 2).toString(16).padStart(8, "0"),
    "ffffffff",
  ];
  for (const length of refused) {
    const reader = new FrameReader();
    reader.push(fromHex(length));
    const violation = assertThrows(() => reader.next(), ProtocolViolation, "Cannot read frame");
    assertEquals(violation.code, "frameLength");
  }
  const largest = new FrameReader();
  largest.push(fromHex((MAX_FRAME_BODY_BYTES + 1).toString(16).padStart(8, "0")));
  assertEquals(largest.next(), null);
});

Deno.test("FrameReader keeps room for what came and not for what was announced", () => {
  const reader = new FrameReader();
  reader.push(fromHex("00004001 30"));
  for (let count = 0; count < 95; count += 1) {
    assertEquals(reader.next(), null);
    reader.push(new Uint8Array(1));
  }
  const rest = reader.rest();
  assertEquals(rest.length, 100);
  assert(rest.buffer.byteLength <= 200, `${rest.buffer.byteLength} bytes for 100`);
});

Deno.test("FrameReader refuses more bytes when its frames are not taken", () => {
  const reader = new FrameReader();
  const ping = fromHex(GOLDEN_VECTORS.ping.frame);
  let pushes = 0;
  assertThrows(
    () => {
      for (; pushes < 10_000; pushes += 1) reader.push(ping);
    },
    LocalMisuse,
    "Cannot push",
  );
  assert(pushes * ping.length < MAX_FRAME_BODY_BYTES + 5 + ping.length);
  assertEquals(takeAll(reader).length, pushes);
  reader.push(ping);
  assertEquals<Message | null>(reader.next(), GOLDEN_VECTORS.ping.message);
});

Deno.test("a FrameReader of small frames takes large ones only from when it is told to", () => {
  const ofBody = (bytes: number) => fromHex((bytes + 1).toString(16).padStart(8, "0"));
  const small = new FrameReader(1_024);
  small.push(ofBody(1_025));
  const violation = assertThrows(() => small.next(), ProtocolViolation, "at most 1025");
  assertEquals(violation.code, "frameLength");
  const grown = new FrameReader(1_024);
  grown.push(ofBody(1_025));
  grown.takeAll();
  assertEquals(grown.next(), null);
});
