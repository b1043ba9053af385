import { relayedSnapts } from "../../../../lib/app/relay/relayed_snapts.ts";
import { SnaptRecord } from "../../../../lib/relay/own_relay/snapt_record.ts";
import { assertEquals } from "../../../assert.ts";

const KNOWN = {
  limitOf: (idHex: string) => idHex === "02" ? 14 : null,
  keptOf: (idHex: string) =>
    idHex === "01" ? { month: "2026-11", toSnaptBytes: 1, fromSnaptBytes: 2 } : null,
  month: "2026-11",
};

Deno.test("all that are invited are shown, and nobody else", () => {
  const record = new SnaptRecord("homepc");
  record.attached("192.0.2.7:5", new Date(0));
  record.carried(5, "snapt");
  record.carried(7, "caller");
  record.refused.full += 1;
  const counts = { parked: 8, joined: 1, waiting: 2 };
  const invited = [{ idHex: "01", name: "tablet" }, { idHex: "02", name: "homepc" }];
  const seen = [
    { idHex: "02", record, ...counts },
    { idHex: "03", record: new SnaptRecord("gone"), ...counts },
  ];
  const [tablet, homepc, ...others] = relayedSnapts(invited, seen, KNOWN);
  assertEquals([tablet?.name, tablet?.state, tablet?.since], ["tablet", "absent", null]);
  assertEquals(homepc, {
    ...{ name: "homepc", state: "attached", since: "1970-01-01T00:00:00.000Z" } as const,
    ...{ from: "192.0.2.7:5", ...counts, connections: 0 },
    ...{ toSnaptBytes: 5, fromSnaptBytes: 7, refused: { full: 1, absent: 0, spent: 0 } },
    month: { month: "2026-11", toSnaptBytes: 5, fromSnaptBytes: 7, limitBytes: 14, quota: "near" },
  });
  assertEquals(others, []);
  // What was carried before the relay was started counts for one that has not come since.
  assertEquals([tablet?.month.fromSnaptBytes, tablet?.month.quota], [2, "free"]);
});

Deno.test("of one that has left is said since when", () => {
  const record = new SnaptRecord("homepc");
  record.attached("192.0.2.7:5", new Date(0));
  record.detached(new Date(60_000));
  const [homepc] = relayedSnapts([{ idHex: "02", name: "homepc" }], [
    { idHex: "02", record, parked: 0, joined: 0, waiting: 0 },
  ], KNOWN);
  assertEquals([homepc?.state, homepc?.from, homepc?.since], [
    "absent",
    null,
    "1970-01-01T00:01:00.000Z",
  ]);
});
