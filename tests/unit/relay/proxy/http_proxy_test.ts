import { judgeAuthority, negotiateHttp, refuse } from "../../../../lib/relay/proxy/http_proxy.ts";
import { ProxyRefusal } from "../../../../lib/relay/proxy/proxy_request.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | null) => new TextDecoder().decode(bytes ?? undefined);
const CONNECT = "CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example\r\n\r\n";

async function negotiate(pieces: readonly string[], judge = judgeAuthority) {
  const [program, conn] = MemoryConn.pair();
  for (const piece of pieces) await program.write(encode(piece));
  await program.closeWrite();
  return await negotiateHttp(judge)(conn);
}

Deno.test("CONNECT asks for a destination, in however many pieces it comes", async () => {
  for (const pieces of [[CONNECT], [...CONNECT]]) {
    const request = await negotiate(pieces);
    assert(request?.kind === "open");
    assertEquals(request.target, { kind: "destination", host: "db.example", port: 5432 });
    assertEquals([request.site, request.rest.length], [null, 0]);
  }
});

Deno.test("what comes behind CONNECT in the same piece is the application's", async () => {
  const request = await negotiate([`${CONNECT}hello`]);
  assert(request?.kind === "open");
  assertEquals(decode(request.rest), "hello");
});

Deno.test("the outcome of CONNECT is told in the language of HTTP", async () => {
  const request = await negotiate([CONNECT]);
  assert(request?.kind === "open");
  assertEquals(decode(request.answer("opened")), "HTTP/1.1 200 Connection established\r\n\r\n");
  assert(decode(request.answer("notAllowed")).startsWith("HTTP/1.1 403 "));
  assert(decode(request.answer("timedOut")).startsWith("HTTP/1.1 504 "));
});

Deno.test("what is no CONNECT is refused with the status that says so", async () => {
  for (
    const [said, status] of [
      ["GET / HTTP/1.1\r\n\r\n", 405],
      ["\x16\x03\x01", 400],
      [`CONNECT a:1 HTTP/1.1\r\nX: ${"x".repeat(9_000)}`, 431],
    ] as const
  ) {
    const { answer } = await assertRejects(() => negotiate([said]), ProxyRefusal);
    assert(decode(answer).startsWith(`HTTP/1.1 ${status} `), decode(answer));
  }
});

Deno.test("a program that leaves before its request is whole asks for nothing", async () => {
  assertEquals([await negotiate([]), await negotiate(["CONNECT db.exa"])], [null, null]);
});

Deno.test("the judge gets the fields of the request, and says which site it goes through", async () => {
  const request = await negotiate(
    ["CONNECT ssh HTTP/1.1\r\nX-Site: home\r\n\r\n"],
    (name, fields) => ({
      target: { kind: "service", name },
      site: fields.get("x-site") ?? null,
    }),
  );
  assert(request?.kind === "open");
  assertEquals([request.target, request.site], [{ kind: "service", name: "ssh" }, "home"]);
});

Deno.test("what is no HOST:PORT is refused, and is cut where it is repeated", () => {
  const text = "x".repeat(200);
  const { message, answer } = assertThrows(() => judgeAuthority(text, new Map()), ProxyRefusal);
  assertEquals(message, `Cannot serve the request: ${"x".repeat(80)} is no HOST:PORT`);
  assert(decode(answer).startsWith("HTTP/1.1 400 Bad Request\r\n"));
});

Deno.test("a refusal in the language of HTTP tells its reason in the body", () => {
  const { message, answer } = refuse(404, "Not Found", "there is no such site");
  assertEquals(message, "Cannot serve the request: there is no such site");
  assert(decode(answer).startsWith("HTTP/1.1 404 Not Found\r\n"));
  assert(decode(answer).endsWith("\r\n\r\nthere is no such site\n"));
});
