import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import { createStreamRecord } from "../../../../lib/core/stream/stream_record.ts";
import type { StreamTarget } from "../../../../lib/core/wire/stream_opening.ts";
import { openerOf, streamSnapshot } from "../../../../lib/relay/site/stream_snapshot.ts";
import { assertEquals } from "../../../assert.ts";

function streamTo(target: StreamTarget) {
  const opening = { target, compression: "none", source: "192.0.2.9:1234" } as const;
  return createStreamRecord(7, opening, {
    ringCapBytes: 64 * 1024,
    budget: new MemoryBudget(1024 * 1024),
  }, 0);
}

Deno.test("a stream that has just begun is shown unbound, and with nothing sent", () => {
  const { bufferBytes, ...shown } = streamSnapshot(
    streamTo({ kind: "service", name: "ssh" }),
    null,
    null,
  );
  assertEquals(shown, {
    stream: 7,
    service: "ssh",
    opener: "client",
    source: "192.0.2.9:1234",
    link: "unbound",
    held: null,
    sentBytes: 0,
    acknowledgedBytes: 0,
    receivedBytes: 0,
    packing: null,
  });
  assertEquals(bufferBytes >= 0, true);
});

Deno.test("what a stream sent, and what of it has arrived, are shown apart", () => {
  const stream = streamTo({ kind: "service", name: "ssh" });
  stream.ring.commit(stream.ring.writable(100).length);
  stream.ring.claim(80);
  stream.ring.acknowledge(50);
  stream.cursor.beginLink(0);
  stream.cursor.take(30);
  stream.cursor.deliver(20);
  const { sentBytes, acknowledgedBytes, receivedBytes } = streamSnapshot(stream, null, null);
  assertEquals([sentBytes, acknowledgedBytes, receivedBytes], [80, 50, 20]);
});

Deno.test("a stream is shown with how its link is, and why it waits", () => {
  const stream = streamTo({ kind: "service", name: "ssh" });
  stream.link = { kind: "bound", since: 0, link: 3, epoch: 1 };
  const { link, held } = streamSnapshot(stream, null, "ssh is not allowed over b");
  assertEquals([link, held], ["bound", "ssh is not allowed over b"]);
});

Deno.test("a call was opened by the server's application, all else by the client's", () => {
  assertEquals(openerOf(streamTo({ kind: "call", call: 1, name: "web" })), "server");
  assertEquals(openerOf(streamTo({ kind: "service", name: "ssh" })), "client");
  const destination = streamTo({ kind: "destination", host: "2001:db8::1", port: 80 });
  assertEquals(openerOf(destination), "client");
  assertEquals(streamSnapshot(destination, null, null).service, "[2001:db8::1]:80");
});
