import {
  encodeNatPmpAddress,
  encodeNatPmpMap,
  readNatPmpAnswer,
} from "../../../../lib/core/mapping/nat_pmp_message.ts";
import { assertEquals } from "../../../assert.ts";

const read = (hex: string) => readNatPmpAnswer(Uint8Array.fromHex(hex));

Deno.test("requests of NAT-PMP have the bytes of RFC 6886", () => {
  assertEquals(encodeNatPmpAddress().toHex(), "0000");
  const port = { innerPort: 7_787, outerPort: 7_788, lifetimeS: 3_600 };
  const tcp = encodeNatPmpMap({ transport: "tcp", ...port }).toHex();
  assertEquals(tcp, "00020000" + "1e6b" + "1e6c" + "00000e10");
  assertEquals(encodeNatPmpMap({ transport: "udp", ...port })[1], 1);
});

Deno.test("answers of NAT-PMP are read", () => {
  assertEquals(read("00800000" + "0000004d" + "141e2805"), {
    ...{ kind: "address", epochS: 77, outerHost: "20.30.40.5" },
  });
  assertEquals(read("00820000" + "0000004d" + "1e6b" + "1e6c" + "00000e10"), {
    ...{ kind: "map", epochS: 77, transport: "tcp", innerPort: 7_787, outerPort: 7_788 },
    lifetimeS: 3_600,
  });
});

Deno.test("a refusal of NAT-PMP says of what, however long it is", () => {
  const refused = { kind: "refused", about: "udp", result: "notAuthorized" } as const;
  assertEquals(read("00810002" + "00000001"), refused);
  assertEquals(read("00810002" + "00000001" + "0000000000000000"), refused);
  assertEquals(read("00ff0063" + "00000001"), { kind: "refused", about: null, result: "unknown" });
});

Deno.test("what is no answer of NAT-PMP is none", () => {
  for (const hex of ["", "0080", "00020000" + "0000004d", "02800000" + "0000004d14"]) {
    assertEquals(read(hex), null, hex);
  }
  assertEquals(read("00820000" + "0000004d" + "1e6b"), null, "cut off");
  assertEquals(read("00850000" + "0000004d" + "1e6b1e6c"), null, "an operation that there is not");
});
