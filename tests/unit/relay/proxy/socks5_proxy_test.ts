import type { AssociateRequest, ProxyRequest } from "../../../../lib/relay/proxy/proxy_request.ts";
import { ProxyRefusal } from "../../../../lib/relay/proxy/proxy_request.ts";
import { negotiateSocks5 } from "../../../../lib/relay/proxy/socks5_proxy.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";

const GREETING = [5, 1, 0];
/** CONNECT to 192.0.2.7:80. */
const TO_192_0_2_7 = [0, 1, 192, 0, 2, 7, 0, 80];
const [CONNECT, BIND, ASSOCIATE] = [1, 2, 3];

/** What becomes of a program that says `pieces`, and what it is answered before that. */
async function negotiate(...pieces: readonly (readonly number[])[]): Promise<
  { request: ProxyRequest | AssociateRequest | null; answered: readonly number[] }
> {
  const [program, conn] = MemoryConn.pair();
  for (const piece of pieces) await program.write(new Uint8Array(piece));
  await program.closeWrite();
  const request = await negotiateSocks5(conn);
  conn.close();
  return { request, answered: [...await program.readNext() ?? []] };
}

Deno.test("SOCKS5 is greeted without a password, and then asks for a destination", async () => {
  const { request, answered } = await negotiate(GREETING, [5, CONNECT, ...TO_192_0_2_7]);
  assertEquals(answered, [5, 0]);
  assert(request?.kind === "open");
  assertEquals(request.target, { kind: "destination", host: "192.0.2.7", port: 80 });
  assertEquals([request.site, request.rest.length], [null, 0]);
});

Deno.test("SOCKS5 is understood in however many pieces it comes, and the rest is kept", async () => {
  const all = [...GREETING, 5, CONNECT, ...TO_192_0_2_7];
  for (const pieces of [[[...all, 7, 8]], all.map((byte) => [byte])]) {
    const { request } = await negotiate(...pieces);
    assert(request?.kind === "open");
    assertEquals(request.target, { kind: "destination", host: "192.0.2.7", port: 80 });
    assertEquals([...request.rest], pieces.length === 1 ? [7, 8] : []);
  }
});

Deno.test("the outcome of a SOCKS5 request is told as RFC 1928 has it", async () => {
  const { request } = await negotiate(GREETING, [5, CONNECT, ...TO_192_0_2_7]);
  assertEquals([...request?.answer("refused") ?? []].slice(0, 2), [5, 5]);
  assertEquals([...request?.answer("opened") ?? []].slice(0, 2), [5, 0]);
});

Deno.test("ASSOCIATE asks for a relay, and is answered with where that is", async () => {
  const { request } = await negotiate(GREETING, [5, ASSOCIATE, ...TO_192_0_2_7]);
  assert(request?.kind === "associate");
  assertEquals([request.host, request.port], ["192.0.2.7", 80]);
  const answer = request.answer("opened", { host: "192.0.2.1", port: 258 });
  assertEquals([...answer], [5, 0, 0, 1, 192, 0, 2, 1, 1, 2]);
});

Deno.test("what SOCKS5 cannot be served is refused with the answer that says so", async () => {
  for (
    const [pieces, answer] of [
      [[[4, 1]], []], // SOCKS4 would not understand an answer
      [[[5, 1, 2]], [5, 255]],
      [[GREETING, [5, BIND, ...TO_192_0_2_7]], [5, 7]],
      [[GREETING, [5, 9, ...TO_192_0_2_7]], [5, 7]],
      [[GREETING, [5, CONNECT, 0, 9]], [5, 8]],
    ] as const
  ) {
    const refusal = await assertRejects(() => negotiate(...pieces), ProxyRefusal);
    assertEquals([...refusal.answer].slice(0, 2), [...answer], refusal.message);
  }
});

Deno.test("a program that leaves before its request is whole asks for nothing", async () => {
  assertEquals((await negotiate()).request, null);
  assertEquals((await negotiate([5, 1])).request, null);
  assertEquals((await negotiate(GREETING, [5, CONNECT])).request, null);
});
