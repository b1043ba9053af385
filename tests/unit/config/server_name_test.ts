import { parseServerName, serverNameFor, serverNameOf } from "../../../lib/config/server_name.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

const ID = new Uint8Array(16).fill(1);

Deno.test("a site asks for no name, a name of its CNAPT's own, or the name that it is given", () => {
  assertEquals(serverNameOf(parseServerName("none"), ID), null);
  assertEquals(serverNameOf(parseServerName("client"), ID), serverNameFor(ID));
  assertEquals(serverNameOf(parseServerName("www.example.org"), ID), "www.example.org");
});

Deno.test("a CNAPT's own name is the same each time, another's is another, and neither is the ID", () => {
  const name = serverNameFor(ID);
  assert(/^[0-9a-f]{32}\.snapt\.internal$/.test(name), name);
  assertEquals(serverNameFor(ID.slice()), name);
  assert(serverNameFor(new Uint8Array(16)) !== name);
  assert(!name.includes(ID.toHex()));
});

for (
  const odd of [
    "",
    "constant",
    "192.0.2.7",
    "::1",
    "a b.test",
    "a..test",
    "-a.test",
    "x".repeat(300),
    7,
  ]
) {
  Deno.test(`${JSON.stringify(odd).slice(0, 20)} is no server name`, () => {
    assertThrows(() => parseServerName(odd), TypeError, "write none, client, or a name");
  });
}
