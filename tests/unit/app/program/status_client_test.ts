import { passEnd } from "../../../../lib/config/status_token.ts";
import { StatusClient, StatusUnreachable } from "../../../../lib/app/program/status_client.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";

const TOKEN = "5e".repeat(32);

/** A CNAPT, and what was asked with which token. */
function running(status: number) {
  const given: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    given.push((request.headers.get("authorization") ?? "").replace("Bearer ", ""));
    return new Response("{}", { status, headers: { server: "cnapt" } });
  });
  const address = { host: "127.0.0.1", port: server.addr.port };
  return { given, address, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("what is asked carries a pass that holds for two minutes, and never the token", async () => {
  await using cnapt = running(200);
  const client = new StatusClient("CNAPT", cnapt.address, { token: TOKEN, absence: "" });
  assertEquals((await client.post("/reload", {})).code, 200);
  await client.get("/status.json");
  assertEquals(cnapt.given.length, 2);
  for (const pass of cnapt.given) {
    assert(passEnd(pass, TOKEN, Date.now()) !== null);
    assertEquals(passEnd(pass, TOKEN, Date.now() + 121_000), null);
    assert(!pass.includes(TOKEN));
  }
});

Deno.test("a program that refuses the token has another configuration", async () => {
  await using cnapt = running(401);
  const client = new StatusClient("CNAPT", cnapt.address, { token: TOKEN, absence: "" });
  await assertRejects(() => client.post("/reload", {}), StatusUnreachable, "refuses the token");
});

Deno.test("who has no token is told why, and what to do", async () => {
  await using cnapt = running(401);
  const absence = "this user is not allowed to read it; ask as root";
  const client = new StatusClient("CNAPT", cnapt.address, { token: null, absence });
  await assertRejects(() => client.get("/status.json"), StatusUnreachable, absence);
  assertEquals(cnapt.given, [""]);
});
