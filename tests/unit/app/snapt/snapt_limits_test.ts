import { snaptLimits } from "../../../../lib/app/snapt/snapt_limits.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import { assertEquals } from "../../../assert.ts";
import { servedSession, snaptSnapshot } from "../../status/kit/snapt_snapshot.ts";

Deno.test("each limit is shown with what is used of it, of streams by the CNAPT that has most", () => {
  const config = parseSnaptConfig(
    "services: { ssh: { to: 127.0.0.1:22 } }\n" +
      "limits: { clients: 9, streams: 7, processMemory: 64MB, sessionMemory: 16MB, ring: 1MB, pending: 8 }\n",
    "snapt.yaml",
  );
  const server = snaptSnapshot({
    sessions: [servedSession({ streams: 2 }), servedSession({ streams: 5 })],
    memoryBytes: 1_000,
    unproven: 3,
  });
  const limits = snaptLimits(config, server, { limit: null, open: 20, refused: 0, short: 0 });
  assertEquals(limits.map(({ what, used, most }) => [what, used, most]), [
    ["sessions", 2, 9],
    ["streams", 5, 7],
    ["memory", 1_000, config.limits.processMemory],
    ["descriptors", 20, null],
    ["unproven", 3, 8],
  ]);
  const nobody = snaptLimits(config, snaptSnapshot(), { limit: 9, open: 1, refused: 0, short: 0 });
  assertEquals(nobody.find(({ what }) => what === "streams")?.used, 0);
});
