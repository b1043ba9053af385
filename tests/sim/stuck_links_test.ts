/** One link among many that leads nowhere, a slow application that looks like one, and idle links. */
import { assert, assertEquals } from "../assert.ts";
import type { SimConn } from "./sim_conn.ts";
import { World } from "./world.ts";

/** The link of the only stream, at CNAPT's end. */
function streamLink(world: World): SimConn {
  const bound = world.network.openLinks.filter(({ firstFrame }) =>
    firstFrame.message?.kind === "bind"
  ).at(-1);
  assert(bound !== undefined, world.describe());
  return bound.cnapt;
}

const binds = (world: World) =>
  world.network.firstFrames.filter(({ kind }) => kind === "bind").length;

for (const talker of ["client", "server"] as const) {
  Deno.test(`a link that is swallowed while the ${talker} talks is replaced within a second`, async () => {
    const talks = { sendsBytes: 60_000, pieceBytes: 100, sendPauseMs: 20 };
    const world = await World.connected([{
      client: { sendsBytes: 100 },
      server: { sendsBytes: 100 },
      [talker]: talks,
    }]);
    await world.run(1_000);
    const hears = () => world.stream(1)[talker === "client" ? "server" : "client"]?.received ?? 0;
    streamLink(world).silence();
    const before = hears();
    await world.run(1_000);
    assert(hears() > before + 1_000, `${hears() - before} bytes; ${world.describe()}`);
    assertEquals([binds(world), world.switched], [2, 0]);
    await world.finish();
  });
}

Deno.test("an application that reads nothing for a minute costs no link", async () => {
  const world = await World.connected([{
    client: { sendsBytes: 300_000, pieceBytes: 10_000 },
    server: { sendsBytes: 0, stuck: { from: 500, until: 60_500 }, isLastToEnd: true },
  }]);
  await world.run(60_000);
  assertEquals([binds(world), world.switched], [1, 0]);
  await world.finish();
});

for (const talker of ["client", "server"] as const) {
  Deno.test(`a stream whose idle link is ended rests, and goes on when the ${talker} speaks`, async () => {
    const quiet = { sendsBytes: 2, pieceBytes: 1, sendPauseMs: 0 };
    const late = { sendsBytes: 40, pieceBytes: 1, sendPauseMs: 2_000 };
    const world = await World.connected([{
      client: { ...quiet, isLastToEnd: true },
      server: { ...quiet, isLastToEnd: true },
      [talker]: late,
    }]);
    const other = talker === "client" ? "server" : "client";
    await world.runUntil(() => (world.stream(1)[other]?.received ?? 0) > 3);
    streamLink(world).close();
    await world.run(50);
    const before = binds(world);
    await world.finish();
    assert(binds(world) - before <= 1, `${binds(world) - before} more`);
  });
}
