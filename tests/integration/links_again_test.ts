import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { echo, pattern, readAll, writeAll } from "./kit/server_application.ts";

const CONNECTIONS = 600;
const AT_ONCE = 8;

for (const security of ["none", "tls"] as const) {
  Deno.test(`short connections use a few links again and again, each with its own bytes, security ${security}`, async () => {
    await using server = echo();
    await using pair = await LoopbackPair.connected(server.port, { security });
    let left = CONNECTIONS;
    const oneAfterTheOther = async () => {
      for (let number = left--; number > 0; number = left--) {
        using conn = await pair.connect();
        const bytes = pattern(1 + (number * 997) % 9_000);
        await writeAll(conn, bytes);
        await conn.closeWrite();
        assertEquals(await readAll(conn), bytes);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, oneAfterTheOther));
    const { accepted } = pair.server.snapshot().counters;
    assert(accepted < CONNECTIONS / 2, `${accepted} links for ${CONNECTIONS} connections`);
    assert(!/violation|internal-error/.test(pair.log()), pair.log());
  });
}

Deno.test("links that were used again carry their connections across a switch", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  for (let i = 0; i < 10; i++) {
    using conn = await pair.connect();
    await writeAll(conn, pattern(100));
    await conn.closeWrite();
    assertEquals((await readAll(conn)).length, 100);
  }
  using conn = await pair.connect();
  await writeAll(conn, pattern(50_000));
  await pair.switchTo("b", "overlapped");
  await conn.closeWrite();
  assertEquals(await readAll(conn), pattern(50_000));
});
