import {
  closeAllOldLinks,
  detachAll,
  sendLastPositions,
} from "../../../../../lib/core/session/streams/all_streams.ts";
import { assertEquals } from "../../../../assert.ts";
import { kindsOf, sent } from "../session_settings.ts";
import { sending, sharedParts } from "../shared_parts.ts";

const bound = (link: number) => ({ kind: "bound", since: 0, link, epoch: 0 }) as const;

Deno.test("all streams lose their links, and nothing is cut any more", () => {
  const { table, outbox, ...parts } = sharedParts();
  const stream = sending({ ...parts, table }, 10);
  stream.link = bound(11);
  stream.cut = 5;
  sending({ ...parts, table }, 0);
  detachAll(table, outbox, 20);
  assertEquals(kindsOf(outbox.flush()), ["detach", "detach"]);
  assertEquals([stream.link, stream.cut], [{ kind: "unbound", since: 20 }, null]);
});

Deno.test("the last position of each stream that has a link is told", () => {
  const parts = sharedParts();
  sending(parts, 10).link = bound(11);
  sending(parts, 20);
  sendLastPositions(parts.table, parts.outbox, 3);
  const [last] = sent(parts.outbox.flush(), "lastMessageBeforeRedirection");
  assertEquals([last?.epoch, last?.entries], [3, [{ stream: 1, position: 10 }]]);
});

Deno.test("the old links of all streams are closed", () => {
  const parts = sharedParts();
  sending(parts, 0);
  closeAllOldLinks(parts.table, parts.outbox);
  assertEquals(parts.outbox.flush(), [{ kind: "closeOldLinks", stream: 1 }]);
});
