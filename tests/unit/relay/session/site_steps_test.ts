import { SiteSteps } from "../../../../lib/relay/session/site_steps.ts";
import type { SitePart } from "../../../../lib/relay/session/site_part.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

function made() {
  const log = new TestLog();
  const said: string[] = [];
  const part: SitePart = {
    arrive: (point, pass) => {
      said.push(point);
      pass();
    },
    leave: () => said.push("leave"),
  };
  return { log, said, part, steps: new SiteSteps(testTasks(new VirtualClock(), log)) };
}

Deno.test("a switch of this site alone waits for nobody", () => {
  const { steps, said } = made();
  steps.reach("drained", () => said.push("passed"));
  steps.redirected(() => said.push("resumed"));
  assertEquals(said, ["passed", "resumed"]);
});

Deno.test("a part of several sites is taken once, and forgotten when its switch is over", () => {
  const { steps, said, part } = made();
  steps.join(part);
  steps.reach("drained", () => said.push("passed"));
  steps.redirected(() => said.push("resumed"));
  steps.leave();
  assertEquals(said, ["drained", "passed", "redirected", "resumed"]);
});

Deno.test("who leaves a switch is not waited for any more", () => {
  const { steps, said, part } = made();
  steps.join(part);
  steps.leave();
  steps.leave();
  assertEquals(said, ["leave"]);
});

Deno.test("a mistake among the sites is logged and reaches no session", () => {
  const { steps, log, part } = made();
  steps.join({
    ...part,
    arrive: () => {
      throw new TypeError("planted");
    },
  });
  steps.reach("left", () => {});
  assertEquals(log.of("error").length, 1);
});
