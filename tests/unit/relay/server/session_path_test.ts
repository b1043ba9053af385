import { idsOfClient, pathsOf, sessionKey } from "../../../../lib/relay/server/session_path.ts";
import { assertEquals } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { idOf, ServerWorld } from "./kit/server_world.ts";

Deno.test("the sessions of two CNAPTs, and two of one, have different keys", () => {
  const [one, other] = [idOf(1).toHex(), idOf(2).toHex()];
  const [first, second] = [{ instance: "0".repeat(16) }, { instance: "1".repeat(16) }];
  const keys = [sessionKey(one, first), sessionKey(one, second), sessionKey(other, first)];
  assertEquals(new Set(keys).size, 3);
  assertEquals(sessionKey(one, { ...first }), keys[0]);
});

Deno.test("a session is found by the name of its CNAPT", () => {
  const sessions = new Map([["aa", { client: { name: "laptop" } }]]);
  assertEquals([idsOfClient(sessions, "laptop"), idsOfClient(sessions, "phone")], [["aa"], []]);
});

Deno.test("the server shows the path of each session, under the key of its reports", async () => {
  const world = new ServerWorld();
  const link = await world.connect(1);
  await world.connect(2);
  const paths = pathsOf(world.server.sessions);
  assertEquals(paths.map(({ client, state }) => [client, state]), [
    ["laptop", "connected"],
    ["laptop", "connected"],
  ]);
  const keys = [1, 2].map((n) => sessionKey(idOf(n).toHex(), { instance: "0011223344556677" }));
  assertEquals(paths.map(({ session }) => session), keys);
  link.close();
  await settle();
  assertEquals(pathsOf(world.server.sessions).map(({ state }) => state), ["detached", "connected"]);
  assertEquals(paths[0]?.state, "connected", "what was shown before stays as it was");
  world.server.endSession(idOf(1).toHex());
  assertEquals(pathsOf(world.server.sessions).map(({ session }) => session), keys.slice(1));
  await world.stop();
});
