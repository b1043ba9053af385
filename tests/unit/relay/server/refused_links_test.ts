import { RefusedLinks } from "../../../../lib/relay/server/refused_links.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("refusals are counted by their reason, the one that came last first", () => {
  const refused = new RefusedLinks();
  assertEquals(refused.snapshot(), []);
  refused.note("revoked", "198.51.100.1:1", new Date(1_000), "laptop");
  refused.note("timedOut", "198.51.100.2:2", new Date(2_000));
  refused.note("revoked", "198.51.100.3:3", new Date(3_000));
  assertEquals(refused.snapshot(), [
    {
      reason: "revoked",
      count: 2,
      lastAt: "1970-01-01T00:00:03.000Z",
      lastFrom: "198.51.100.3:3",
      lastClient: null,
    },
    {
      reason: "timedOut",
      count: 1,
      lastAt: "1970-01-01T00:00:02.000Z",
      lastFrom: "198.51.100.2:2",
      lastClient: null,
    },
  ]);
});
