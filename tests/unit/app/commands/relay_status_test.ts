import { describeRelayedSnapt } from "../../../../lib/app/commands/relay_status.ts";
import type { RelayedSnaptSnapshot } from "../../../../lib/status/relay_snapshot.ts";
import { assertEquals } from "../../../assert.ts";

const MONTH = { month: "2026-11", toSnaptBytes: 12_000_000, fromSnaptBytes: 900 };
const THERE: RelayedSnaptSnapshot = {
  ...{ name: "homepc", state: "attached", since: "2026-11-28T04:10:03.512Z" } as const,
  ...{ from: "203.0.113.7:51234", parked: 8, joined: 3, waiting: 0, connections: 17 },
  ...{ toSnaptBytes: 12_000_000, fromSnaptBytes: 900, refused: { full: 0, absent: 0, spent: 0 } },
  ...{ month: { ...MONTH, limitBytes: null, quota: "free" } } as const,
};
const CARRIED = "3 connections, 17 in all, 12 MB to it and 900 B from it in 2026-11";

Deno.test("a SNAPT at its relay is one line, whether it is there, has left or never was", () => {
  assertEquals(
    describeRelayedSnapt(THERE),
    `homepc               connected since 2026-11-28 04:10Z from 203.0.113.7:51234, 8 parked, ${CARRIED}`,
  );
  const away = {
    ...THERE,
    state: "absent",
    from: null,
    refused: { full: 1, absent: 2, spent: 0 },
  } as const;
  assertEquals(
    describeRelayedSnapt(away),
    `homepc               not connected since 2026-11-28 04:10Z, ${CARRIED}, ` +
      "refused 1 over its limit of connections, 2 while it was away",
  );
  assertEquals(
    describeRelayedSnapt({ ...THERE, state: "absent", since: null }),
    `homepc               was not here since the relay was started, ${CARRIED}`,
  );
});

Deno.test("a month with a limit says how much of it is used up", () => {
  const said = (quota: "free" | "near" | "spent") =>
    describeRelayedSnapt({ ...THERE, month: { ...MONTH, limitBytes: 15_000_000, quota } });
  assertEquals(said("free").endsWith("from it in 2026-11 of 15 MB"), true);
  assertEquals(said("near").endsWith("from it in 2026-11 of 15 MB (most of it)"), true);
  assertEquals(said("spent").endsWith("of 15 MB (nothing more is carried)"), true);
});
