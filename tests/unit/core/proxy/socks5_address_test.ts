import {
  MAX_SOCKS5_ADDRESS_BYTES,
  readSocks5Address,
  writeSocks5Address,
} from "../../../../lib/core/proxy/socks5_address.ts";
import { assertEquals } from "../../../assert.ts";

const NAME = 3;

for (const host of ["192.0.2.7", "2001:db8:0:0:0:0:0:7", "db.example.org", "x"]) {
  Deno.test(`the address ${host} is written and read back, and cut anywhere is incomplete`, () => {
    const bytes = writeSocks5Address(host, 54_321);
    const { length } = bytes;
    assertEquals(readSocks5Address(bytes, 0), { kind: "address", host, port: 54_321, end: length });
    for (let cut = 0; cut < length; cut++) {
      assertEquals(readSocks5Address(bytes.subarray(0, cut), 0), { kind: "incomplete" });
    }
  });
}

Deno.test("an address is read from where it begins", () => {
  const bytes = new Uint8Array([9, 9, ...writeSocks5Address("a.b", 80), 9]);
  assertEquals(readSocks5Address(bytes, 2), { kind: "address", host: "a.b", port: 80, end: 9 });
});

Deno.test("an address of a type that nobody knows is named", () => {
  assertEquals(readSocks5Address(new Uint8Array([2, 0, 0]), 0), { kind: "unknownType", type: 2 });
});

for (const name of ["", "a b", "a\0b", "a:b"]) {
  Deno.test(`the name ${JSON.stringify(name)} is no host`, () => {
    const text = new TextEncoder().encode(name);
    const bytes = new Uint8Array([NAME, text.length, ...text, 0, 80]);
    assertEquals(readSocks5Address(bytes, 0), { kind: "noHost" });
  });
}

Deno.test("bytes that are no text are no host", () => {
  assertEquals(readSocks5Address(new Uint8Array([NAME, 1, 0xff, 0, 80]), 0), { kind: "noHost" });
});

Deno.test("an address is written without its zone, and a name that is too long is cut", () => {
  assertEquals(writeSocks5Address("fe80::1%eth0", 1).length, 19);
  assertEquals(writeSocks5Address("n".repeat(300), 1).length, MAX_SOCKS5_ADDRESS_BYTES);
});
