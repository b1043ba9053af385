import { dial } from "../../../lib/net/dial.ts";
import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { listenPlain } from "../../../lib/net/listen.ts";
import { addressOf } from "../../../lib/net/socket_address.ts";
import { findConnection } from "../../../lib/net/socket_table.ts";
import { assert, assertEquals } from "../../assert.ts";
import { CAN_BE_ASKED, keepAliveOf } from "./kit/keep_alive_of.ts";

const MSG_OOB = 1;
/** Where the urgent byte stands, what is written, and which of it is urgent. */
const URGENT = [
  ["first", ["X", "def"], "X"],
  ["between", ["abc", "X", "def"], "X"],
  ["last", ["abc", "X"], "X"],
  ["alone", ["X"], "X"],
] as const;

Deno.test({
  name: "applications that are accepted and dialled are asked whether their hosts live",
  ignore: !CAN_BE_ASKED,
  async fn() {
    const listener = listenPlain({ host: "127.0.0.1", port: 0 });
    const signal = AbortSignal.timeout(10_000);
    const target = { host: "127.0.0.1", port: listener.port };
    const [dialled, accepted] = await Promise.all([
      dial(target, { kind: "any" }, { signal, keepAlive: { idleMs: 60_000 } }),
      listener.accept(),
    ]);
    assert(accepted !== null);
    const common = { isOn: true, count: 3, userTimeout: 0 };
    const asked = [dialled, accepted].map((end) =>
      keepAliveOf(end.localAddress, end.remoteAddress)
    );
    assertEquals(asked, [
      { ...common, idleSeconds: 60, intervalSeconds: 7 },
      { ...common, idleSeconds: 30, intervalSeconds: 3 },
    ]);
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
    ignore: !CAN_BE_ASKED,
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
  ignore: !CAN_BE_ASKED,
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

Deno.test({
  name: "an application that does not read for longer than keepalive loses nothing",
  ignore: !CAN_BE_ASKED,
  async fn() {
    const idleMs = 1_000;
    const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const signal = AbortSignal.timeout(30_000);
    const target = { host: "127.0.0.1", port: server.addr.port };
    const [dialled, accepted] = await Promise.all([
      dial(target, { kind: "any" }, { signal, keepAlive: { idleMs } }),
      server.accept(),
    ]);
    const sent = new Uint8Array(16 * 1024 * 1024);
    const sending = dialled.write(sent).then(() => dialled.closeWrite())
      .then(() => "sent", (error) => error.code);
    const pausedAt = performance.now();
    let isSettled = false;
    while (performance.now() - pausedAt < 4 * idleMs) {
      const again = dialled.lookForAnswer?.() ?? null;
      isSettled ||= again === null;
      await new Promise((resolve) => setTimeout(resolve, again ?? 0));
    }
    assert(!isSettled, "it was not written to all the time");
    let count = 0;
    const buffer = new Uint8Array(256 * 1024);
    for (
      let read = await accepted.read(buffer);
      read !== null;
      read = await accepted.read(buffer)
    ) {
      count += read;
    }
    assertEquals([await sending, count], ["sent", sent.length]);
    while (dialled.lookForAnswer?.() !== null) {
      await new Promise((resolve) => setTimeout(resolve, 10)); // its end is still to be answered
    }
    for (const end of [dialled, accepted, server]) end.close();
  },
});
