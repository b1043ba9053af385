import { dial } from "../../../lib/net/dial.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { listenPlain } from "../../../lib/net/listen.ts";
import { findConnection } from "../../../lib/net/socket_table.ts";
import { assert, assertEquals } from "../../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
const opened = openLibc();
const isLinux = Deno.build.os === "linux" && opened.kind === "available";
const IPPROTO_TCP = 6;
const [IDLE, INTERVAL, COUNT, USER_TIMEOUT] = [4, 5, 6, 18];

/** What the system asks of a connection: seconds, seconds, how often, ms. */
function askedOf(local: string, remote: string): readonly number[] {
  const found = findConnection(local, remote);
  assert(found !== null);
  const { libc, fd } = found;
  return [IDLE, INTERVAL, COUNT, USER_TIMEOUT].map((name) => {
    const value = new Int32Array(1);
    const length = new Uint8Array(new Uint32Array([4]).buffer);
    assertEquals(libc.getsockopt(fd, IPPROTO_TCP, name, new Uint8Array(value.buffer), length), 0);
    return value[0] ?? 0;
  });
}

Deno.test({
  name: "applications that are accepted and dialled are asked whether their hosts live",
  ignore: !isLinux,
  async fn() {
    const listener = listenPlain({ host: "127.0.0.1", port: 0 });
    const signal = AbortSignal.timeout(10_000);
    const target = { host: "127.0.0.1", port: listener.port };
    const [dialled, accepted] = await Promise.all([
      dial(target, { kind: "any" }, { signal, keepAlive: { idleMs: 60_000 } }),
      listener.accept(),
    ]);
    assert(accepted !== null);
    assertEquals(askedOf(dialled.localAddress, dialled.remoteAddress), [60, 20, 3, 60_000]);
    assertEquals(askedOf(accepted.localAddress, accepted.remoteAddress), [30, 10, 3, 30_000]);
    for (const end of [dialled, accepted, listener]) end.close();
  },
});
