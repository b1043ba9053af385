import { liveEvents } from "../../../../lib/status/live/live_events.ts";
import { LiveFeed } from "../../../../lib/status/live/live_feed.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

class World {
  readonly clock = new VirtualClock();
  rendered = 0;
  document: Record<string, unknown> = { uptimeMs: 0, state: "connected" };
  readonly feed = new LiveFeed({
    document: () => {
      this.rendered += 1;
      return { ...this.document, uptimeMs: this.clock.now() };
    },
    run: "r1",
    clock: this.clock,
  });

  open(lastEventId = "", endsAt = Infinity): Page {
    const { body } = liveEvents(this.feed, { lastEventId, endsAt });
    assert(body !== null);
    return new Page(body);
  }
}

class Page {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  constructor(body: ReadableStream<Uint8Array>) {
    this.reader = body.getReader();
  }
  async bytes(): Promise<Uint8Array | null> {
    return (await this.reader.read()).value ?? null;
  }
  /** The next event: its number, type and data. */
  async event(): Promise<readonly [string, string, unknown]> {
    const text = new TextDecoder().decode(await this.bytes() ?? new Uint8Array());
    const [, id, type, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)\n\n$/.exec(text) ?? [];
    assert(id !== undefined && type !== undefined && data !== undefined, text);
    return [id, type, JSON.parse(data)];
  }
  async leave(): Promise<void> {
    await this.reader.cancel();
  }
}

Deno.test("a page gets the document, then the fields that changed, at most once a second", async () => {
  const world = new World();
  const page = world.open();
  assertEquals(await page.event(), ["r1-0", "document", { uptimeMs: 0, state: "connected" }]);
  const next = page.event();
  world.document = { state: "switching" };
  await world.clock.advance(500);
  world.document = { state: "offline" };
  await world.clock.advance(500);
  assertEquals(await next, ["r1-1", "changes", { state: "offline" }]);
  await page.leave();
});

Deno.test("a quiet program sends one small event in 5 s, and renders nothing for nobody", async () => {
  const world = new World();
  const page = world.open();
  await page.event();
  const next = page.event();
  await world.clock.advance(4_000);
  assertEquals(world.feed.listeners, 1);
  await world.clock.advance(1_000);
  assertEquals(await next, ["r1-1", "changes", { uptimeMs: 5_000 }]);
  await page.leave();
  const { rendered } = world;
  await world.clock.advance(60_000);
  assertEquals([world.rendered, world.feed.listeners, world.clock.pending], [rendered, 0, 0]);
});

Deno.test("many pages get the same bytes of one rendering", async () => {
  const world = new World();
  const pages = Array.from({ length: 500 }, () => world.open());
  const first = await Promise.all(pages.map((page) => page.bytes()));
  const next = pages.map((page) => page.bytes());
  world.document = { state: "offline" };
  await world.clock.advance(1_999);
  const second = await Promise.all(next);
  assertEquals([new Set(first).size, new Set(second).size, world.rendered], [1, 1, 2]);
  for (const page of pages) await page.leave();
});

Deno.test("a page that resumes misses nothing, also when nobody listened in between", async () => {
  const world = new World();
  const page = world.open();
  const [id] = await page.event();
  await page.leave();
  world.feed.notice('{"event":"pathLost"}');
  world.document = { state: "offline" };
  await world.clock.advance(4_000);
  const again = world.open(id);
  assertEquals(await again.event(), ["r1-1", "notice", { event: "pathLost" }]);
  assertEquals(await again.event(), ["r1-2", "changes", { state: "offline" }]);
  await again.leave();
});

Deno.test("a page of another run, or too far behind, begins anew with the whole document", async () => {
  const world = new World();
  const slow = world.open();
  await slow.event();
  for (let index = 0; index < 200; index++) world.feed.notice(`{"index":${index}}`);
  assertEquals((await slow.event()).slice(0, 2), ["r1-200", "document"]);
  for (const lastId of ["r0-200", "r1-3", "r1-9999", "nonsense"]) {
    const page = world.open(lastId);
    assertEquals((await page.event()).slice(0, 2), ["r1-200", "document"]);
    await page.leave();
  }
  await slow.leave();
});

Deno.test("the end of the program ends every page, and leaves no timer", async () => {
  const world = new World();
  const page = world.open();
  await page.event();
  const next = page.bytes();
  await world.clock.advance(0);
  world.feed.close();
  assertEquals([await next, world.clock.pending], [null, 0]);
  assertEquals(liveEvents(world.feed, { lastEventId: "", endsAt: Infinity }).status, 503);
});

Deno.test("who listens with a pass is told no more when the time of the pass is over", async () => {
  const world = new World();
  const endsAt = world.clock.date().getTime() + 60_000;
  const page = world.open("", endsAt);
  const other = world.open();
  await page.event();
  await world.clock.advance(59_000);
  assertEquals(world.feed.listeners, 2);
  await world.clock.advance(1_000);
  assertEquals(world.feed.listeners, 1);
  while (await page.bytes() !== null);
  await other.leave();
});
