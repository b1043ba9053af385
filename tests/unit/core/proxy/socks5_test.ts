import {
  readSocks5Greeting,
  readSocks5Request,
  socks5Method,
  socks5Reply,
} from "../../../../lib/core/proxy/socks5.ts";
import { assert, assertEquals } from "../../../assert.ts";

const text = (value: string) => new TextEncoder().encode(value);
const named = (name: string, port: readonly number[]) =>
  new Uint8Array([5, 1, 0, 3, name.length, ...text(name), ...port]);

Deno.test("a greeting is taken when it offers to go without authentication", () => {
  const greeting = new Uint8Array([5, 2, 2, 0, 5]);
  assertEquals(readSocks5Greeting(greeting), { kind: "greeting", isAcceptable: true, bytes: 4 });
  assertEquals(socks5Method(true), new Uint8Array([5, 0]));
});

Deno.test("a greeting is refused when it wants a password", () => {
  const greeting = new Uint8Array([5, 1, 2]);
  assertEquals(readSocks5Greeting(greeting), { kind: "greeting", isAcceptable: false, bytes: 3 });
  assertEquals(socks5Method(false), new Uint8Array([5, 0xff]));
});

Deno.test("a greeting is named when it is of another protocol", () => {
  for (const first of ["GET / HTTP/1.1", "\x04\x01", "\x16\x03\x01"]) {
    assertEquals(readSocks5Greeting(text(first)).kind, "malformed");
  }
});

Deno.test("a request is read for each kind of address", () => {
  const request = { kind: "request", command: "connect", port: 443 } as const;
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [new Uint8Array([5, 1, 0, 1, 192, 0, 2, 7, 1, 187]), "192.0.2.7"],
    [named("example.org", [1, 187]), "example.org"],
    [
      new Uint8Array([5, 1, 0, 4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 187]),
      "2001:db8:0:0:0:0:0:1",
    ],
  ];
  for (const [bytes, host] of cases) {
    assertEquals(readSocks5Request(bytes), { ...request, host, bytes: bytes.length });
    const longer = new Uint8Array([...bytes, 1, 2, 3]);
    assertEquals(readSocks5Request(longer), { ...request, host, bytes: bytes.length });
    for (let cut = 0; cut < bytes.length; cut++) {
      assertEquals(readSocks5Request(bytes.subarray(0, cut)).kind, "incomplete", `cut at ${cut}`);
    }
  }
});

Deno.test("a request is answered with the fitting code when it cannot be served", () => {
  const codeOf = (bytes: Uint8Array) => {
    const request = readSocks5Request(bytes);
    assert(request.kind === "malformed");
    return socks5Reply(request.reply)[1];
  };
  assertEquals(codeOf(new Uint8Array([5, 9, 0, 1])), 7);
  assertEquals(codeOf(new Uint8Array([5, 1, 0, 2])), 8);
  assertEquals(codeOf(new Uint8Array([4, 1])), 1);
  assertEquals(codeOf(named("", [0, 80])), 1);
  assertEquals(codeOf(named("a\nb", [0, 80])), 1);
  assertEquals(codeOf(new Uint8Array([5, 1, 0, 3, 1, 0xff, 0, 80])), 1);
});
