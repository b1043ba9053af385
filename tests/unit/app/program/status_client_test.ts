import { StatusClient, StatusUnreachable } from "../../../../lib/app/program/status_client.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";

/** A CNAPT that knows one token, and what was asked with which. */
function running(known: string) {
  const given: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const token = (request.headers.get("authorization") ?? "").replace("Bearer ", "");
    given.push(token);
    const status = token === known ? 200 : 401;
    return new Response("{}", { status, headers: { server: "cnapt" } });
  });
  const address = { host: "127.0.0.1", port: server.addr.port };
  return { given, address, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("a program that knows any of the tokens does what is asked, once", async () => {
  await using cnapt = running("b");
  const client = new StatusClient("CNAPT", cnapt.address, "a", "b", "c");
  assertEquals((await client.post("/reload", {})).code, 200);
  assertEquals(cnapt.given, ["a", "b"]);
});

Deno.test("a program that knows none of the tokens has another configuration", async () => {
  await using cnapt = running("x");
  const client = new StatusClient("CNAPT", cnapt.address, "a", "b");
  await assertRejects(() => client.post("/reload", {}), StatusUnreachable, "refuses the token");
  assertEquals(cnapt.given, ["a", "b"]);
});
