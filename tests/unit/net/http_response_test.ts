import { writeResponse } from "../../../lib/net/http_response.ts";
import { pushedBody, type PushSource, writePushed } from "../../../lib/net/pushed_body.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { MemoryConn } from "../../memory_conn.ts";

/** A source that says `pieces`, and whether anybody still listens to it. */
function source(pieces: readonly string[] = []) {
  const left = [...pieces];
  let state: "wanted" | "cancelled" = "wanted";
  const source: PushSource = {
    start: () => {},
    next: () => {
      const piece = left.shift();
      return piece === undefined ? "ended" : new TextEncoder().encode(piece);
    },
    cancel: () => state = "cancelled",
  };
  return { source, state: () => state };
}

function reader(method: string) {
  return { version: "1.1", method, gone: new AbortController().signal } as const;
}

async function textFrom(conn: MemoryConn): Promise<string> {
  let text = "";
  for (let bytes = await conn.readNext(); bytes !== null; bytes = await conn.readNext()) {
    text += new TextDecoder().decode(bytes);
  }
  return text;
}

Deno.test("a body is given up when its client leaves before the head is written", async () => {
  const [near] = MemoryConn.pair();
  const pushed = source();
  near.close();
  await assertRejects(
    () => writeResponse(near, new Response(pushedBody(pushed.source)), reader("GET")),
    ConnFailed,
  );
  assertEquals(pushed.state(), "cancelled");
});

Deno.test("a pushed body that ends by itself ends as an answer in chunks does", async () => {
  const [near, far] = MemoryConn.pair();
  const text = textFrom(far);
  const gone = new AbortController();
  await writePushed(near, source(["a"]).source, { isChunked: true, gone: gone.signal });
  await near.closeWrite();
  assertEquals(await text, "1\r\na\r\n0\r\n\r\n");
  assert(!gone.signal.aborted);
});
