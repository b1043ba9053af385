import { assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { PATIENCE_MS } from "./kit/pair_settings.ts";
import { echo } from "./kit/server_application.ts";

/** How a connection ended that says nothing; a bounded wait for it. */
async function endOf(conn: Deno.TcpConn): Promise<"ended" | "reset"> {
  const buffer = new Uint8Array(100);
  try {
    while (await conn.read(buffer) !== null);
    return "ended";
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    return "reset";
  }
}

for (const security of ["tls", "none"] as const) {
  Deno.test(`a stranger who says nothing is hung up on when his time is over, security ${security}`, async () => {
    await using server = echo();
    await using pair = await LoopbackPair.connected(server.port, { security, handshakeMs: 200 });
    const strangers = await Promise.all(
      Array.from({ length: 5 }, () => Deno.connect({ hostname: "127.0.0.1", port: pair.port })),
    );
    const close = () => strangers.forEach((conn) => conn.close());
    const late = setTimeout(close, PATIENCE_MS);
    const ends = await Promise.all(strangers.map(endOf));
    clearTimeout(late);
    close();
    assertEquals(new Set(ends), new Set(["reset"]));
    assertEquals(pair.server.counters.timedOut, 5);
    assertEquals(pair.server.sessions.size, 1);
  });
}
