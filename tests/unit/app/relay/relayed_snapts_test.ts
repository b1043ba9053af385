import { relayedSnapts } from "../../../../lib/app/relay/relayed_snapts.ts";
import { SnaptRecord } from "../../../../lib/relay/own_relay/snapt_record.ts";
import { assertEquals } from "../../../assert.ts";

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
  const [tablet, homepc, ...others] = relayedSnapts(invited, seen);
  assertEquals([tablet?.name, tablet?.state, tablet?.since], ["tablet", "absent", null]);
  assertEquals(homepc, {
    ...{ name: "homepc", state: "attached", since: "1970-01-01T00:00:00.000Z" } as const,
    ...{ from: "192.0.2.7:5", ...counts, connections: 0 },
    ...{ toSnaptBytes: 5, fromSnaptBytes: 7, refused: { full: 1, absent: 0 } },
  });
  assertEquals(others, []);
});

Deno.test("of one that has left is said since when", () => {
  const record = new SnaptRecord("homepc");
  record.attached("192.0.2.7:5", new Date(0));
  record.detached(new Date(60_000));
  const [homepc] = relayedSnapts([{ idHex: "02", name: "homepc" }], [
    { idHex: "02", record, parked: 0, joined: 0, waiting: 0 },
  ]);
  assertEquals([homepc?.state, homepc?.from, homepc?.since], [
    "absent",
    null,
    "1970-01-01T00:01:00.000Z",
  ]);
});
