import { Hono } from "hono";
import { guard } from "../../../lib/status/guard.ts";
import { assert, assertEquals } from "../../assert.ts";

const TOKEN = "5e".repeat(32);
const OTHER = "5f".repeat(32);

async function ask(
  headers: Readonly<Record<string, string>>,
  method = "GET",
): Promise<Response> {
  const app = new Hono();
  app.use(guard("cnapt", () => [OTHER, TOKEN]));
  app.all("/x", (c) => c.text("secret"));
  const response = await app.request("/x", {
    method,
    headers: { host: "127.0.0.1:1", ...headers },
  });
  return response;
}

async function codeFor(headers: Readonly<Record<string, string>>, method?: string) {
  const response = await ask(headers, method);
  const body = await response.text();
  assertEquals(response.headers.get("server"), "cnapt");
  if (response.status !== 200) {
    assert(!body.includes("secret"));
    assert(JSON.parse(body).error.startsWith("Cannot "), body);
  }
  return response.status;
}

for (
  const [host, code] of [
    ["127.0.0.1", 200],
    ["127.0.0.1:7786", 200],
    ["127.9.8.7:1", 200],
    ["localhost:7786", 200],
    ["LocalHost", 200],
    ["[::1]:7786", 200],
    ["", 403],
    ["evil.example", 403],
    ["127.0.0.1.evil.example", 403],
    ["localhost.evil.example:7786", 403],
    ["evil.example:127", 403],
    ["10.0.0.1:7786", 403],
    ["[::2]:7786", 403],
  ] as const
) {
  Deno.test(`a request for the host "${host}" gets ${code}`, async () => {
    assertEquals(await codeFor({ host }), code);
    assertEquals(await codeFor({ host, authorization: `Bearer ${TOKEN}` }, "POST"), code);
  });
}

for (
  const [origin, code] of [
    ["http://127.0.0.1:7786", 200],
    ["http://localhost:7786", 200],
    ["http://[::1]:7786", 200],
    ["https://evil.example", 403],
    ["http://127.0.0.1.evil.example", 403],
    ["http://localhost:1@evil.example", 403],
    ["null", 403],
    ["", 403],
    ["127.0.0.1:x y", 403],
  ] as const
) {
  Deno.test(`a request of a page of "${origin}" gets ${code}`, async () => {
    assertEquals(await codeFor({ origin }), code);
    assertEquals(await codeFor({ origin, authorization: `Bearer ${TOKEN}` }, "POST"), code);
  });
}

for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
  Deno.test(`${method} needs the token, the whole token and nothing but the token`, async () => {
    assertEquals(await codeFor({ authorization: `Bearer ${TOKEN}` }, method), 200);
    for (
      const authorization of [
        "",
        "Bearer",
        "Bearer ",
        TOKEN,
        `Basic ${TOKEN}`,
        `Bearer ${TOKEN.slice(1)}`,
        `Bearer ${TOKEN}0`,
        `Bearer ${TOKEN} x`,
      ]
    ) {
      assertEquals(await codeFor({ authorization }, method), 401, authorization);
    }
    assertEquals(await codeFor({}, method), 401);
  });
}

Deno.test("reading needs no token, with HEAD neither", async () => {
  assertEquals(await codeFor({}), 200);
  assertEquals((await ask({}, "HEAD")).status, 200);
});
