import { outerAddressKind, outerAddressWords } from "../../../../lib/core/mapping/outer_address.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("an outer address is public, shared, private or none", () => {
  const kinds = {
    "20.30.40.5": "public",
    "100.63.255.255": "public",
    "100.64.0.0": "shared",
    "100.127.255.255": "shared",
    "192.168.1.7": "private",
    "10.0.0.1": "private",
    "172.31.0.1": "private",
    "0.0.0.0": "none",
    "127.0.0.1": "none",
    "169.254.1.1": "none",
    "224.0.0.1": "none",
    "255.255.255.255": "none",
    "203.0.113.7": "none",
    "2a00:1450::7": "public",
    "fd00::7": "private",
    "::": "none",
    "::1": "none",
    "home.example.org": "none",
    "": "none",
  } as const;
  for (const [host, kind] of Object.entries(kinds)) {
    assertEquals(outerAddressKind(host), kind, host);
  }
});

Deno.test("of an address that nobody reaches it is said why, and what to do", () => {
  assertEquals(outerAddressWords("20.30.40.5"), null);
  const shared = outerAddressWords("100.64.3.4");
  assert(shared?.words.includes("CGNAT") === true && shared.remedy.includes("docs/relay.md"));
  const behind = outerAddressWords("192.168.1.7");
  assert(behind?.words.includes("another router") === true);
  assert(behind.remedy.includes("forward the port to 192.168.1.7"), behind.remedy);
});
