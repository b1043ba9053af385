import { askAround } from "../../../../lib/relay/link/ask_around.ts";
import { assertEquals } from "../../../assert.ts";
import { LinkWorld, provider } from "./kit/link_world.ts";

const NEVER = new AbortController().signal;

async function worldWithLinks(): Promise<LinkWorld> {
  const world = new LinkWorld("a", "b", "c");
  for (let count = 0; count < 5; count++) {
    world.parked.add(await world.dialer.openAtOnce(provider("a"), NEVER), "session");
  }
  for (const key of ["b", "c"]) await world.standby.probe(provider(key), 3, 4_000, NEVER);
  return world;
}

async function heardIn(world: LinkWorld): Promise<Record<string, number>> {
  const heard = { path: 0, other: 0 };
  const { parked, providers, session: tasks } = world;
  const asking = askAround("a", (over) => heard[over] += 1, { parked, providers, tasks });
  await world.clock.advance(3_000);
  await asking;
  return heard;
}

Deno.test("SNAPT is asked on three links of the network in doubt and two of each other", async () => {
  assertEquals(await heardIn(await worldWithLinks()), { path: 3, other: 4 });
});

Deno.test("who does not answer in time is not heard, and nothing waits for it", async () => {
  const world = await worldWithLinks();
  world.silence("a");
  assertEquals(await heardIn(world), { path: 0, other: 4 });
  assertEquals(world.clock.pending, 0);
});

Deno.test("nobody is asked where no link is parked", async () => {
  assertEquals(await heardIn(new LinkWorld("a", "b")), { path: 0, other: 0 });
});
