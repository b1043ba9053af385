import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import {
  createStreamRecord,
  type StreamRecord,
} from "../../../../lib/core/stream/stream_record.ts";
import type { StreamTarget } from "../../../../lib/core/wire/stream_opening.ts";
import { StreamTraffic } from "../../../../lib/relay/stream/stream_traffic.ts";
import { assert, assertEquals } from "../../../assert.ts";

const SSH: StreamTarget = { kind: "service", name: "ssh" };

function streamTo(target: StreamTarget): StreamRecord {
  const opening = { target, compression: "none", source: "192.0.2.7:5" } as const;
  const budget = new MemoryBudget(1_048_576);
  return createStreamRecord(1, opening, { ringCapBytes: 4_096, budget }, 0);
}

function move(stream: StreamRecord, outBytes: number, inBytes: number): void {
  stream.ring.writable(outBytes);
  stream.ring.commit(outBytes);
  stream.cursor.take(inBytes);
  stream.cursor.deliver(inBytes);
}

Deno.test("bytes are those of the streams there are and of all that have ended", () => {
  const traffic = new StreamTraffic();
  const [one, two] = [streamTo(SSH), streamTo(SSH)];
  traffic.begin(one);
  traffic.begin(two);
  move(one, 10, 3);
  move(two, 100, 30);
  assertEquals(traffic.snapshot(), [{ service: "ssh", streams: 2, outBytes: 110, inBytes: 33 }]);
  traffic.end(one);
  one.ring.dispose();
  traffic.end(one); // it counts once
  move(two, 1, 1);
  assertEquals(traffic.snapshot(), [{ service: "ssh", streams: 1, outBytes: 111, inBytes: 34 }]);
});

Deno.test("what is sent again on another link is counted once", () => {
  const traffic = new StreamTraffic();
  const stream = streamTo(SSH);
  traffic.begin(stream);
  move(stream, 100, 100);
  stream.ring.claim(100);
  stream.ring.rewindTo(0);
  stream.cursor.beginLink(40);
  stream.cursor.take(60);
  assertEquals(traffic.snapshot(), [{ service: "ssh", streams: 1, outBytes: 100, inBytes: 100 }]);
});

Deno.test("what applications and peers choose is not told apart", () => {
  const traffic = new StreamTraffic();
  for (let port = 1; port <= 50; port += 1) {
    traffic.begin(streamTo({ kind: "destination", host: `host${port}.example.org`, port }));
    traffic.begin(streamTo({ kind: "call", call: port, name: `caller${port}` }));
    traffic.begin(streamTo({ kind: "service", name: `"} 1\n${port}` }));
  }
  assertEquals(
    traffic.snapshot().map(({ service, streams }) => [service, streams]),
    [["(destinations)", 50], ["(client services)", 50], ["(others)", 50]],
  );
});

Deno.test("a SNAPT with ten thousand names for its services has a bounded number of them told", () => {
  const traffic = new StreamTraffic();
  traffic.begin(streamTo(SSH));
  for (let count = 0; count < 10_000; count += 1) {
    const stream = streamTo({ kind: "service", name: `service${count}` });
    traffic.begin(stream);
    move(stream, 1, 0);
    traffic.end(stream);
  }
  const told = traffic.snapshot();
  assert(told.length <= 257, `${told.length}`);
  assertEquals(told.reduce((sum, { outBytes }) => sum + outBytes, 0), 10_000);
  assertEquals(told.find(({ service }) => service === "ssh")?.streams, 1);
});
