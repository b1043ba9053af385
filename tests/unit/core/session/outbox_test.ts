import type { CommonEffect } from "../../../../lib/core/session/common_effect.ts";
import { Outbox } from "../../../../lib/core/session/outbox.ts";
import { assertEquals } from "../../../assert.ts";
import { kindsOf, newRecord } from "./session_settings.ts";

const ping = { kind: "ping", token: 1 } as const;

Deno.test("an outbox gives everything once, in the order in which it came", () => {
  const outbox = new Outbox<CommonEffect>(newRecord());
  outbox.adopt(7);
  outbox.sendControl(ping);
  outbox.emit({ kind: "closeLink", link: 3 });
  assertEquals(kindsOf(outbox.flush()), ["adoptControl", "ping", "closeLink"]);
  assertEquals(outbox.flush(), []);
});

Deno.test("an outbox sends nothing without a control link", () => {
  const outbox = new Outbox<CommonEffect>(newRecord());
  outbox.sendControl(ping);
  outbox.sendRecord({ kind: "finished", stream: 1 });
  assertEquals(outbox.flush(), []);
});

Deno.test("an outbox keeps the record back on a new link until the peer tells what it has", () => {
  const outbox = new Outbox<CommonEffect>(newRecord());
  outbox.adopt(7);
  outbox.resumeRecord(0);
  outbox.sendRecord({ kind: "finished", stream: 1 });
  assertEquals(kindsOf(outbox.flush()), ["adoptControl", "finished"]);
  outbox.adopt(8);
  outbox.sendRecord({ kind: "finished", stream: 2 });
  assertEquals(kindsOf(outbox.flush()), ["adoptControl"]);
  outbox.resumeRecord(1);
  const [effect] = outbox.flush();
  assertEquals(effect, {
    kind: "sendControl",
    message: { kind: "finished", stream: 2, sequence: 2 },
  });
});

Deno.test("an outbox that has dropped its link tells that, and has none", () => {
  const outbox = new Outbox<CommonEffect>(newRecord());
  outbox.adopt(7);
  outbox.dropControl();
  assertEquals([kindsOf(outbox.flush()), outbox.control], [["adoptControl", "closeControl"], null]);
});

Deno.test("an outbox ends the session once when the peer acknowledges nothing", () => {
  const outbox = new Outbox<CommonEffect>(newRecord(1_000));
  outbox.adopt(7);
  outbox.resumeRecord(0);
  for (let i = 0; i < 100; i++) outbox.sendRecord({ kind: "finished", stream: 1 });
  const [, ...effects] = outbox.flush();
  const ends = effects.filter(({ kind }) => kind === "endForViolation");
  assertEquals([ends.length, effects.at(-1)], [1, {
    kind: "endForViolation",
    reason: "Cannot keep more than 7 messages: the peer does not acknowledge them",
  }]);
  assertEquals([effects.length, outbox.record.keptBytes], [8, 0]);
});
