import { freeAddress } from "../../../../lib/core/access/address_pool.ts";
import { parseSourceRange } from "../../../../lib/core/access/source_list.ts";
import { assertEquals } from "../../../assert.ts";

const ROWS: readonly (readonly [string, readonly string[], readonly string[], string | null])[] = [
  ["the first that is no network", ["10.9.0.0/24"], [], "10.9.0.1"],
  ["the next that is not taken", ["10.9.0.0/24"], ["10.9.0.1", "10.9.0.2"], "10.9.0.3"],
  ["not the broadcast address", ["10.9.0.0/30"], ["10.9.0.1", "10.9.0.2"], null],
  ["of the next range", ["10.9.0.0/30", "10.8.0.4"], ["10.9.0.1", "10.9.0.2"], "10.8.0.4"],
  ["both of a pair", ["10.9.0.0/31"], ["10.9.0.0"], "10.9.0.1"],
  ["of IPv6", ["fd00:99::/64"], ["fd00:99::1"], "fd00:99::2"],
  ["none of an empty pool", [], [], null],
];

for (const [what, pool, taken, expected] of ROWS) {
  Deno.test(`a free address is ${what}`, () => {
    assertEquals(freeAddress(pool.map(parseSourceRange), new Set(taken)), expected);
  });
}
