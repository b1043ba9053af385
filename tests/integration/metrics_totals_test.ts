import { assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { echo, pattern, readAll, writeAll } from "./kit/server_application.ts";

Deno.test("bytes and switches stay counted at both ends when streams and sessions end", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  const bytes = 300_000;
  const move = async () => {
    using conn = await pair.connect();
    const reading = readAll(conn);
    await writeAll(conn, pattern(bytes));
    await pair.switchTo(pair.site.provider === "a" ? "b" : "a", "overlapped");
    await conn.closeWrite();
    assertEquals((await reading).length, bytes);
  };
  await move();
  await move();
  const at = (traffic: typeof pair.server.traffic) => traffic.snapshot();
  const moved = { service: "echo", inBytes: 2 * bytes, outBytes: 2 * bytes };
  await pair.eventually(() => at(pair.site.totals.traffic)[0]?.streams === 0, "ended");
  await pair.eventually(() => at(pair.server.traffic)[0]?.streams === 0, "ended");
  assertEquals(at(pair.site.totals.traffic), [{ ...moved, streams: 0 }]);
  assertEquals(at(pair.server.traffic), [{ ...moved, streams: 0 }]);
  const { kinds } = pair.site.totals.switches.snapshot();
  assertEquals(kinds.map(({ kind, switched }) => [kind, switched]), [
    ["overlapped", 2],
    ["strict", 0],
    ["sudden", 0],
  ]);
  await pair.site.stop();
  assertEquals(at(pair.site.totals.traffic), [{ ...moved, streams: 0 }]);
});
