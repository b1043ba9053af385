import {
  formatPairingCode,
  looksLikeCode,
  parsePairingCode,
} from "../../../lib/config/pairing_code.ts";
import { CodeMistyped } from "../../../lib/core/pairing/pairing_secret.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

const SECRET = Uint8Array.from({ length: 16 }, (_, at) => at * 13);

for (
  const [host, port, where] of [
    ["home.example.org", 7787, "home.example.org/"],
    ["home.example.org", 443, "home.example.org:443/"],
    ["192.0.2.7", 7787, "192.0.2.7/"],
    ["2001:db8::7", 7787, "[2001:db8::7]/"],
    ["2001:db8::7", 17787, "[2001:db8::7]:17787/"],
    ["2001:db8::7:7787", 7787, "[2001:db8::7:7787]/"],
    ["fe80::1%eth0", 7787, "[fe80::1%eth0]/"],
  ] as const
) {
  Deno.test(`a code for ${host} port ${port} begins with ${where}`, () => {
    const code = { address: { host, port }, secret: SECRET };
    const text = formatPairingCode(code);
    assert(text.startsWith(where), text);
    assertEquals(parsePairingCode(text), code);
    assertEquals(parsePairingCode(`  ${text.toLowerCase().replaceAll("-", " ")}\n`), code);
    assert(looksLikeCode(text));
  });
}

Deno.test("a code for home.example.org has 51 characters, as the README says", () => {
  const address = { host: "home.example.org", port: 7787 };
  assertEquals(formatPairingCode({ address, secret: SECRET }).length, 51);
});

Deno.test("a code that goes by a relay has the name of SNAPT there, however it is typed", () => {
  const code = {
    address: { host: "relay.example.org", port: 443 },
    secret: SECRET,
    route: "4a64wqnkgx1s26fj",
  };
  const text = formatPairingCode(code);
  assert(text.startsWith("4a64wqnkgx1s26fj@relay.example.org:443/"), text);
  assertEquals(parsePairingCode(text), code);
  assertEquals(parsePairingCode(`4A64-WQNK-GXIS-26FJ@${text.split("@")[1]}`), code);
  assert(looksLikeCode(text));
  const mistyped = text.replace("4a6", "4b6");
  assertThrows(() => parsePairingCode(mistyped), CodeMistyped, "before the @ is mistyped");
  assertThrows(() => parsePairingCode(`@${text.split("@")[1]}`), CodeMistyped, "16 letters");
});

Deno.test("a code with the addresses of the LAN is read however it is typed", () => {
  const code = {
    address: { host: "home.example.org", port: 7787 },
    others: [
      { host: "192.168.1.5", port: 7787 },
      { host: "fd00::5", port: 443 },
      { host: "10.0.0.5", port: 1 },
    ],
    secret: SECRET,
  };
  const text = formatPairingCode(code);
  assert(text.startsWith("home.example.org,192.168.1.5,[fd00::5]:443,10.0.0.5:1/"), text);
  assertEquals(parsePairingCode(text), code);
  const typed = text.toLowerCase().replaceAll("-", "").replaceAll(",", " , ");
  assertEquals(parsePairingCode(` ${typed}\n`), code);
  assert(looksLikeCode(text));
  const again = text.replace(",", ",home.example.org:7787,192.168.1.5,");
  assertEquals(parsePairingCode(again), code);
});

Deno.test("of a code that goes by a relay the name there belongs to the first address", () => {
  const code = {
    address: { host: "relay.example.org", port: 7787 },
    others: [{ host: "192.168.1.5", port: 7787 }],
    secret: SECRET,
    route: "4a64wqnkgx1s26fj",
  };
  const text = formatPairingCode(code);
  assert(text.startsWith("4a64wqnkgx1s26fj@relay.example.org,192.168.1.5/"), text);
  assertEquals(parsePairingCode(text), code);
  const moved = text.replace(/^([^@]*@)([^,]*),/, "$2,$1");
  assertThrows(() => parsePairingCode(moved), TypeError, "belongs to the first address");
});

Deno.test("each mistake in a list of addresses has its sentence", () => {
  const [, groups = ""] = formatPairingCode({ address: { host: "h", port: 1 }, secret: SECRET })
    .split("/");
  for (
    const [where, part] of [
      ["h,", "missing beside a comma"],
      [",h", "missing beside a comma"],
      ["h,,192.168.1.5", "missing beside a comma"],
      ["a,b,c,d,e", "more than 4 addresses"],
      ["h,192.168.1.500", "192.168.1.500"],
      ["h,192.168.1.5:99999", "65535"],
      ["h,[fd00::5", "[fd00::5"],
      ["h 192.168.1.5", "is no address"],
    ] as const
  ) {
    assertThrows(() => parsePairingCode(`${where}/${groups}`), TypeError, part);
  }
});

Deno.test("an IPv6 address may be typed without brackets", () => {
  const address = { host: "2001:db8::7", port: 7787 };
  const text = formatPairingCode({ address, secret: SECRET }).replace(/[[\]]/g, "");
  assertEquals(parsePairingCode(text), { address, secret: SECRET });
});

Deno.test("what has no address, or one that cannot be, is no code", () => {
  const groups = formatPairingCode({ address: { host: "h", port: 7787 }, secret: SECRET }).slice(2);
  assertThrows(() => parsePairingCode(groups), TypeError, "a slash");
  for (const where of ["", "0.0.0.0", "a b", "h:99999", "h:0", "[::", "300.1.1.1"]) {
    assertThrows(() => parsePairingCode(`${where}/${groups}`), TypeError);
  }
  assertThrows(() => parsePairingCode("h/FE98K"), CodeMistyped, "should have 29");
});

Deno.test("a ticket is no code, even with a slash in it", () => {
  assertEquals(looksLikeCode("cnapt1.abc/def"), false);
  assertEquals(looksLikeCode("hello"), false);
  assertEquals(looksLikeCode("Z6A0K-EPSR4-XN250-RDB4T-F74HB-0QHF"), true);
  assertEquals(looksLikeCode("z6a0kepsr4xn250rdb4tf74hb0qhf\n"), true);
});
