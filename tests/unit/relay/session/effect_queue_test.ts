import { EffectQueue } from "../../../../lib/relay/session/effect_queue.ts";
import { assertEquals } from "../../../assert.ts";

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
