import { ALL_SERVICES } from "../../../../../lib/core/decision/service_rule.ts";
import { ServiceWaits } from "../../../../../lib/core/session/cnapt/service_waits.ts";
import { MAX_WAITING_STREAMS } from "../../../../../lib/core/wire/waiting_streams.ts";
import { assertEquals } from "../../../../assert.ts";
import { openingOf } from "../../../../opening.ts";
import { kindsOf, sent } from "../session_settings.ts";
import { sending, sharedParts } from "../shared_parts.ts";

/** Over lte goes everything but ssh. */
function waitsOf(parts = sharedParts()) {
  const waits = new ServiceWaits(
    (provider) => provider === "lte" ? { kind: "allBut", names: new Set(["ssh"]) } : ALL_SERVICES,
    parts.outbox,
    parts.table,
  );
  return { parts, waits };
}

Deno.test("a stream may use a provider when the rule allows its service", () => {
  const { parts, waits } = waitsOf();
  const ssh = parts.table.add(1, openingOf("ssh"), 0);
  const web = parts.table.add(2, openingOf("web"), 0);
  assertEquals([waits.mayUse(ssh, "eth"), waits.mayUse(ssh, "lte")], [true, false]);
  assertEquals([waits.mayUse(web, "lte"), waits.countAllowed("lte")], [true, 1]);
});

Deno.test("a stream that waits loses its link, and its stall is none", () => {
  const { parts, waits } = waitsOf();
  const stream = sending(parts, 10);
  stream.link = { kind: "bound", since: 0, link: 11, epoch: 0 };
  stream.cut = 4;
  stream.stalledSince = 3;
  waits.put(stream, 20);
  assertEquals(kindsOf(parts.outbox.flush()), ["detach"]);
  assertEquals([stream.link.kind, stream.cut, stream.stalledSince], ["unbound", null, null]);
});

Deno.test("SNAPT is told once of each stream that waits and that it knows", () => {
  const { parts, waits } = waitsOf();
  const ssh = parts.table.add(1, openingOf("ssh"), 0);
  ssh.confirmation = "confirmed";
  waits.put(ssh, 10);
  waits.put(parts.table.add(2, openingOf("ssh"), 0), 10);
  waits.tell(1, "lte");
  waits.tell(2, "lte");
  const effects = parts.outbox.flush();
  assertEquals(kindsOf(effects), ["waitingStreams", "note"]);
  assertEquals(sent(effects, "waitingStreams")[0], {
    kind: "waitingStreams",
    epoch: 1,
    streams: [1],
  });
});

Deno.test("a stream that waited once more is not told of when it is allowed again", () => {
  const { parts, waits } = waitsOf();
  const stream = parts.table.add(1, openingOf("ssh"), 0);
  stream.confirmation = "confirmed";
  waits.put(stream, 10);
  waits.tell(1, "lte");
  waits.put(stream, 20);
  parts.outbox.flush();
  waits.tell(2, "eth");
  assertEquals(parts.outbox.flush(), []);
});

Deno.test("a stream that has ended meanwhile is not told of", () => {
  const { parts, waits } = waitsOf();
  const stream = sending(parts, 0);
  waits.put(stream, 10);
  parts.table.remove(stream);
  waits.tell(1, "lte");
  assertEquals(parts.outbox.flush(), []);
});

Deno.test("streams that do not fit one message are told in several", () => {
  const { parts, waits } = waitsOf();
  for (let id = 1; id <= MAX_WAITING_STREAMS + 1; id++) {
    const stream = parts.table.add(id, openingOf("ssh"), 0);
    stream.confirmation = "confirmed";
    waits.put(stream, 10);
  }
  waits.tell(1, "lte");
  const messages = sent(parts.outbox.flush(), "waitingStreams");
  assertEquals(messages.map(({ streams }) => streams.length), [MAX_WAITING_STREAMS, 1]);
});
