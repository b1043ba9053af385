import { WakeUp } from "../../../../lib/relay/run/wake_up.ts";
import { assertEquals } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";

Deno.test("a wake reaches everybody who sleeps, and nobody who comes later", async () => {
  const wakeUp = new WakeUp();
  const woken: string[] = [];
  wakeUp.wait().then(() => woken.push("first"));
  wakeUp.wait().then(() => woken.push("second"));
  wakeUp.wake();
  wakeUp.wait().then(() => woken.push("later"));
  await settle();
  assertEquals(woken, ["first", "second"]);
  wakeUp.wake();
  await settle();
  assertEquals(woken, ["first", "second", "later"]);
});

Deno.test("a sleeper is woken by its signal too", async () => {
  const wakeUp = new WakeUp();
  const controller = new AbortController();
  const woken: string[] = [];
  wakeUp.waitOr(controller.signal).then(() => woken.push("aborted"));
  controller.abort();
  await settle();
  assertEquals(woken, ["aborted"]);
  await wakeUp.waitOr(controller.signal); // who is called off already does not sleep
});
