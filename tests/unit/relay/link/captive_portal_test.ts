import { isWebServer } from "../../../../lib/relay/link/captive_portal.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { type Answer, LinkWorld, provider } from "./kit/link_world.ts";

const NEVER = new AbortController().signal;

async function isWeb(answer: Answer): Promise<boolean> {
  const world = new LinkWorld("a");
  world.let("a", answer);
  const limit = { clock: world.site, signal: NEVER };
  const found = isWebServer(world.dialer, provider("a"), limit);
  await world.clock.advance(3_000);
  assertEquals(world.clock.pending, 0);
  return await found;
}

Deno.test("a web server in SNAPT's place is recognized", async () => {
  assertEquals(await isWeb("webServer"), true);
});

Deno.test("who says something else, nothing, or is not there is no web server", async () => {
  for (const answer of ["stranger", "silent", "unreachable", "hangsUp", "answers"] as const) {
    assertEquals([answer, await isWeb(answer)], [answer, false]);
  }
});

Deno.test("a mistake of ours is not taken for an answer", async () => {
  await assertRejects(() => {
    const world = new LinkWorld("a");
    world.let("a", "mistake");
    return isWebServer(world.dialer, provider("a"), { clock: world.site, signal: NEVER });
  }, TypeError);
});
