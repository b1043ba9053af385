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
