import { SYSTEM_CLOCK } from "../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../lib/relay/run/task_group.ts";
/** A session without a network has one connected for it, and what was connected is closed again. */
import { DEFAULT_THRESHOLDS } from "../../lib/core/decision/thresholds.ts";
import { PREFERENCES } from "../../lib/core/decision/weights.ts";
import { decidedSite } from "../../lib/relay/site/decided_site.ts";
import type { DecisionSettings } from "../../lib/relay/decision/decision_settings.ts";
import { DecisionTask } from "../../lib/relay/decision/decision_task.ts";
import { assert, assertEquals } from "../assert.ts";
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
  readonly task: DecisionTask;
  /** Those that are pulled. */
  readonly pulled: Set<string>;
}

/** `a` is a cable, `b` has to be connected by a command. */
async function withPair(
  settings: Partial<DecisionSettings>,
  test: (running: Running) => Promise<void>,
  pulledBefore: readonly string[] = [],
): Promise<void> {
  await using application = echo();
  const connector = new ScriptedConnector(["b"], ["b"]);
  const pulled = new Set(pulledBefore);
  const isThere = (key: string) => !pulled.has(key) && connector.stateOf(key) === "up";
  await using pair = await LoopbackPair.start(application.port, {
    connector,
    isCandidate: isThere,
  });
  const rows = () => [
    ...(pulled.has("a") ? [] : [providerRow("a", "127.0.0.2")]),
    providerRow("b", "127.0.0.3", { priority: 9, state: connector.stateOf("b") }),
  ];
  const log = new TestLog(pair.cnaptLog.lines);
  const task = new DecisionTask({
    settings: { ...SETTINGS, ...settings },
    subject: decidedSite(pair.site),
    rows,
    tasks: TaskGroup.root(SYSTEM_CLOCK, log),
    log,
  });
  task.start();
  try {
    await test({ pair, connector, task, pulled });
  } finally {
    await task.stop();
  }
}

const onProvider = (pair: LoopbackPair, provider: string) =>
  pair.until((site) => site.state === "connected" && site.provider === provider);

Deno.test("a lost network is replaced by one that is connected for it, and gone back to", async () => {
  await withPair({}, async ({ pair, connector, task, pulled }) => {
    await onProvider(pair, "a");
    pulled.add("a");
    pair.site.providerLost("a", "pulled");
    await onProvider(pair, "b");
    assertEquals(connector.asked, ["up b"]);
    const sudden = task.snapshot().decisions.find((one) => one.kind === "sudden");
    assertEquals(sudden?.reasons.map(({ code }) => code), ["lost", "needsCommand"]);
    pulled.delete("a");
    await onProvider(pair, "a");
    await pair.eventually(() => connector.asked.length === 2, "the modem is closed");
    assertEquals(connector.asked, ["up b", "down b"]);
  });
});

Deno.test("CNAPT that starts without a network has one connected", async () => {
  await withPair({}, async ({ pair, connector }) => {
    await onProvider(pair, "b");
    assertEquals(connector.asked, ["up b"]);
  }, ["a"]);
});

Deno.test("nothing is connected for it when the decision is switched off", async () => {
  await withPair({ mode: "off" }, async ({ pair, connector }) => {
    await pair.until((site) => site.failures.length > 0);
    assertEquals(connector.asked, []);
  }, ["a"]);
});

Deno.test("a command that fails is not run again and again", async () => {
  await withPair({}, async ({ pair, connector, task, pulled }) => {
    connector.broken.set("b", "its up command hangs");
    await onProvider(pair, "a");
    pulled.add("a");
    pair.site.providerLost("a", "pulled");
    await pair.eventually(
      () => task.snapshot().decisions.at(-1)?.reasons.at(-1)?.code === "noAlternative",
      "nothing is left to try",
    );
    assertEquals(
      pair.receipts.map(({ kind, outcome, to, reason }) => [kind, outcome, to, reason]),
      [
        ["sudden", "failed", "b", "Cannot connect b: its up command hangs"],
      ],
    );
    const b = task.snapshot().providers.find(({ candidate }) => candidate.key === "b");
    assert(b?.measurement?.reach.kind === "silent");
    assertEquals(b.measurement.reach.detail, "its up command hangs");
    pulled.delete("a");
    pair.site.providersChanged();
    await onProvider(pair, "a");
    assertEquals(connector.asked, ["up b"]);
  });
});

Deno.test("of one adapter the lost network is closed before the next is connected", async () => {
  await using application = echo();
  const connector = new ScriptedConnector(["b"], ["a"], "one");
  let isSilent = false;
  await using pair = await LoopbackPair.start(application.port, {
    connector,
    isCandidate: (key) => connector.stateOf(key) === "up" && !(key === "a" && isSilent),
  });
  const rows = () => [
    providerRow("a", "127.0.0.2", { state: connector.stateOf("a") }),
    providerRow("b", "127.0.0.3", { state: connector.stateOf("b") }),
  ];
  const log = new TestLog(pair.cnaptLog.lines);
  const task = new DecisionTask({
    settings: SETTINGS,
    subject: decidedSite(pair.site),
    rows,
    tasks: TaskGroup.root(SYSTEM_CLOCK, log),
    log,
  });
  task.start();
  try {
    await onProvider(pair, "a");
    isSilent = true;
    pair.site.providerLost("a", "it leads nowhere");
    await onProvider(pair, "b");
    assertEquals(connector.asked, ["down a", "up b"]);
  } finally {
    await task.stop();
  }
});
