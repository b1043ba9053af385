import { pauseFor } from "../../../lib/net/pause_for.ts";
import { assertEquals } from "../../assert.ts";

const LONG_MS = 600_000;

Deno.test("a pause ends at once when it is called off", async () => {
  const controller = new AbortController();
  const pause = pauseFor(LONG_MS, controller.signal);
  controller.abort();
  await pause;
  await pauseFor(LONG_MS, controller.signal);
});

Deno.test("a pause that is called off while its timer is made ends at once", async () => {
  const controller = new AbortController();
  const own = globalThis.setTimeout;
  globalThis.setTimeout = new Proxy(own, {
    apply: (target, self, args) => {
      controller.abort();
      return Reflect.apply(target, self, args);
    },
  });
  try {
    const pause = pauseFor(LONG_MS, controller.signal);
    const later = Promise.withResolvers<boolean>();
    own(() => later.resolve(false), 0);
    assertEquals(await Promise.race([pause.then(() => true), later.promise]), true);
    await later.promise;
  } finally {
    globalThis.setTimeout = own;
  }
});
