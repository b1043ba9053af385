import { CompressionCounts } from "../../../../../lib/relay/stream/compression/compression_counts.ts";
import { assertEquals } from "../../../../assert.ts";

Deno.test("a stream's counts are its service's too, and the ratio is of both directions", () => {
  const service = new CompressionCounts();
  const [one, two] = [new CompressionCounts(service), new CompressionCounts(service)];
  assertEquals(one.snapshot().ratio, null);
  one.sent(300, 100);
  one.received(100, 100);
  two.sent(1_000, 100);
  two.broke();
  assertEquals([one.snapshot().ratio, two.snapshot().ratio], [2, 10]);
  assertEquals(service.snapshot(), {
    sentPlainBytes: 1_300,
    sentPackedBytes: 200,
    receivedPlainBytes: 100,
    receivedPackedBytes: 100,
    ratio: 4.67,
    broken: 1,
  });
});
