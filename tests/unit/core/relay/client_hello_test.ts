import {
  MAX_CLIENT_HELLO_BYTES,
  MAX_FIRST_BYTES,
  readClientHello,
} from "../../../../lib/core/relay/client_hello.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { extension, helloMessage, records, serverName } from "./kit/client_hello.ts";

const KEY_SHARE = extension(51, Array<number>(1_300).fill(9));
const NAMED = helloMessage([...KEY_SHARE, ...serverName("Home.Example.org")]);

/** Reads as the shell does: so many bytes more as are missing at least; how often it was asked. */
function readInPieces(bytes: Uint8Array): { readonly name: string | null; readonly asked: number } {
  let there = 0;
  for (let asked = 1;; asked++) {
    const reading = readClientHello(bytes.subarray(0, there));
    if (reading.kind === "complete") return { name: reading.serverName, asked };
    assert(reading.missing > 0);
    there += reading.missing;
    assert(there <= bytes.length, "more was asked for than there is");
  }
}

Deno.test("the name is read, in lower case, wherever it stands among the extensions", () => {
  assertEquals(readInPieces(records(NAMED)).name, "home.example.org");
  const first = helloMessage([...serverName("a.b"), ...KEY_SHARE]);
  assertEquals(readInPieces(records(first)).name, "a.b");
});

Deno.test("a ClientHello in several records is read, and none of them is looked at often", () => {
  const { name, asked } = readInPieces(records(NAMED, 300));
  assertEquals(name, "home.example.org");
  assert(asked <= 15, `asked ${asked} times`);
});

Deno.test("after every single byte it is incomplete, until it is there", () => {
  for (const bytes of [records(NAMED), records(NAMED, 300)]) {
    for (let length = 0; length < bytes.length; length++) {
      const reading = readClientHello(bytes.subarray(0, length));
      assertEquals(reading.kind, "incomplete");
    }
    assertEquals(readClientHello(bytes).kind, "complete");
  }
});

Deno.test("no name is read where none is asked for", () => {
  for (const extensions of [null, [], KEY_SHARE]) {
    assertEquals(readInPieces(records(helloMessage(extensions))).name, null);
  }
});

Deno.test("one of 64 kB is refused by its first nine bytes", () => {
  const bytes = records(helloMessage(extension(21, Array<number>(65_000).fill(0))));
  assertEquals(readClientHello(bytes.subarray(0, 8)).kind, "incomplete");
  assertThrows(() => readClientHello(bytes.subarray(0, 9)), ProtocolViolation, "bytes");
});

Deno.test("the longest one is read, and one that is longer by a byte is refused", () => {
  const filled = (count: number) => helloMessage(extension(21, Array<number>(count).fill(0)));
  const spare = MAX_CLIENT_HELLO_BYTES - filled(0).length;
  const longest = records(filled(spare), 1_024);
  assertEquals(longest.length <= MAX_FIRST_BYTES, true);
  assertEquals(readInPieces(longest).name, null);
  assertThrows(() => readInPieces(records(filled(spare + 1), 1_024)), ProtocolViolation);
});

Deno.test("records of one byte are refused after a few of them", () => {
  assertThrows(() => readInPieces(records(NAMED, 1)), ProtocolViolation, "many records");
});

Deno.test("whatever is no ClientHello is refused by its first bytes", () => {
  const others = ["GET / HTTP/1.1\r\n", "SSH-2.0-x", "\x16\x02", "\x17\x03\x03", "\0"];
  for (const text of others) {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    assertThrows(() => readClientHello(bytes), ProtocolViolation);
  }
  assertThrows(() => readClientHello(records([2, 0, 0, 1, 0])), ProtocolViolation, "message 2");
  assertThrows(() => readClientHello(records([1, 0, 0, 0])), ProtocolViolation, "empty");
  assertThrows(() => readClientHello(Uint8Array.of(22, 3, 1, 0, 0)), ProtocolViolation, "0 B");
});

Deno.test("a name that is none, or lengths that lie, are refused", () => {
  const wrong = [
    serverName("a b"),
    serverName(""),
    serverName("a".repeat(254)),
    serverName("a.b", 1),
    extension(0, [0, 9, 0, 0, 1, 97]),
    extension(0, []),
    [0, 0, 0, 9],
  ];
  for (const extensions of wrong) {
    assertThrows(() => readInPieces(records(helloMessage(extensions))), ProtocolViolation);
  }
});
