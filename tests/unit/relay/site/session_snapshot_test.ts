import { ALL_SERVICES } from "../../../../lib/core/decision/service_rule.ts";
import { sessionSnapshot } from "../../../../lib/relay/site/session_snapshot.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { openingOf } from "../../../opening.ts";
import { SiteWorld } from "./kit/site_world.ts";

Deno.test("where there is no session, nothing of one is shown", () => {
  assertEquals(sessionSnapshot(null), {
    away: null,
    failures: [],
    epoch: 0,
    roundTripMs: null,
    heardAgoMs: null,
    usualSilenceMs: null,
    relay: null,
    parkedLinks: 0,
    memoryBytes: 0,
    streams: [],
  });
});

Deno.test("a session is shown with its streams, and the snapshot stays as it was", async () => {
  const world = await SiteWorld.connected("a");
  const [application, relayed] = MemoryConn.pair();
  world.site.open(openingOf("ssh"), relayed);
  await world.advance(1_000);
  const before = sessionSnapshot(world.site.driver);
  assertEquals(
    before.streams.map(({ service, link, held, sentBytes }) => [
      service,
      link,
      held,
      sentBytes,
    ]),
    [["ssh", "bound", null, 0]],
  );
  await application.write(new Uint8Array(1_000));
  await world.advance(1_000);
  const [stream] = sessionSnapshot(world.site.driver).streams;
  assertEquals([stream?.sentBytes, stream?.acknowledgedBytes], [1_000, 1_000]);
  assertEquals([before.streams[0]?.sentBytes, before.failures], [0, []]);
});

Deno.test("a connection that waits for another network is shown with the reason", async () => {
  const world = new SiteWorld(["a"]);
  world.ruleOf = (provider) =>
    provider === "a" ? { kind: "allBut", names: new Set(["ssh"]) } : ALL_SERVICES;
  world.site.start();
  await world.advance(100);
  world.site.open(openingOf("ssh"), MemoryConn.pair()[1]);
  await world.advance(1_000);
  const [stream] = sessionSnapshot(world.site.driver).streams;
  assertEquals([stream?.held, stream?.link], ["ssh is not allowed over a", "unbound"]);
});

Deno.test("a session that does not reach SNAPT is shown with what keeps it from there", async () => {
  const world = new SiteWorld(["a"]);
  world.links.let("a", "unreachable");
  world.site.start();
  await world.advance(1_000);
  const { failures, epoch, streams } = sessionSnapshot(world.site.driver);
  assertEquals([failures.map(({ provider }) => provider), epoch, streams], [["a"], 0, []]);
  assert(failures[0]?.reason.includes("unreachable"), failures[0]?.reason);
});

Deno.test("the age of what was heard last grows between two answers, and not beyond the usual", async () => {
  const world = await SiteWorld.connected("a");
  const ages: number[] = [];
  for (let look = 0; look < 40; look++) {
    await world.advance(250);
    const { heardAgoMs, usualSilenceMs } = sessionSnapshot(world.site.driver);
    assert(heardAgoMs !== null && usualSilenceMs !== null, "there is a session");
    assert(heardAgoMs <= usualSilenceMs, `${heardAgoMs} ms of ${usualSilenceMs} ms`);
    ages.push(heardAgoMs);
  }
  assert(new Set(ages).size > 2, ages.join(" "));
});
