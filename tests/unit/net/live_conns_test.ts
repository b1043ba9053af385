import { LiveConns } from "../../../lib/net/live_conns.ts";
import { assertEquals } from "../../assert.ts";
import { MemoryConn } from "../../memory_conn.ts";

function events(): Response {
  return new Response("", { headers: { "content-type": "text/event-stream" } });
}

/** A program with so many descriptors, which says when something else wants one. */
class Short {
  readonly limit: number;
  isFull = false;
  readonly asked = new Set<() => void>();
  readonly conns = new LiveConns(() => this);

  constructor(limit: number) {
    this.limit = limit;
  }
  hasRoom(): boolean {
    return !this.isFull;
  }
  askForRoom(yields: () => void): () => void {
    this.asked.add(yields);
    return () => this.asked.delete(yields);
  }
  async listen(count: number): Promise<readonly number[]> {
    const answers = Array.from(
      { length: count },
      () => this.conns.admit(MemoryConn.pair()[0], events()),
    );
    return (await Promise.all(answers)).map(({ status }) => status);
  }
}

Deno.test("those that listen take a quarter of the descriptors, and who comes then is told", async () => {
  const short = new Short(64);
  const codes = await short.listen(20);
  assertEquals(codes.filter((code) => code === 200).length, 16);
  assertEquals(codes.at(-1), 503);
  assertEquals(short.conns.size, 16);
});

Deno.test("who listens gives way to what needs a descriptor, and nobody more is let in then", async () => {
  const short = new Short(1_024);
  await short.listen(20);
  for (const yields of short.asked) yields();
  assertEquals(short.conns.size, 12);
  short.isFull = true;
  assertEquals(await short.listen(1), [503]);
  for (let times = 0; times < 2; times++) for (const yields of short.asked) yields();
  assertEquals([short.conns.size, short.asked.size], [0, 0]);
});

Deno.test("an answer that ends is none of theirs", async () => {
  const short = new Short(64);
  short.isFull = true;
  assertEquals((await short.conns.admit(MemoryConn.pair()[0], new Response("x"))).status, 200);
  assertEquals(short.conns.size, 0);
});
