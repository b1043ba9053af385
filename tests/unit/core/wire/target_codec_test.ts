import { ByteReader } from "../../../../lib/core/wire/byte_reader.ts";
import { ByteWriter } from "../../../../lib/core/wire/byte_writer.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import type { StreamTarget } from "../../../../lib/core/wire/stream_opening.ts";
import { readTarget, writeTarget } from "../../../../lib/core/wire/target_codec.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const TARGETS: readonly StreamTarget[] = [
  { kind: "service", name: "ssh" },
  { kind: "destination", host: "db.example.org", port: 5_432 },
  { kind: "call", call: 4_294_967_295, name: "printer" },
];

for (const target of TARGETS) {
  Deno.test(`a ${target.kind} is written and read back, and cut anywhere is a violation`, () => {
    const writer = new ByteWriter();
    writeTarget(writer, target);
    const bytes = writer.finish();
    assertEquals(readTarget(new ByteReader(bytes)), target);
    for (let cut = 0; cut < bytes.length; cut++) {
      assertThrows(() => readTarget(new ByteReader(bytes.slice(0, cut))), ProtocolViolation);
    }
  });
}

Deno.test("a target of a kind that nobody knows is a violation", () => {
  assertThrows(() => readTarget(new ByteReader(new Uint8Array([3, 0, 0]))), ProtocolViolation);
});
