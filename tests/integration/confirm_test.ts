import { SYSTEM_CLOCK } from "../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../lib/relay/run/task_group.ts";
/** A provider that needs a person is suggested, and used when somebody says yes. */
import { DEFAULT_THRESHOLDS } from "../../lib/core/decision/thresholds.ts";
import { PREFERENCES } from "../../lib/core/decision/weights.ts";
import { decidedSite } from "../../lib/relay/site/decided_site.ts";
import type { DecisionSettings } from "../../lib/relay/decision/decision_settings.ts";
import { DecisionTask } from "../../lib/relay/decision/decision_task.ts";
import { Confirmations } from "../../lib/relay/decision/confirmations.ts";
import { assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { TestLog } from "../test_log.ts";
import { providerRow } from "./kit/provider_row.ts";
import { ScriptedConnector } from "./kit/scripted_connector.ts";
import { echo } from "./kit/server_application.ts";

const SETTINGS: DecisionSettings = {
  mode: "automatic",
  checkMs: 10,
  searchMs: 30,
  meteredSearchMs: 60_000,
  standbyRefreshMs: 60_000,
  stableMs: 100,
  standby: "off",
  thresholds: DEFAULT_THRESHOLDS,
  weights: PREFERENCES.balanced,
  measureMs: null,
};

interface Running {
  readonly pair: LoopbackPair;
  readonly connector: ScriptedConnector;
  readonly questions: Confirmations;
  /** What happened to questions, in order. */
  readonly events: string[];
  readonly pulled: Set<string>;
}

/** The session starts on `a`; `b` is better, and used only when somebody says yes. */
async function withPair(
  options: {
    readonly settings?: Partial<DecisionSettings>;
    readonly answerWithinMs?: number;
    readonly b?: "up" | "raisable";
    readonly needsPerson?: boolean;
  },
  test: (running: Running) => Promise<void>,
): Promise<void> {
  await using application = echo();
  const connector = new ScriptedConnector(options.b === "raisable" ? ["b"] : []);
  const pulled = new Set<string>();
  const confirmed = new Set<string>();
  const events: string[] = [];
  await using pair = await LoopbackPair.start(application.port, {
    connector,
    isCandidate: (key) =>
      !pulled.has(key) && connector.stateOf(key) === "up" && (key === "a" || confirmed.has(key)),
  });
  const connects = options.needsPerson === false ? "byItself" : "byPerson";
  const rows = () => [
    ...(pulled.has("a") ? [] : [providerRow("a", "127.0.0.2", { priority: 9 })]),
    providerRow("b", "127.0.0.3", { connects, state: connector.stateOf("b") }),
  ];
  const questions: Confirmations = new Confirmations({
    answerWithinMs: options.answerWithinMs ?? 60_000,
    askAgainMs: 60_000,
    tasks: TaskGroup.root(SYSTEM_CLOCK, new TestLog(pair.cnaptLog.lines)),
    asked: ({ provider, from }) => events.push(`asked ${provider} for ${from}`),
    ended: ({ provider }, end) => events.push(`${end} ${provider}`),
    use: async (provider) => {
      confirmed.add(provider);
      pair.site.providersChanged();
      return [await task.confirm(provider)].filter((failure) => failure !== null);
    },
  });
  const log = new TestLog(pair.cnaptLog.lines);
  const settings = { ...SETTINGS, ...options.settings };
  const task = new DecisionTask({
    settings,
    subject: decidedSite(pair.site),
    rows,
    tasks: TaskGroup.root(SYSTEM_CLOCK, log),
    log,
    asker: questions,
  });
  task.start();
  try {
    await pair.until((site) => site.state === "connected" && site.provider === "a");
    await test({ pair, connector, questions, events, pulled });
  } finally {
    questions.close();
    await task.stop();
  }
}

async function asked({ pair, questions }: Running): Promise<void> {
  await pair.eventually(() => questions.open.length === 1, "a question");
}

for (const mode of ["automatic", "manual"] as const) {
  Deno.test(`a provider that needs a person is used after a yes in ${mode} mode`, async () => {
    await withPair({ settings: { mode } }, async (running) => {
      const { pair, questions, events } = running;
      await asked(running);
      assertEquals(pair.site.provider, "a");
      assertEquals(await questions.answer(null, "yes"), { outcome: "switched", provider: "b" });
      assertEquals(pair.site.provider, "b");
      assertEquals(pair.receipts.at(-1)?.reason, "confirmed");
      assertEquals(events, ["asked b for a", "yes b"]);
    });
  });
}

Deno.test("manual mode asks before it goes to a better network that needs nobody", async () => {
  await withPair({ settings: { mode: "manual" }, needsPerson: false }, async (running) => {
    await asked(running);
    assertEquals((await running.questions.answer("b", "yes")).outcome, "switched");
    assertEquals(running.pair.site.provider, "b");
  });
});

Deno.test("after a no nothing happens and nothing is asked", async () => {
  await withPair({}, async (running) => {
    const { pair, questions, events } = running;
    await asked(running);
    assertEquals((await questions.answer("b", "no")).outcome, "declined");
    assertEquals((await questions.answer("b", "yes")).outcome, "unasked");
    assertEquals([pair.site.provider, events], ["a", ["asked b for a", "no b"]]);
  });
});

Deno.test("a question that nobody answers ends by itself", async () => {
  await withPair({ answerWithinMs: 50 }, async (running) => {
    const { pair, events } = running;
    await pair.eventually(() => events.length === 2, "the end of the question");
    assertEquals([pair.site.provider, events], ["a", ["asked b for a", "expired b"]]);
  });
});

Deno.test("a lost network is replaced by one that needs a person and a command after a yes", async () => {
  await withPair({ b: "raisable" }, async (running) => {
    const { pair, connector, questions, events, pulled } = running;
    pulled.add("a");
    pair.site.providerLost("a", "pulled");
    await asked(running);
    assertEquals(connector.asked, []);
    assertEquals((await questions.answer("b", "yes")).outcome, "switched");
    assertEquals([pair.site.provider, connector.asked], ["b", ["up b"]]);
    assertEquals(events, ["asked b for a", "yes b"]);
  });
});

Deno.test("a lost network is replaced by one that is up and needs a person after a yes", async () => {
  await withPair({}, async (running) => {
    const { pair, questions, pulled } = running;
    pulled.add("a");
    pair.site.providerLost("a", "pulled");
    await asked(running);
    assertEquals((await questions.answer("b", "yes")).outcome, "switched");
    await pair.until((site) => site.state === "connected" && site.provider === "b");
  });
});

Deno.test("a yes to a provider whose command fails says so, and the old network stays", async () => {
  await withPair({ b: "raisable" }, async (running) => {
    const { pair, connector, questions, pulled } = running;
    connector.broken.set("b", "its up command hangs");
    pulled.add("a");
    pair.site.providerLost("a", "pulled");
    await asked(running);
    assertEquals(await questions.answer("b", "yes"), {
      outcome: "failed",
      provider: "b",
      error: "Cannot connect b: its up command hangs",
    });
    pulled.delete("a");
    pair.site.providersChanged();
    await pair.until((site) => site.state === "connected" && site.provider === "a");
  });
});
