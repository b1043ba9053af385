import { dial } from "../../../lib/net/dial.ts";
import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { listenPlain } from "../../../lib/net/listen.ts";
import { addressOf } from "../../../lib/net/socket_address.ts";
import { findConnection } from "../../../lib/net/socket_table.ts";
import { assert, assertEquals } from "../../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
const opened = openLibc();
const isLinux = Deno.build.os === "linux" && opened.kind === "available";
const IPPROTO_TCP = 6;
const MSG_OOB = 1;
/** Where the urgent byte stands, what is written, and which of it is urgent. */
const URGENT = [
  ["first", ["X", "def"], "X"],
  ["between", ["abc", "X", "def"], "X"],
  ["last", ["abc", "X"], "X"],
  ["alone", ["X"], "X"],
] as const;
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

/** Sends one byte as urgent data. */
function sendUrgent(conn: Deno.TcpConn, byte: string): void {
  const found = findConnection(addressOf(conn.localAddr), addressOf(conn.remoteAddr));
  assert(found !== null);
  const bytes = new TextEncoder().encode(byte);
  assertEquals(found.libc.sendto(found.fd, bytes, 1n, MSG_OOB, null, 0), 1);
}

/** Reads until `expected` is there, asking again whenever nothing comes. */
async function heard(conn: ByteConn, expected: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const asking = setInterval(() => conn.lookAgain?.(), 10);
  try {
    while (text.length < expected.length) {
      const piece = await conn.readNext();
      if (piece === null) break;
      text += decoder.decode(piece);
    }
  } finally {
    clearInterval(asking);
  }
  return text;
}

for (const [name, texts, urgent] of URGENT) {
  Deno.test({
    name: `a byte that is urgent is read among the rest when it is ${name}`,
    ignore: !isLinux,
    async fn() {
      const listener = listenPlain({ host: "127.0.0.1", port: 0 });
      const client = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
      const accepted = await listener.accept();
      assert(accepted !== null);
      const writer = new TextEncoder();
      for (const text of texts) {
        if (text === urgent) sendUrgent(client, text);
        else await client.write(writer.encode(text));
      }
      const expected = texts.join("");
      assertEquals(await heard(accepted, expected), expected);
      for (const end of [client, accepted, listener]) end.close();
    },
  });
}

Deno.test({
  name: "a server that is dialled is heard when its last byte is urgent",
  ignore: !isLinux,
  async fn() {
    const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const signal = AbortSignal.timeout(10_000);
    const target = { host: "127.0.0.1", port: server.addr.port };
    const [dialled, accepted] = await Promise.all([
      dial(target, { kind: "any" }, { signal, keepAlive: { idleMs: 60_000 } }),
      server.accept(),
    ]);
    await accepted.write(new TextEncoder().encode("ab"));
    sendUrgent(accepted, "X");
    assertEquals(await heard(dialled, "abX"), "abX");
    for (const end of [dialled, accepted, server]) end.close();
  },
});
