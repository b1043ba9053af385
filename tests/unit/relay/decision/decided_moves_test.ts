import { DecidedMoves } from "../../../../lib/relay/decision/decided_moves.ts";
import { NO_CONNECTOR } from "../../../../lib/relay/network/connector.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { DecidedSession } from "./kit/decided_session.ts";

const LIMIT_MS = 30_000;

/** The moves of a session, and those that did not work. */
class World {
  readonly session = new DecidedSession();
  readonly clock = this.session.world.clock;
  readonly log = this.session.world.log;
  readonly tasks = this.session.world.site.child("decision", "keepGoing");
  readonly failures: [string, string][] = [];
  readonly moves = new DecidedMoves({
    subject: this.session,
    tasks: this.tasks,
    log: this.log,
    failed: (to, reason) => this.failures.push([to, reason]),
  });

  /** A switch that goes on until it is called off; `ms` at which that happened. */
  neverEnds(): { calledOffAt: number | null } {
    const seen: { calledOffAt: number | null } = { calledOffAt: null };
    this.session.moving = (_to, signal) =>
      new Promise((resolve) =>
        signal.addEventListener("abort", () => {
          seen.calledOffAt = this.clock.now();
          resolve("it took too long");
        })
      );
    return seen;
  }
}

Deno.test("a decided switch that works is no failure, and none is under way after it", async () => {
  const world = new World();
  const moved = world.moves.begin("b", "it is better");
  assertEquals(world.moves.isMoving, true);
  assertEquals([await moved, world.moves.isMoving], [null, false]);
  assertEquals([world.session.moves, world.failures, world.log.lines], [["b"], [], []]);
});

Deno.test("a decided switch that does not work is told, with its reason", async () => {
  const world = new World();
  world.session.moving = () => Promise.resolve("nobody answers there");
  assertEquals(await world.moves.begin("b", "it is better"), "nobody answers there");
  assertEquals(world.failures, [["b", "nobody answers there"]]);
  assertEquals(world.log.lines, [
    'warn decided-switch-failed {"to":"b","reason":"nobody answers there"}',
  ]);
});

Deno.test("a decided switch is given up after its limit, and what a command may take beyond it", async () => {
  for (const patience of [0, 7_000]) {
    const world = new World();
    world.session.connector = { ...NO_CONNECTOR, patienceMs: () => patience };
    const seen = world.neverEnds();
    const moved = world.moves.begin("b", "it is better");
    await world.clock.advance(LIMIT_MS + patience - 1);
    assertEquals([seen.calledOffAt, world.moves.isMoving], [null, true]);
    await world.clock.advance(1);
    await moved;
    assertEquals([seen.calledOffAt, world.failures.length], [LIMIT_MS + patience, 1]);
  }
});

Deno.test("a switch that is called off because the decision stops is no failure of its network", async () => {
  const world = new World();
  const seen = world.neverEnds();
  const moved = world.moves.begin("b", "it is better");
  await settle();
  world.tasks.close();
  await moved;
  assertEquals([seen.calledOffAt, world.failures, world.log.lines], [0, [], []]);
});

Deno.test("a mistake of ours in a switch is passed on, and keeps nobody from the next one", async () => {
  const world = new World();
  const { moving } = world.session;
  world.session.moving = () => Promise.reject(new TypeError("a mistake of ours"));
  await assertRejects(() => world.moves.begin("b", "it is better"), TypeError);
  assertEquals([world.moves.isMoving, world.clock.pending], [false, 0]);
  world.session.moving = moving;
  assertEquals(await world.moves.begin("b", "it is better"), null);
});

Deno.test("all is settled when no switch is under way, also after one that was a mistake", async () => {
  const world = new World();
  await world.moves.settled();
  const end = Promise.withResolvers<string | null>();
  world.session.moving = () => end.promise;
  const moved = world.moves.begin("b", "it is better").catch(() => "rejected");
  let isSettled = false;
  const settled = world.moves.settled().then(() => isSettled = true);
  await settle();
  assertEquals(isSettled, false);
  end.reject(new TypeError("a mistake of ours"));
  await settled;
  assertEquals(await moved, "rejected");
});
