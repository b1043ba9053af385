import { CrowdedClients } from "../../../../lib/relay/server/crowded_clients.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";

Deno.test("a CNAPT with too many parked links is named once in ten minutes", () => {
  const log = new TestLog();
  const crowded = new CrowdedClients(log);
  const crowd = { from: "198.51.100.1:40000", sentence: "SNAPT keeps 3" };
  for (let second = 0; second < 600; second++) crowded.note("01", crowd, second * 1_000);
  assertEquals(log.of("warn").length, 1);
  crowded.note("02", crowd, 600_000);
  crowded.note("01", crowd, 600_000);
  assertEquals(log.of("warn").length, 3);
});
