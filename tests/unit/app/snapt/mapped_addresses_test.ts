import { withMapped } from "../../../../lib/app/snapt/mapped_addresses.ts";
import type { MappingWay } from "../../../../lib/core/mapping/mapping_way.ts";
import { assert, assertEquals } from "../../../assert.ts";

const FOUND = { addresses: [{ host: "192.168.7.2", port: 7_787 }], words: "Only here." } as const;
const OUTER = { host: "20.30.40.5", port: 7_788 };
const WAY: MappingWay = {
  family: 4,
  state: "mapped",
  method: "pcp",
  router: "192.168.7.1",
  own: "192.168.7.2",
  tcp: OUTER,
  udp: null,
  lifetimeS: 3_600,
  since: null,
  words: "",
  remedy: "",
};

Deno.test("the outer address leads a code, and that of the machine comes after it", () => {
  const { addresses, words } = withMapped(FOUND, [WAY]);
  assertEquals(addresses, [OUTER, FOUND.addresses[0]]);
  assert(words.includes("20.30.40.5:7788"), words);
});

Deno.test("an address that is there twice is told once", () => {
  const tcp = { host: "2a00:1450::7", port: 7_787 };
  const six: MappingWay = { ...WAY, family: 6, tcp };
  const found = { addresses: [tcp, FOUND.addresses[0]], words: "" } as const;
  assertEquals(withMapped(found, [WAY, six]).addresses, [OUTER, tcp, FOUND.addresses[0]]);
});

Deno.test("an outer address that nobody reaches is not told, and it is said why", () => {
  const way = { ...WAY, tcp: { host: "100.64.1.2", port: 7_787 }, words: "CGNAT" };
  const { addresses, words } = withMapped(FOUND, [way]);
  assertEquals(addresses, FOUND.addresses);
  assert(words.startsWith("Only here.") && words.includes("CGNAT"), words);
  assertEquals(withMapped(FOUND, []), FOUND);
});
