import { datagramTerms } from "../../../lib/config/datagram_config.ts";
import { assertEquals } from "../../assert.ts";

const NOTHING = { hold: null, holdOrder: null, idle: null, from: null };

Deno.test("what is not said of a UDP service is as the README says", () => {
  assertEquals(datagramTerms(NOTHING), { holdMs: 200, idleMs: 60_000, holdOrder: "newest" });
});

Deno.test("what is said of a UDP service counts, zero too", () => {
  const said = { ...NOTHING, hold: 0, holdOrder: "oldest", idle: 1_000 } as const;
  assertEquals(datagramTerms(said), { holdMs: 0, idleMs: 1_000, holdOrder: "oldest" });
});
