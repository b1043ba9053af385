import { virtualRows } from "../../../../lib/page/snapt/virtual_view.ts";
import { assertEquals } from "../../../assert.ts";
import { servedSession } from "../../status/kit/snapt_snapshot.ts";
import { knownClient } from "../../../browser/snapt/sample_snapt.ts";

Deno.test("who has an address or offers something has a row, and nobody else", () => {
  const printer = {
    name: "printer",
    protocol: "tcp",
    address: "",
    reason: "no",
    refused: 0,
  } as const;
  const rows = virtualRows({
    clients: [knownClient("a", { virtualAddress: "10.0.0.1" }), knownClient("b"), knownClient("c")],
    sessions: [
      servedSession({ client: "b", clientServices: [printer] }),
      servedSession({ client: "c" }),
    ],
  });
  assertEquals(rows, [
    { client: "a", address: "10.0.0.1", offers: [] },
    { client: "b", address: null, offers: [printer] },
  ]);
});
