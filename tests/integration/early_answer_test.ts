import { assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { closeQuietly, pattern, ServerApplication, writeAll } from "./kit/server_application.ts";

const ANSWER = new TextEncoder().encode("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
const CLIENTS = 10;

/** What a client reads that goes on uploading until it is told not to. */
async function answerTo(client: Deno.TcpConn): Promise<number> {
  const upload = writeAll(client, pattern(8_000_000)).catch(() => {}); // refusing it is the point
  const buffer = new Uint8Array(1_000);
  let read = 0;
  try {
    for (let n = await client.read(buffer); n !== null; n = await client.read(buffer)) read += n;
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  await upload;
  closeQuietly(client);
  return read;
}

Deno.test("a server that answers and hangs up in the middle of an upload is heard", async () => {
  await using server = new ServerApplication(async (conn) => {
    await conn.read(new Uint8Array(200));
    await writeAll(conn, ANSWER);
  });
  await using pair = await LoopbackPair.connected(server.port);
  const answers = await Promise.all(
    Array.from({ length: CLIENTS }, async () => answerTo(await pair.connect())),
  );
  assertEquals(answers, Array(CLIENTS).fill(ANSWER.length));
});
