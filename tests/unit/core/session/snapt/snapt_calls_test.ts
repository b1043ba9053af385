import type { SnaptEffect } from "../../../../../lib/core/session/snapt_effect.ts";
import { Outbox } from "../../../../../lib/core/session/outbox.ts";
import { SnaptCalls } from "../../../../../lib/core/session/snapt/snapt_calls.ts";
import { assertEquals } from "../../../../assert.ts";
import { openingOf } from "../../../../opening.ts";
import { kindsOf, newRecord } from "../session_settings.ts";
import { sharedParts } from "../shared_parts.ts";

function callsOf(recordBytes = 1e6) {
  const { table } = sharedParts();
  const outbox = new Outbox<SnaptEffect>(newRecord(recordBytes));
  outbox.adopt(1);
  outbox.resumeRecord(0);
  outbox.flush();
  return { table, outbox, calls: new SnaptCalls(outbox, table) };
}

Deno.test("calls are numbered and told, and wait for their answer", () => {
  const { outbox, calls } = callsOf();
  assertEquals([calls.make("printer", ""), calls.make("printer", "")], [1, 2]);
  assertEquals([kindsOf(outbox.flush()), calls.size], [["call", "call"], 2]);
  assertEquals([calls.answered(1), calls.answered(1), calls.isWaiting(2)], [true, false, true]);
});

Deno.test("calls and streams together have the limit of streams", () => {
  const { table, calls } = callsOf();
  table.add(1, openingOf("ssh"), 0);
  calls.make("printer", "");
  assertEquals(calls.make("printer", ""), null);
});

Deno.test("a refusal of a call that does not wait is of no consequence", () => {
  const { outbox, calls } = callsOf();
  calls.make("printer", "");
  outbox.flush();
  calls.refused(1, "connectionRefused");
  calls.refused(1, "connectionRefused");
  assertEquals(outbox.flush(), [{ kind: "callRefused", call: 1, code: "connectionRefused" }]);
});

Deno.test("a CNAPT that takes nothing in is told of no more callers, and its session stays", () => {
  const { outbox, calls } = callsOf(1_000);
  let made = 0;
  for (let call = calls.make("printer", ""); call !== null; call = calls.make("printer", "")) {
    made += 1;
    calls.answered(call);
  }
  assertEquals([made, kindsOf(outbox.flush()).includes("endForViolation")], [4, false]);
  outbox.record.acknowledge(made);
  assertEquals(calls.make("printer", ""), made + 1);
});
