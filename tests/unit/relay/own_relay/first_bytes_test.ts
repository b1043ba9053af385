import { encodeParked } from "../../../../lib/core/relay/relay_messages.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { readFirstBytes } from "../../../../lib/relay/own_relay/first_bytes.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { extension, helloMessage, records, serverName } from "../../core/relay/kit/client_hello.ts";

const HELLO = records(
  helloMessage([...serverName("some.name"), ...extension(51, Array<number>(3_000).fill(1))]),
);
const TOKEN = new Uint8Array(16).fill(7);

async function readFrom(bytes: Uint8Array, pieceBytes: number) {
  const [near, far] = MemoryConn.pair();
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    await far.write(bytes.subarray(at, at + pieceBytes));
  }
  await far.closeWrite();
  return { read: await readFirstBytes(near), near };
}

Deno.test("a ClientHello is read whole, in pieces of one byte as well, and nothing behind it", async () => {
  for (const pieceBytes of [1, 700, HELLO.length, HELLO.length + 9]) {
    const { read, near } = await readFrom(Uint8Array.of(...HELLO, 1, 2, 3), pieceBytes);
    assertEquals(read, { kind: "hello", serverName: "some.name", bytes: HELLO });
    assertEquals((await near.readNext())?.[0], 1);
  }
});

Deno.test("a parked connection is read to its token, and nothing behind it", async () => {
  for (const pieceBytes of [1, 100]) {
    const { read, near } = await readFrom(Uint8Array.of(...encodeParked(TOKEN), 9), pieceBytes);
    assertEquals(read, { kind: "parked", token: TOKEN });
    assertEquals(await near.readNext(), Uint8Array.of(9));
  }
});

Deno.test("what begins otherwise, or ends too soon, is refused", async () => {
  const wrong = [new TextEncoder().encode("GET / HTTP/1.1"), HELLO.subarray(0, 50), TOKEN];
  for (const bytes of [...wrong, encodeParked(TOKEN).subarray(0, 20), new Uint8Array(0)]) {
    await assertRejects(() => readFrom(bytes, 5), ProtocolViolation);
  }
});
