import { assert, assertEquals } from "../assert.ts";
import { answer, bind, instanceOf, OWN_ID, parkLink } from "./kit/attacker.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { echo, pattern, readExactly, writeAll } from "./kit/server_application.ts";

Deno.test("an old SWITCH_UNEXPECTED is refused as stale", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  await pair.switchTo("b", "strict");
  const link = await parkLink(pair, OWN_ID);
  const instance = instanceOf(pair);
  link.send({ kind: "switchUnexpected", instance, epoch: 1, recordReceived: 0 });
  const said = await answer(link);
  assert(said?.kind === "refused" && said.code === "staleEpoch");
  assertEquals(pair.site.snapshot().state, "connected");
});

for (
  const [what, early, recordReceived] of [
    ["that acknowledges messages which never were", null, 1_000_000],
    ["after a BIND of its epoch with impossible positions", { received: 1 << 30 }, 0],
    ["after a BIND of its epoch from nowhere", { from: 1 << 30 }, 0],
  ] as const
) {
  Deno.test(`a SWITCH_UNEXPECTED ${what} does not end SNAPT`, async () => {
    await using server = echo();
    await using pair = await LoopbackPair.connected(server.port);
    using conn = await pair.connect();
    await writeAll(conn, pattern(100));
    await readExactly(conn, 100);
    const instance = instanceOf(pair);
    const bindLink = await parkLink(pair, OWN_ID);
    if (early !== null) {
      bindLink.send(bind(instance, { mode: "replay", epoch: 1, binding: 50, ...early }));
      await bindLink.flushed();
    }
    const link = await parkLink(pair, OWN_ID);
    link.send({ kind: "switchUnexpected", instance, epoch: 1, recordReceived });
    // Whoever has the key can disturb its own session, and no more: it goes on or starts anew.
    while (await link.nextMessage().catch(() => null) !== null);
    link.close();
    bindLink.close();
    await pair.until(({ state }) => state === "connected");
    using another = await pair.connect();
    await writeAll(another, pattern(100));
    assertEquals(await readExactly(another, 100), pattern(100));
  });
}
