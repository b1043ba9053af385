import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import {
  createStreamRecord,
  currentLink,
  needsLink,
  type StreamLink,
} from "../../../../lib/core/stream/stream_record.ts";
import { assertEquals } from "../../../assert.ts";
import { openingOf } from "../../../opening.ts";

const record = () =>
  createStreamRecord(
    1,
    openingOf("ssh"),
    { ringCapBytes: 8_192, budget: new MemoryBudget(1e6) },
    5,
  );

Deno.test("a new stream has no link, and its peer does not know it", () => {
  const { link, binding, confirmation, output, input } = record();
  assertEquals(link, { kind: "unbound", since: 5 });
  assertEquals([binding, confirmation, output, input], [0, "unannounced", "open", "open"]);
});

Deno.test("a stream sends on the link that is bound, or on the one before while it asks", () => {
  const links: readonly StreamLink[] = [
    { kind: "unbound", since: 0 },
    { kind: "requested", since: 0, previous: null },
    { kind: "requested", since: 0, previous: 7 },
    { kind: "binding", since: 0, link: 8 },
    { kind: "bound", since: 0, link: 9, epoch: 0 },
  ];
  assertEquals(links.map((link) => currentLink({ ...record(), link })), [null, null, 7, 8, 9]);
});

Deno.test("a stream needs a link until both directions are complete and acknowledged", () => {
  const stream = record();
  stream.ring.writable(10);
  stream.ring.commit(10);
  stream.ring.claim(10);
  assertEquals(needsLink(stream), true);
  stream.output = "ended";
  stream.ring.acknowledge(10);
  assertEquals(needsLink(stream), true);
  stream.cursor.endAt(0);
  assertEquals(needsLink(stream), false);
});
