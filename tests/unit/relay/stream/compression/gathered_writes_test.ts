import { Buffer } from "node:buffer";
import { GatheredWrites } from "../../../../../lib/relay/stream/compression/gathered_writes.ts";
import { assertEquals } from "../../../../assert.ts";
import { FakeApplication } from "../../../../compressed_application.ts";

Deno.test("short parts go together, and a long one as it is, in their order", async () => {
  const application = new FakeApplication([]);
  const writes = new GatheredWrites(application);
  assertEquals(writes.add(Uint8Array.of(1)), null);
  assertEquals(writes.add(Uint8Array.of(2, 3)), null);
  const long = new Uint8Array(20_000).fill(4);
  await writes.add(long);
  assertEquals(writes.add(Uint8Array.of(5)), null);
  await writes.flush();
  assertEquals(application.heard.map(({ length }) => length), [3, long.length, 1]);
  assertEquals(Buffer.concat(application.heard), Buffer.from([1, 2, 3, ...long, 5]));
});

Deno.test("nothing is written when nothing was added", async () => {
  const application = new FakeApplication([]);
  await new GatheredWrites(application).flush();
  assertEquals(application.heard, []);
});
