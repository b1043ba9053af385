import { decodeBody } from "../../../../lib/core/wire/decode.ts";
import { encodeMessage } from "../../../../lib/core/wire/encode.ts";
import {
  ACKED_STEPS,
  BIND_MODES,
  CLAIMS,
  MAX_ENTRIES,
  MAX_NAME_BYTES,
  MAX_SERVICES,
  type Message,
  REFUSAL_CODES,
  SWITCH_SHAPES,
} from "../../../../lib/core/wire/message.ts";
import { RESET_CODES } from "../../../../lib/core/wire/reset_code.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { WIRE_TYPES } from "../../../../lib/core/wire/wire_types.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";
import { ALL_VECTORS, fromHex, GOLDEN_VECTORS, splitFrame } from "./golden_vectors.ts";
import { tcpService } from "../../../opening.ts";

function assertViolation(code: string, run: () => unknown): void {
  assertEquals(assertThrows(run, ProtocolViolation, /^Cannot read /).code, code);
}

function decodeAgain(message: Message): Message {
  const bytes = encodeMessage(message);
  return decodeBody(bytes[4] ?? 0, bytes.subarray(5));
}

for (const { message, frame } of ALL_VECTORS) {
  const { type, body } = splitFrame(frame);

  Deno.test(`decodeBody reads ${message.kind} from its golden vector`, () => {
    assertEquals<Message>(decodeBody(type, body), message);
  });

  Deno.test(`decodeBody refuses ${message.kind} when it is cut anywhere or has a byte more`, () => {
    for (let length = 0; length < body.length; length += 1) {
      assertViolation("truncated", () => decodeBody(type, body.subarray(0, length)));
    }
    assertViolation("trailingBytes", () => decodeBody(type, new Uint8Array([...body, 0])));
  });

  Deno.test(`decodeBody gives a ${message.kind} that does not change with the buffer`, () => {
    const buffer = body.slice();
    const decoded = decodeBody(type, buffer);
    buffer.fill(0xff);
    assertEquals<Message>(decoded, message);
  });
}

Deno.test("decodeBody refuses every type without a message", () => {
  const known = new Set<number>(Object.values(WIRE_TYPES));
  assertEquals(known.size, Object.keys(WIRE_TYPES).length, "two messages share a type");
  for (let type = 0; type <= 0xff; type += 1) {
    if (known.has(type)) continue;
    assertViolation("unknownKind", () => decodeBody(type, new Uint8Array(8)));
  }
});

Deno.test("decodeBody reads every choice and refuses the number after the last", () => {
  const { bind, connect, refused, ack, switchStep1, reset } = GOLDEN_VECTORS;
  const lists: readonly { values: readonly Message[]; offset: number }[] = [
    { values: BIND_MODES.map((mode) => ({ ...bind.message, mode })), offset: 20 },
    { values: CLAIMS.map((claim) => ({ ...connect.message, claim })), offset: 8 },
    { values: REFUSAL_CODES.map((code) => ({ ...refused.message, code })), offset: 0 },
    { values: ACKED_STEPS.map((of) => ({ ...ack.message, of })), offset: 0 },
    { values: SWITCH_SHAPES.map((shape) => ({ ...switchStep1.message, shape })), offset: 4 },
    { values: RESET_CODES.map((code) => ({ ...reset.message, code })), offset: 8 },
  ];
  for (const { values, offset } of lists) {
    for (const message of values) assertEquals(decodeAgain(message), message);
    const [first] = values;
    if (first === undefined) continue;
    const { type, body } = splitFrame(encodeMessage(first).toHex());
    for (const beyond of [values.length, 0xff]) {
      body[offset] = beyond;
      assertViolation("malformed", () => decodeBody(type, body));
    }
  }
});

Deno.test("decodeBody takes a position below 2^53 and refuses the next", () => {
  const at = (position: string) => fromHex(`00000001 00000002 ${position}`);
  assertEquals<Message>(decodeBody(WIRE_TYPES.eof, at("001fffffffffffff")), {
    kind: "eof",
    sequence: 1,
    stream: 2,
    position: Number.MAX_SAFE_INTEGER,
  });
  for (const position of ["0020000000000000", "0020000000000001", "ffffffffffffffff"]) {
    assertViolation("malformed", () => decodeBody(WIRE_TYPES.eof, at(position)));
  }
});

Deno.test("decodeBody refuses a list that announces more entries than a message may have", () => {
  const tooMany = (count: number) => count.toString(16).padStart(4, "0");
  assertViolation("tooLong", () => {
    decodeBody(WIRE_TYPES.positions, fromHex(`00000000 ${tooMany(MAX_ENTRIES + 1)}`));
  });
  assertViolation("tooLong", () => {
    decodeBody(WIRE_TYPES.services, fromHex(`00000000 0000 ${tooMany(MAX_SERVICES + 1)}`));
  });
});

Deno.test("decodeBody refuses a text that announces more bytes than it may have", () => {
  const body = new Uint8Array(2 + 0xffff);
  body.set([0x02, 0x01]);
  assertViolation("tooLong", () => decodeBody(WIRE_TYPES.disconnect, body));
});

Deno.test("decodeBody refuses text that is no UTF-8", () => {
  for (const text of ["ff", "c3", "c0af", "eda080", "f4908080"]) {
    const length = (text.length / 2).toString(16).padStart(4, "0");
    const body = fromHex(length + text);
    assertViolation("malformed", () => decodeBody(WIRE_TYPES.disconnect, body));
  }
});

Deno.test("decodeBody gives back the longest lists and the strangest texts", () => {
  const name = "n".repeat(MAX_NAME_BYTES);
  const messages: readonly Message[] = [
    { kind: "disconnect", sentence: "\uFEFFwith a mark, \u{1F680}, \0 and \n" },
    { kind: "disconnect", sentence: "" },
    { kind: "positions", recordReceived: 0, entries: [] },
    {
      kind: "positions",
      recordReceived: 1,
      entries: Array.from({ length: MAX_ENTRIES }, (_, stream) => ({ stream, position: stream })),
    },
    {
      kind: "services",
      sequence: 1,
      site: "",
      services: Array.from({ length: MAX_SERVICES }, (_, port) => tcpService(name, port)),
    },
  ];
  for (const message of messages) assertEquals(decodeAgain(message), message);
});

Deno.test("decodeBody refuses padding that is not zeros", () => {
  const { type, body } = splitFrame(
    encodeMessage({ kind: "ping", token: 1, padding: 3 }).toHex(),
  );
  assertEquals(decodeBody(type, body), { kind: "ping", token: 1, padding: 3 });
  body[body.length - 1] = 1;
  assertViolation("malformed", () => decodeBody(type, body));
});
