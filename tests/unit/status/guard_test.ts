import { Hono } from "hono";
import { PAGE_PASS_MS, passFor } from "../../../lib/config/status_token.ts";
import { accessEndsAt, guard } from "../../../lib/status/guard.ts";
import { assert, assertEquals } from "../../assert.ts";

const TOKEN = "5e".repeat(32);
const NOW = 1_700_000_000_000;

async function ask(
  headers: Readonly<Record<string, string>>,
  method = "GET",
  path = "/x",
): Promise<Response> {
  const app = new Hono();
  app.use(guard("cnapt", { token: TOKEN, free: ["/free"], now: () => NOW }));
  app.all("*", (c) => c.text("secret"));
  const response = await app.request(path, {
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
    if (method !== "HEAD") assert(JSON.parse(body).error.startsWith("Cannot "), body);
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
    assertEquals(await codeFor({ host, authorization: `Bearer ${TOKEN}` }), code);
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
    assertEquals(await codeFor({ origin, authorization: `Bearer ${TOKEN}` }), code);
    assertEquals(await codeFor({ origin, authorization: `Bearer ${TOKEN}` }, "POST"), code);
  });
}

for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
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

Deno.test("the files of the page, and whether it runs, are for everybody to read", async () => {
  for (const path of ["/", "/page.js", "/page.css", "/healthz", "/free"]) {
    assertEquals((await ask({}, "GET", path)).status, 200, path);
    assertEquals((await ask({}, "HEAD", path)).status, 200, path);
    assertEquals((await ask({}, "POST", path)).status, 401, path);
  }
});

Deno.test("a pass holds until its time, and one of another token or for longer never", async () => {
  const codeOf = async (pass: string) => await codeFor({ authorization: `Bearer ${pass}` }, "POST");
  const pass = passFor(TOKEN, NOW + 60_000);
  assertEquals(await codeOf(pass), 200);
  assertEquals(await codeOf(passFor(TOKEN, NOW + PAGE_PASS_MS)), 200);
  assertEquals(await codeOf(passFor(TOKEN, NOW)), 401);
  assertEquals(await codeOf(passFor(TOKEN, NOW + PAGE_PASS_MS + 1_000)), 401);
  assertEquals(await codeOf(passFor("5f".repeat(32), NOW + 60_000)), 401);
  const [until = "", key = ""] = pass.split("-");
  assertEquals(await codeOf(`${(parseInt(until, 36) + 1).toString(36)}-${key}`), 401);
});

Deno.test("behind a proxy its host and origin are served too, and no other", async () => {
  const app = new Hono();
  const [origin, address] = ["https://snapt.example.org", "10.0.0.5:7788"];
  app.use(guard("snapt", { token: TOKEN, origin, address }));
  app.all("*", (c) => c.text("secret"));
  const codeOf = async (host: string, from?: string) => {
    const headers = { host, authorization: `Bearer ${TOKEN}`, ...from && { origin: from } };
    return (await app.request("/x", { method: "POST", headers })).status;
  };
  assertEquals(await codeOf("snapt.example.org", origin), 200);
  assertEquals(await codeOf(address, origin), 200);
  assertEquals(await codeOf("127.0.0.1:7788"), 200);
  assertEquals(await codeOf("snapt.example.org:1", origin), 403);
  assertEquals(await codeOf("10.0.0.6:7788", origin), 403);
  assertEquals(await codeOf(address, "http://snapt.example.org"), 403);
  assertEquals(await codeOf(address, "https://evil.example"), 403);
  const bare = await app.request("/x", { headers: { host: address, origin } });
  assertEquals(bare.status, 401);
});

Deno.test("until when somebody may listen is what his pass says", async () => {
  const app = new Hono();
  app.use(guard("cnapt", { token: TOKEN, now: () => NOW }));
  app.get("/x", (c) => c.text(String(accessEndsAt(c))));
  const endOf = async (shown: string) => {
    const headers = { host: "127.0.0.1", authorization: `Bearer ${shown}` };
    return await (await app.request("/x", { headers })).text();
  };
  assertEquals(await endOf(TOKEN), "Infinity");
  assertEquals(await endOf(passFor(TOKEN, NOW + 60_000)), String(NOW + 60_000));
});

for (
  const [address, host] of [
    ["10.0.0.5:80", "10.0.0.5"],
    ["[2001:DB8:0::5]:7788", "[2001:db8::5]:7788"],
  ] as const
) {
  Deno.test(`what listens on ${address} is served under ${host}, as clients say it`, async () => {
    const app = new Hono();
    app.use(guard("snapt", { token: TOKEN, origin: "https://snapt.example.org", address }));
    app.all("*", (c) => c.text("secret"));
    const headers = { host, authorization: `Bearer ${TOKEN}` };
    assertEquals((await app.request("/x", { headers })).status, 200);
  });
}

Deno.test("an address that no client can name is served under none", () => {
  guard("snapt", { token: TOKEN, address: "[fe80::1%eth0]:7788" }); // and ends nothing
});

Deno.test("no proxy keeps what it was given for somebody else, unless it is said otherwise", async () => {
  const cachingOf = async (authorization: string, path: string) => {
    const app = new Hono();
    app.use(guard("cnapt", { token: TOKEN }));
    app.get("/kept", () => new Response("", { headers: { "cache-control": "no-cache" } }));
    app.get("*", () => new Response("secret"));
    const response = await app.request(path, { headers: { host: "127.0.0.1", authorization } });
    return [response.status, response.headers.get("cache-control")];
  };
  assertEquals(await cachingOf(`Bearer ${TOKEN}`, "/x"), [200, "no-store"]);
  assertEquals(await cachingOf("", "/healthz"), [200, "no-store"]);
  assertEquals(await cachingOf("", "/x"), [401, "no-store"]);
  assertEquals(await cachingOf(`Bearer ${TOKEN}`, "/kept"), [200, "no-cache"]);
});
