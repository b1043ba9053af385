import { RateProbe } from "../../../../lib/relay/link/rate_probe.ts";
import type { Link } from "../../../../lib/relay/link/link.ts";
import { moveBytes, takeBytes } from "../../../../lib/relay/link/measured_bytes.ts";
import { pause } from "../../../../lib/relay/run/pause.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { LinkWorld, provider } from "./kit/link_world.ts";

const NEVER = new AbortController().signal;
const SIZE = { down: 100_000, up: 50_000 };

/** A world in which SNAPT answers a probe, with so many ms before each piece that it sends. */
function worldWith(pieceMs: number, pieces = 10): LinkWorld {
  const world = new LinkWorld("a");
  world.take = (link, first) => {
    if (first.kind !== "measure") return link.close();
    const { up, down } = first;
    world.site.run("answer", async () => {
      await takeBytes(link, up, world.site);
      link.send({ kind: "measured", tookUs: 20_000 });
      await link.flushed();
      for (let i = 0; i < pieces && link.isOpen; i++) {
        await pause(world.site, pieceMs, world.site.signal);
        await moveBytes(link, down / pieces).catch(() => {}); // it was given up
      }
    });
  };
  return world;
}

async function probed(world: LinkWorld) {
  const probe = new RateProbe({ dialer: world.dialer, tasks: world.site });
  let outcome: unknown = null;
  const done = probe.measure(provider("a"), SIZE, NEVER).then((value) => outcome = value);
  for (let i = 0; i < 400 && outcome === null; i++) await world.clock.advance(20);
  await done;
  return outcome;
}

/** Nothing of what is queued for CNAPT goes out any more: it has closed with a reset. */
async function assertOver(world: LinkWorld): Promise<void> {
  for (const { conn } of world.openAt("a")) {
    await assertRejects(() => conn.write(new Uint8Array(1)), ConnFailed);
  }
}

Deno.test("a probe says how fast both directions went", async () => {
  const world = worldWith(10);
  // SNAPT says that 50 kB took 20 ms; 100 kB come within 100 to 200 ms of this clock.
  const outcome = await probed(world);
  const { kind, up, down } = outcome as { kind: string; up: number; down: number };
  assertEquals([kind, up], ["moved", 2_500_000]);
  assertEquals(down >= 500_000 && down <= 1_000_000, true, `${down}`);
  await assertOver(world);
});

Deno.test("a probe that is not through after a second says what went through until then", async () => {
  const world = worldWith(500);
  const { kind, up, down } = await probed(world) as { kind: string; up: number; down: number };
  assertEquals([kind, up], ["tooSlow", 2_500_000]);
  assertEquals(down >= 9_000 && down <= 22_000, true, `${down}`);
  await assertOver(world);
});

Deno.test("a probe over a network where nobody answers has failed, one that SNAPT declines has not", async () => {
  const away = new LinkWorld("a");
  away.let("a", "unreachable");
  assertEquals(await probed(away), {
    kind: "failed",
    detail: "did not answer a probe (unreachable)",
  });
  const full = new LinkWorld("a");
  full.take = (link: Link) => {
    link.send({ kind: "refused", code: "full", sentence: "enough for now" });
  };
  assertEquals(await probed(full), {
    kind: "declined",
    detail: "was not allowed (enough for now)",
  });
  const refusing = new LinkWorld("a");
  refusing.let("a", { refused: "full" });
  assertEquals(await probed(refusing), { kind: "declined", detail: "was not allowed (not today)" });
});

Deno.test("a probe that is answered by something else has failed", async () => {
  const world = new LinkWorld("a");
  world.take = (link) => link.send({ kind: "okToRedirection", epoch: 3 });
  const other = new LinkWorld("a");
  other.take = (link) => link.close();
  for (const one of [world, other]) {
    assertEquals((await probed(one) as { kind: string }).kind, "failed");
  }
});
