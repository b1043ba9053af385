import { EffectQueue } from "../../../../lib/relay/session/effect_queue.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("a queue of effects keeps their order when one leads to more", () => {
  const done: string[] = [];
  const queue = new EffectQueue<string>((effect) => {
    done.push(effect);
    if (effect === "a") assertEquals(queue.run(["a1", "a2"]), "later");
  });
  assertEquals(queue.run(["a", "b"]), "done");
  assertEquals(done, ["a", "b", "a1", "a2"]);
});

Deno.test("a queue of effects carries nothing out that came before it was cleared", () => {
  const done: string[] = [];
  const queue = new EffectQueue<string>((effect) => {
    done.push(effect);
    if (effect === "end") queue.clear();
  });
  queue.run(["end", "lost"]);
  queue.run(["next"]);
  assertEquals(done, ["end", "next"]);
});

Deno.test("a queue of effects is as fast with each of very many as with one of few", () => {
  let done = 0;
  const queue = new EffectQueue<number>(() => done += 1);
  const before = performance.now();
  queue.run(Array.from({ length: 200_000 }, (_, i) => i));
  assertEquals(done, 200_000);
  assert(performance.now() - before < 1_000, "moving the rest for each takes many seconds");
});
