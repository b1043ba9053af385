import { SizeWatch } from "../../../../lib/relay/link/size_watch.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { LinkWorld, provider } from "./kit/link_world.ts";

const NEVER = new AbortController().signal;

/** A session on network `a`, with links parked there. */
async function made(mostBytes?: number) {
  const world = new LinkWorld("a");
  if (mostBytes !== undefined) world.mostBytes = mostBytes;
  await park(world);
  const changes: string[] = [];
  const watch = new SizeWatch({
    dialer: world.dialer,
    providers: world.providers,
    parked: world.parked,
    tasks: world.session,
    log: world.log,
    roundTripMs: () => 20,
    changed: (key) => changes.push(key),
  });
  const size = () => world.dialer.sizes.segmentBytesOn("a");
  return { world, watch, changes, size };
}

async function park(world: LinkWorld): Promise<void> {
  for (let count = 0; count < 3; count++) {
    world.parked.add(await world.dialer.openAtOnce(provider("a"), NEVER), "session");
  }
}

Deno.test("a network that carries full packets is left alone", async () => {
  const { world, watch, changes, size } = await made();
  watch.use("a");
  await world.clock.advance(5_000);
  assertEquals([size(), changes, world.dials.length, world.parked.count("session")], [
    null,
    [],
    3,
    3,
  ]);
  watch.close();
});

Deno.test("where full packets vanish the largest size that gets through is taken, and links replaced", async () => {
  const { world, watch, changes, size } = await made(1_318);
  watch.use("a");
  await world.clock.advance(5_000);
  assertEquals([size(), changes, world.parked.count("session")], [1_300, ["a"], 0]);
  assert(world.log.of("warn").some((line) => line.includes("path-size")));
  await park(world);
  watch.suspect();
  await world.clock.advance(10_000);
  assertEquals([size(), changes], [1_300, ["a"]], "what is dialled now gets through");
  watch.close();
});

Deno.test("a network that answers nothing at all has no size", async () => {
  const { world, watch, changes, size } = await made();
  world.silence("a");
  world.let("a", "silent");
  watch.use("a");
  await world.clock.advance(10_000);
  assertEquals([size(), changes], [null, []]);
  watch.close();
});

Deno.test("a size that shrinks later is found while something is carried", async () => {
  const { world, watch, size } = await made();
  watch.use("a");
  await world.clock.advance(10_000);
  world.mostBytes = 1_000;
  await world.clock.advance(120_000);
  assertEquals(size(), null, "nothing was carried");
  watch.noteTraffic();
  await world.clock.advance(10_000);
  assertEquals(size(), 984);
  watch.close();
});

Deno.test("full packets are taken again when they get through again", async () => {
  const { world, watch, changes, size } = await made(1_318);
  watch.use("a");
  await world.clock.advance(5_000);
  world.mostBytes = Infinity;
  await park(world);
  for (let minute = 0; minute < 7; minute++) {
    watch.noteTraffic();
    await world.clock.advance(60_000);
  }
  assertEquals([size(), changes], [null, ["a", "a"]]);
  watch.close();
});

Deno.test("links that are lost on a network that carries full packets are no matter of size", async () => {
  const { world, watch, changes, size } = await made();
  world.silence("a");
  watch.use("a");
  await world.clock.advance(10_000);
  assertEquals([size(), changes, world.parked.count("session")], [null, [], 1]);
  watch.close();
});

Deno.test("one packet that is lost in the dial of a full link says nothing of the size", async () => {
  const { world, watch, changes, size } = await made();
  const dial = world.dial.bind(world);
  let isFirst = true;
  world.dial = async (target, via, options) => {
    const isLost = isFirst && (options.segmentBytes ?? null) === null;
    if (isLost) {
      isFirst = false;
      await new Promise<void>((done) => void world.clock.timer(1_000, done)); // SYN is sent again
    }
    return await dial(target, via, options);
  };
  world.silence("a"); // a NAT has forgotten what was parked
  watch.use("a");
  await world.clock.advance(10_000);
  assertEquals([size(), changes, isFirst], [null, [], false]);
  watch.close();
});
