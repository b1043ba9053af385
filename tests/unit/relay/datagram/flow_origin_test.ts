import { HoldBudget } from "../../../../lib/core/datagram/hold_budget.ts";
import { DEFAULT_DATAGRAM_TERMS } from "../../../../lib/core/wire/datagram_messages.ts";
import { originOf } from "../../../../lib/relay/datagram/flow_origin.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("only a destination by its name has to be asked for", () => {
  const budget = new HoldBudget();
  const of = (target: Parameters<typeof originOf>[0]) =>
    originOf(target, DEFAULT_DATAGRAM_TERMS, budget);
  assertEquals(of({ kind: "service", name: "dns" }).kind, "service");
  assertEquals(of({ kind: "call", call: 1, name: "pager" }).kind, "service");
  assertEquals(of({ kind: "destination", host: "a.example", port: 53 }).kind, "asked");
  for (const [host, key] of [["192.0.2.9", "192.0.2.9:53"], ["2001:db8::9", "[2001:db8::9]:53"]]) {
    const origin = of({ kind: "destination", host: host ?? "", port: 53 });
    assert(origin.kind === "known");
    assertEquals(origin.endpoint.key, key);
  }
});
