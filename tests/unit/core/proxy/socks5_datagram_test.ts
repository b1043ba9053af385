import {
  readSocks5Datagram,
  socks5DatagramHead,
} from "../../../../lib/core/proxy/socks5_datagram.ts";
import { socks5Reply } from "../../../../lib/core/proxy/socks5.ts";
import { assertEquals } from "../../../assert.ts";

const PAYLOAD = new Uint8Array([7, 8, 9]);
const text = (value: string) => [...new TextEncoder().encode(value)];

/** Heads, by hand from RFC 1928 section 7, and what they say. */
const HEADS: readonly (readonly [readonly number[], string, number])[] = [
  [[0, 0, 0, 1, 192, 0, 2, 7, 0, 53], "192.0.2.7", 53],
  [[0, 0, 0, 3, 11, ...text("example.org"), 1, 187], "example.org", 443],
  [
    [0, 0, 0, 4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 187],
    "2001:db8:0:0:0:0:0:1",
    443,
  ],
];

for (const [head, host, port] of HEADS) {
  Deno.test(`a datagram for ${host} is read, and cut anywhere in its head is malformed`, () => {
    const bytes = new Uint8Array([...head, ...PAYLOAD]);
    assertEquals(readSocks5Datagram(bytes), { kind: "datagram", host, port, payload: PAYLOAD });
    assertEquals(socks5DatagramHead(host, port), new Uint8Array(head));
    for (let cut = 0; cut < head.length; cut++) {
      assertEquals(readSocks5Datagram(bytes.subarray(0, cut)).kind, "malformed", `cut at ${cut}`);
    }
    const empty = readSocks5Datagram(bytes.subarray(0, head.length));
    assertEquals(empty, { kind: "datagram", host, port, payload: new Uint8Array(0) });
  });

  Deno.test(`a datagram for ${host} is a fragment when it says so`, () => {
    for (const fragment of [1, 2, 127, 128, 255]) {
      const bytes = new Uint8Array([...head, ...PAYLOAD]);
      bytes[2] = fragment;
      assertEquals(readSocks5Datagram(bytes), { kind: "fragment" });
    }
  });
}

Deno.test("a datagram is malformed when its head says what cannot be", () => {
  const bad = [
    [1, 0, 0, 1, 192, 0, 2, 7, 0, 53],
    [0, 1, 0, 1, 192, 0, 2, 7, 0, 53],
    [0, 0, 0, 2, 192, 0, 2, 7, 0, 53],
    [0, 0, 0, 1, 192, 0, 2, 7, 0, 0],
    [0, 0, 0, 3, 0, 0, 53],
    [0, 0, 0, 3, 1, 0xff, 0, 53],
    [0, 0, 0, 3, 3, ...text("a b"), 0, 53],
    // What begins like IPv6 and is none.
    [0, 0, 0, 3, 39, ...text("1:2:3:4:5:6:7:8:9:10:11:12:13:14:15:16:"), 0, 53],
  ];
  for (const bytes of bad) {
    assertEquals(readSocks5Datagram(new Uint8Array(bytes)).kind, "malformed", `${bytes}`);
  }
});

Deno.test("the reply to ASSOCIATE says where the relay is", () => {
  assertEquals(
    socks5Reply("opened", { host: "127.0.0.1", port: 4660 }),
    new Uint8Array([5, 0, 0, 1, 127, 0, 0, 1, 0x12, 0x34]),
  );
  assertEquals(
    socks5Reply("opened", { host: "::1", port: 1 }),
    new Uint8Array([5, 0, 0, 4, ...new Array(15).fill(0), 1, 0, 1]),
  );
  assertEquals(socks5Reply("notAllowed"), new Uint8Array([5, 2, 0, 1, 0, 0, 0, 0, 0, 0]));
});
