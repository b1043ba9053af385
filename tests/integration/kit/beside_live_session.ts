import { assertEquals } from "../../assert.ts";
import { LoopbackPair } from "./loopback_pair.ts";
import type { PairSettings } from "./pair_settings.ts";
import { echo, pattern, readExactly, writeAll } from "./server_application.ts";

/** Runs `attack` beside a live session; that one must go on as if nothing had happened. */
export async function besideLiveSession(
  attack: (pair: LoopbackPair) => Promise<void>,
  settings: PairSettings = {},
): Promise<void> {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port, settings);
  using conn = await pair.connect();
  const ping = async () => {
    await writeAll(conn, pattern(5_000));
    assertEquals(await readExactly(conn, 5_000), pattern(5_000));
  };
  await ping();
  await attack(pair);
  await ping();
  assertEquals(pair.receipts, []);
  assertEquals(pair.site.snapshot().state, "connected");
}
