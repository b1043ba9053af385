import { type Asker, NOBODY } from "../../../../lib/relay/decision/confirmations.ts";
import type { DecisionSettings } from "../../../../lib/relay/decision/decision_settings.ts";
import { DecisionTask } from "../../../../lib/relay/decision/decision_task.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { DecidedSession, SETTINGS } from "./kit/decided_session.ts";

function started(
  session: DecidedSession,
  settings: Partial<DecisionSettings> = {},
  asker: Asker = NOBODY,
): DecisionTask {
  const { site: tasks, log } = session.world;
  const task = new DecisionTask({
    settings: { ...SETTINGS, ...settings },
    subject: session,
    rows: () => session.rows,
    tasks,
    log,
    asker,
  });
  task.start();
  return task;
}

Deno.test("the decision moves to a better network after that was well for the stable time", async () => {
  const session = new DecidedSession();
  const task = started(session);
  await session.world.clock.advance(29_000);
  assertEquals(session.moves, []);
  await session.world.clock.advance(5_000);
  assertEquals([session.moves, session.provider], [["b"], "b"]);
  assert(task.snapshot().decisions.some(({ kind, to }) => kind === "planned" && to === "b"));
  await task.stop();
});

Deno.test("a switch that was decided on and failed is told, and tried again later", async () => {
  const session = new DecidedSession();
  session.moving = () => Promise.resolve("b is gone again");
  const task = started(session);
  await session.world.clock.advance(35_000);
  assertEquals(session.moves, ["b"]);
  assert(session.world.log.of("warn").some((line) => line.includes("b is gone again")));
  await session.world.clock.advance(60_000);
  assertEquals(session.moves.length, 1, "it is on trial for twice as long");
  await session.world.clock.advance(30_000);
  assertEquals(session.moves.length, 2);
  await task.stop();
});

Deno.test("a mistake in a switch is logged once, and does not keep the decision from going on", async () => {
  const session = new DecidedSession();
  session.moving = () => Promise.reject(new TypeError("Cannot move: a mistake of ours"));
  const task = started(session);
  await session.world.clock.advance(40_000);
  assert(session.moves.length > 1, `${session.moves.length} moves`);
  assertEquals(session.world.log.of("error").length, 1);
  assert(session.world.log.of("error")[0]?.includes("decision home/switch"));
  await task.stop();
});

Deno.test("a mistake in who asks keeps no switch from happening", async () => {
  const session = new DecidedSession();
  const fail = () => {
    throw new TypeError("Cannot ask: a mistake of ours");
  };
  const task = started(session, {}, { suggest: fail, withdraw: fail });
  await session.world.clock.advance(35_000);
  assertEquals(session.moves, ["b"]);
  assertEquals(session.world.log.of("error").length, 1);
  await task.stop();
});

Deno.test("a mistake in the table is logged, and the next check comes all the same", async () => {
  const session = new DecidedSession();
  const { rows } = session;
  Object.defineProperty(session, "rows", {
    get() {
      if (session.world.clock.now() < 5_000) throw new TypeError("Cannot list: a mistake of ours");
      return rows;
    },
  });
  const task = started(session);
  await session.world.clock.advance(40_000);
  assertEquals(session.moves, ["b"]);
  assert(session.world.log.of("error").length > 0);
  await task.stop();
});

Deno.test("mode off decides nothing", async () => {
  const session = new DecidedSession();
  const task = started(session, { mode: "off" });
  await session.world.clock.advance(60_000);
  assertEquals([session.moves, session.world.dials], [[], []]);
  await task.stop();
});

Deno.test("other settings count from the next check on, and nothing that was measured is lost", async () => {
  const session = new DecidedSession();
  const task = started(session);
  await session.world.clock.advance(12_000);
  assertEquals(session.moves, []);
  task.useSettings({ ...SETTINGS, checkMs: 100, stableMs: 10_000 });
  await session.world.clock.advance(200);
  assertEquals(session.moves, ["b"]);
  assertEquals(task.snapshot().stableMs, 10_000);
  await task.stop();
});

Deno.test("a decision is turned on and off while it runs, and what it asked is taken back", async () => {
  const session = new DecidedSession();
  const asked: string[] = [];
  const task = started(session, { mode: "off" }, {
    suggest: ({ to }) => asked.push(to),
    withdraw: () => asked.push("nothing"),
  });
  task.useSettings({ ...SETTINGS, mode: "manual" });
  await session.world.clock.advance(35_000);
  assertEquals([asked.at(-1), session.standby.count > 0], ["b", true]);
  task.useSettings({ ...SETTINGS, mode: "off" });
  assertEquals([asked.at(-1), session.standby.count], ["nothing", 0]);
  const { length } = asked;
  await session.world.clock.advance(60_000);
  assertEquals([asked.length, session.moves, session.standby.count], [length, [], 0]);
  await task.stop();
});

Deno.test("links are parked, and closed, as soon as the settings want it", async () => {
  const session = new DecidedSession();
  const task = started(session, { standby: "off" });
  await session.world.clock.advance(2_000);
  assertEquals(session.standby.count, 0);
  task.useSettings(SETTINGS);
  await session.world.clock.advance(100);
  assert(session.standby.count > 0);
  task.useSettings({ ...SETTINGS, standby: "off" });
  await session.world.clock.advance(100);
  assertEquals(session.standby.count, 0);
  await task.stop();
});

Deno.test("a decision that stops calls off the switch under way, and nothing comes after", async () => {
  const session = new DecidedSession();
  session.moving = (_to, signal) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve("called off")));
  const task = started(session);
  await session.world.clock.advance(35_000);
  await task.stop();
  await session.world.clock.advance(60_000);
  assertEquals([session.moves, session.world.log.of("error")], [["b"], []]);
});

Deno.test("manual mode suggests, and moves when somebody says yes", async () => {
  const session = new DecidedSession();
  const suggested: string[] = [];
  const task = started(session, { mode: "manual" }, {
    suggest: ({ to }) => suggested.push(to),
    withdraw: () => {},
  });
  await session.world.clock.advance(35_000);
  assertEquals([session.moves, suggested[0]], [[], "b"]);
  assertEquals(await task.confirm("b"), null);
  assertEquals(await task.confirm("b"), null);
  assertEquals(session.moves, ["b"]);
  await task.stop();
});

Deno.test("the snapshot shows each network with its points, and which one was chosen", async () => {
  const session = new DecidedSession();
  const task = started(session);
  assertEquals(task.choose("a"), null);
  await session.world.clock.advance(2_000);
  const { chosen, providers } = task.snapshot();
  assertEquals(chosen, "a");
  assertEquals(providers.map(({ candidate: { key }, isCurrent }) => [key, isCurrent]), [
    ["a", true],
    ["b", false],
  ]);
  assert(providers.every(({ score }) => score !== null));
  await task.stop();
});

/** Lets so many seconds pass while a download moves half a megabyte in each. */
async function download(session: DecidedSession, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    const down = (session.moved.get(1)?.down ?? 0) + 500_000;
    session.moved = new Map([[1, { down, up: 0 }]]);
    await session.world.clock.advance(1_000);
  }
}

Deno.test("streams go to a better network after that has carried as much in a probe", async () => {
  const session = new DecidedSession();
  const task = started(session);
  await download(session, 29);
  assertEquals([session.measured, session.moves], [[], []]);
  await download(session, 5);
  assertEquals([session.measured, session.moves], [["b 262144 0"], ["b"]]);
  const probing = task.snapshot().decisions.find(({ reasons }) =>
    reasons.some(({ code }) => code === "probing")
  );
  assertEquals([probing?.kind, probing?.on], ["keep", "a"]);
  await task.stop();
});

Deno.test("a network that a probe finds too slow is not gone to, and why says so", async () => {
  const session = new DecidedSession();
  session.measuring = () => Promise.resolve({ kind: "tooSlow", down: 8_000, up: null });
  const task = started(session);
  await download(session, 35);
  assertEquals([session.measured.length, session.moves], [1, []]);
  const shown = task.snapshot().providers.find(({ candidate }) => candidate.key === "b");
  assertEquals([shown?.trial?.trialMs, shown?.rate], [60_000, null]);
  assert(task.snapshot().decisions.at(-1)?.reasons[0]?.text.includes("8.0 kB/s down"));
  await download(session, 60);
  assertEquals([session.measured.length, session.moves], [2, []]);
  await task.stop();
});

Deno.test("who asks hears what a network carries, of a metered one only by its name", async () => {
  const session = new DecidedSession();
  session.rows = session.rows.map((row) =>
    row.candidate.key === "b" ? { ...row, candidate: { ...row.candidate, metered: true } } : row
  );
  session.measuring = () => Promise.resolve({ kind: "moved", down: 9_000_000, up: 1_000_000 });
  const task = started(session);
  const rates = { problem: null, down: 9_000_000, up: 1_000_000 };
  assertEquals(await task.measure(null), [{ provider: "a", ...rates }]);
  assertEquals(await task.measure("b"), [{ provider: "b", ...rates }]);
  assertEquals(await task.measure("none"), []);
  session.measuring = () => Promise.resolve({ kind: "declined", detail: "enough for now" });
  assertEquals(await task.measure("b"), [
    { provider: "b", problem: "enough for now", down: null, up: null },
  ]);
  await task.stop();
});

Deno.test("a network that is known to be much slower has points for it", async () => {
  const session = new DecidedSession();
  session.measuring = (key) =>
    Promise.resolve({ kind: "moved", down: key === "a" ? 9_000_000 : 90_000, up: 1_000_000 });
  const task = started(session);
  await task.measure(null);
  await session.world.clock.advance(40_000);
  assertEquals(session.moves, [], "b would be first by its priority");
  const shown = task.snapshot().providers.find(({ candidate }) => candidate.key === "b");
  assert(shown?.score?.parts.some(({ name, points }) => name === "rate" && points > 30));
  await task.stop();
});

Deno.test("a session that was lost soon after it came somewhere goes back there later", async () => {
  const session = new DecidedSession();
  const task = started(session);
  await session.world.clock.advance(34_000);
  assertEquals(session.provider, "b");
  await session.world.clock.advance(10_000);
  session.loseTo("a");
  await session.world.clock.advance(50_000);
  assertEquals(session.moves, ["b"]);
  await session.world.clock.advance(20_000);
  assertEquals(session.moves, ["b", "b"]);
  await task.stop();
});
