import { describeFailures, withReachPatience } from "../../../../lib/relay/site/reach_patience.ts";
import { SwitchImpossible } from "../../../../lib/relay/site/switch_impossible.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

const NEVER = new AbortController().signal;

/** Work that lasts until it is called off. */
function endless(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

Deno.test("work is given up after four seconds when SNAPT was not reached from the start", async () => {
  const clock = new VirtualClock();
  const unreached = () => "SNAPT is not reached";
  const given = withReachPatience({ clock, signal: NEVER, unreached }, endless);
  const rejected = assertRejects(() => given, SwitchImpossible, "SNAPT is not reached");
  await clock.advance(4_000);
  await rejected;
});

Deno.test("work goes on while SNAPT is reached, or is reached again within some seconds", async () => {
  const clock = new VirtualClock();
  const reasons = ["lost", null, "lost again", null];
  const { promise, resolve } = Promise.withResolvers<string>();
  const unreached = () => reasons.shift() ?? null;
  const given = withReachPatience({ clock, signal: NEVER, unreached }, () => promise);
  await clock.advance(60_000);
  resolve("done");
  assertEquals(await given, "done");
});

Deno.test("work that is called off ends with the reason of who did it", async () => {
  const clock = new VirtualClock();
  const stopping = new AbortController();
  const means = { clock, signal: stopping.signal, unreached: () => null };
  const rejected = assertRejects(() => withReachPatience(means, endless), TypeError, "enough");
  stopping.abort(new TypeError("enough"));
  await rejected;
});

Deno.test("failures are told in one line with their networks", () => {
  assertEquals(describeFailures([]), "");
  assertEquals(
    describeFailures([{ provider: "a", reason: "no route" }, { provider: "", reason: "no name" }]),
    "a: no route; no name",
  );
});
