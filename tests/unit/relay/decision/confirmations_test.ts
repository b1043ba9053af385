import { Confirmations } from "../../../../lib/relay/decision/confirmations.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

class Asked {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly events: string[] = [];
  failures: readonly string[] = [];
  readonly confirmations = new Confirmations({
    answerWithinMs: 60_000,
    askAgainMs: 600_000,
    tasks: TaskGroup.root(this.clock, this.log),
    asked: ({ provider }) => this.events.push(`asked ${provider}`),
    ended: ({ provider }, end) => this.events.push(`${end} ${provider}`),
    use: () => Promise.resolve(this.failures),
  });

  suggest(to: string): void {
    this.confirmations.suggest({ site: "home", from: "a", to, reason: "better" });
  }
}

Deno.test("a question is asked once, shows the time left, and expires", async () => {
  const { clock, events, confirmations, ...asked } = new Asked();
  const suggest = () =>
    confirmations.suggest({ site: "home", from: "a", to: "b", reason: "better" });
  suggest();
  await clock.advance(10_000);
  suggest();
  assertEquals(
    confirmations.open.map(({ provider, leftMs, askedAt }) => [
      provider,
      leftMs,
      askedAt,
    ]),
    [["b", 50_000, "1970-01-01T00:00:00.000Z"]],
  );
  await clock.advance(50_000);
  assertEquals([events, confirmations.open], [["asked b", "expired b"], []]);
  suggest();
  assertEquals([events.length, clock.pending, asked.log.lines], [2, 0, []]);
});

Deno.test("a yes uses the network, and says what did not work", async () => {
  const asked = new Asked();
  asked.suggest("b");
  assertEquals(await asked.confirmations.answer(null, "yes"), {
    outcome: "switched",
    provider: "b",
  });
  asked.failures = ["home: no answer"];
  asked.suggest("c");
  const { outcome, error } = await asked.confirmations.answer("c", "yes");
  assertEquals([outcome, error], ["failed", "home: no answer"]);
});

Deno.test("an answer without a question says so", async () => {
  const asked = new Asked();
  const { outcome, error } = await asked.confirmations.answer(null, "yes");
  assertEquals([outcome, error], ["unasked", "Cannot confirm anything: there is no question"]);
});

Deno.test("a question that nobody suggests any more is withdrawn", () => {
  const asked = new Asked();
  asked.suggest("b");
  asked.confirmations.withdraw("home");
  assertEquals(asked.events, ["asked b", "withdrawn b"]);
});

Deno.test("after the end no question expires", async () => {
  const asked = new Asked();
  asked.suggest("b");
  asked.confirmations.close();
  await asked.clock.advance(120_000);
  assertEquals(asked.events, ["asked b"]);
  assert(asked.clock.pending === 0);
});
