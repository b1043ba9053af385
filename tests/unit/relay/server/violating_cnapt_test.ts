/** What SnaptServer does with a CNAPT that violates the protocol and comes back. */
import { assertEquals } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { ServerWorld } from "./kit/server_world.ts";

Deno.test("a CNAPT that violates the protocol again and again is taken less and less often", async () => {
  const world = new ServerWorld();
  const taken: number[] = [];
  const end = world.clock.now() + 200_000;
  for (let instance = 1; world.clock.now() < end; instance++) {
    const link = await world.connect(1, instance.toString(16).padStart(16, "0"));
    if ((await link.nextMessage())?.kind === "ack") {
      taken.push(Math.round(world.clock.now() / 1_000));
      link.send({ kind: "switchStep1", epoch: 77, shape: "strict" });
      await settle();
    }
    link.close();
    await world.clock.advance(500);
  }
  const pauses = taken.slice(1).map((at, index) => at - (taken[index] ?? 0));
  assertEquals(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
  await world.stop();
});

Deno.test("a session whose CNAPT violated the protocol is kept, and goes on after the pause", async () => {
  const world = new ServerWorld();
  const control = await world.connect();
  control.send({ kind: "switchStep1", epoch: 77, shape: "strict" });
  await settle();
  const resume = async () => {
    const link = await world.park();
    link.send({
      kind: "switchUnexpected",
      instance: "0011223344556677",
      epoch: 1,
      recordReceived: 0,
    });
    await settle();
    const answer = await link.nextMessage();
    return answer?.kind === "refused" ? answer.code : answer?.kind;
  };
  assertEquals(await resume(), "staleEpoch");
  const other = await world.connect(2);
  assertEquals((await other.nextMessage())?.kind, "ack", "others do not wait");
  await world.clock.advance(1_000);
  assertEquals([await resume(), world.server.sessions.size], ["ack", 2]);
  await world.stop();
});
