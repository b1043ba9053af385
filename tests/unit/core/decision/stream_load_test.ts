import { isLoaded, StreamLoad } from "../../../../lib/core/decision/stream_load.ts";
import { assertEquals } from "../../../assert.ts";

/** Looks every 200 ms for so many seconds, while one stream moves so much in each second. */
function flow(load: StreamLoad, from: number, seconds: number, perSecond: number): void {
  for (let ms = 0; ms <= seconds * 1_000; ms += 200) {
    const bytes = from + perSecond * ms / 1_000;
    load.look(new Map([[1, { down: bytes, up: bytes / 10 }]]), from + ms);
  }
}

Deno.test("the load is the best of the last seconds, in each direction", () => {
  const load = new StreamLoad();
  assertEquals(load.best, { down: 0, up: 0 });
  flow(load, 0, 3, 100_000);
  assertEquals(load.best, { down: 100_000, up: 10_000 });
  flow(load, 300_000, 20, 0);
  assertEquals(load.best, { down: 0, up: 0 }, "what was long ago is no load");
});

Deno.test("a stream that ends takes nothing back, and one that begins counts from its first byte", () => {
  const load = new StreamLoad();
  load.look(new Map(), 0);
  load.look(new Map([[1, { down: 50_000, up: 0 }]]), 500);
  load.look(new Map([[2, { down: 30_000, up: 7 }]]), 1_000);
  assertEquals(load.best, { down: 80_000, up: 7 });
});

Deno.test("what went through another path is no load of this one", () => {
  const load = new StreamLoad();
  flow(load, 0, 3, 100_000);
  load.restart();
  assertEquals(load.best, { down: 0, up: 0 });
});

Deno.test("a network of 64 kbit/s is never under load, whatever is wanted of it", () => {
  assertEquals(isLoaded({ down: 8_000, up: 8_000 }), false);
  assertEquals(isLoaded({ down: 0, up: 20_000 }), true);
});
