import { readPassingAddresses } from "../../../lib/net/passing_addresses.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("addresses that pass are read from what Linux says", () => {
  const table = "2a0104f8000000000000000000000007 02 40 00 01     eth0\n" +
    "2a0104f8000000000000000000000008 02 40 00 80     eth0\n" +
    "fd000000000000000000000000000002 04 40 00 20     eth0\n\n";
  assertEquals(readPassingAddresses(table), ["2a01:4f8::7", "fd00::2"]);
  assertEquals(readPassingAddresses(""), []);
});
