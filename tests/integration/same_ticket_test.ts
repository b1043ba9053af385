import { assert, assertEquals } from "../assert.ts";
import { OWN_ID } from "./kit/attacker.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { SecondCnapt } from "./kit/second_cnapt.ts";
import { echo } from "./kit/server_application.ts";

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
