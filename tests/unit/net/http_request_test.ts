import { readRequest } from "../../../lib/net/http_request.ts";
import { assert, assertEquals } from "../../assert.ts";
import { MemoryConn } from "../../memory_conn.ts";

const signal = new AbortController().signal;

async function bodyRead(bodyBytes: number, headBytes: number, pieceBytes: number): Promise<string> {
  const [near, far] = MemoryConn.pair();
  const lines = ["POST /a HTTP/1.1", "host: localhost", `content-length: ${bodyBytes}`];
  const head = `${lines.join("\r\n")}\r\nx-fill: `;
  const fill = "f".repeat(Math.max(1, headBytes - head.length - 4));
  const bytes = new TextEncoder().encode(`${head}${fill}\r\n\r\n${"b".repeat(bodyBytes)}`);
  const reading = readRequest(near, signal);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    await far.write(bytes.subarray(at, at + pieceBytes));
  }
  const read = await reading;
  assert(read.kind === "request", read.kind);
  return await read.request.text();
}

for (const pieceBytes of [100_000, 2_048, 777]) {
  for (const headBytes of [100, 2_047, 2_048, 2_049, 8_000]) {
    Deno.test(`a body is read whole after ${headBytes} bytes of head, by ${pieceBytes} at once`, async () => {
      for (const bodyBytes of [0, 1, 2, 1_000, 2_048, 20_000]) {
        assertEquals((await bodyRead(bodyBytes, headBytes, pieceBytes)).length, bodyBytes);
      }
    });
  }
}

Deno.test("what follows a request is left alone", async () => {
  const [near, far] = MemoryConn.pair();
  const reading = readRequest(near, signal);
  await far.write(
    new TextEncoder().encode(
      "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\nabGET / ",
    ),
  );
  const read = await reading;
  assert(read.kind === "request", read.kind);
  assertEquals(await read.request.text(), "ab");
});
