import { assert, assertEquals } from "../assert.ts";
import { answer, bind, instanceOf, OWN_ID, parkLink } from "./kit/attacker.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { SecondCnapt } from "./kit/second_cnapt.ts";
import { echo, pattern, readExactly, writeAll } from "./kit/server_application.ts";

Deno.test("of two CNAPTs with one ticket the later one stays, and the other says who took its place", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  await using second = await SecondCnapt.connected(pair, OWN_ID);
  await pair.until((site) => site.state === "refused");
  const { refusal, pause } = pair.site.snapshot();
  assertEquals(refusal?.code, "displaced");
  const told = "another CNAPT with the same ticket has connected, from 127.0.0.4:";
  assert(refusal?.sentence.startsWith(told), refusal?.sentence);
  assert(pause !== null && pause.remainingMs > 10_000);
  assert(pair.log().includes(told), pair.log());
  assertEquals(second.site.state, "connected");
});

Deno.test("the connections of the later one are served although the other binds late", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  const displaced = instanceOf(pair);
  await using second = await SecondCnapt.connected(pair, OWN_ID);
  for (const mode of ["replay", "open"] as const) {
    const late = await parkLink(pair, OWN_ID);
    late.send(bind(displaced, { mode }));
    assertEquals(await answer(late), null);
  }
  using conn = await second.connect();
  await writeAll(conn, pattern(100));
  assertEquals(await readExactly(conn, 100), pattern(100));
});
