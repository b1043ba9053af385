import { SYSTEM_CLOCK } from "../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../lib/relay/run/task_group.ts";
/** Programs that ask for a destination, over loopback: the proxies, the rules, and switches. */
import { listenPlain } from "../../lib/net/listen.ts";
import { judgeAuthority, negotiateHttp } from "../../lib/relay/proxy/http_proxy.ts";
import { ProxyListener } from "../../lib/relay/proxy/proxy_listener.ts";
import { negotiateSocks5 } from "../../lib/relay/proxy/socks5_proxy.ts";
import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { TestLog } from "../test_log.ts";
import { NobodyMay } from "./kit/nobody_may.ts";
import { echo, pattern, readAll, readExactly, writeAll } from "./kit/server_application.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

type Language = "socks5" | "http";

/** A pair and a proxy in front of its CNAPT. */
async function proxied(
  language: Language,
  service: number,
  destinations: readonly string[],
): Promise<{ pair: LoopbackPair; proxy: ProxyListener } & AsyncDisposable> {
  const pair = await LoopbackPair.connected(service, { destinations });
  const log = new TestLog();
  const proxy = new ProxyListener(listenPlain({ host: "127.0.0.1", port: 0 }), {
    negotiate: language === "socks5" ? negotiateSocks5 : negotiateHttp(judgeAuthority),
    findSite: () => pair.site,
    tasks: TaskGroup.root(SYSTEM_CLOCK, log),
    log,
  }).start();
  return {
    pair,
    proxy,
    [Symbol.asyncDispose]: async () => {
      await proxy.close();
      await pair[Symbol.asyncDispose]();
    },
  };
}

async function connectTo({ port }: ProxyListener): Promise<Deno.TcpConn> {
  return await Deno.connect({ hostname: "127.0.0.1", port });
}

function socksRequest(host: string, port: number): Uint8Array<ArrayBuffer> {
  const name = encode(host);
  return new Uint8Array([5, 1, 0, 3, name.length, ...name, port >> 8, port & 0xff]);
}

/** Asks for a destination and returns the code of the answer: of SOCKS5, or the HTTP status. */
async function ask(
  language: Language,
  conn: Deno.TcpConn,
  host: string,
  port: number,
): Promise<number> {
  if (language === "socks5") {
    await writeAll(conn, new Uint8Array([5, 1, 0]));
    assertEquals(await readExactly(conn, 2), new Uint8Array([5, 0]));
    await writeAll(conn, socksRequest(host, port));
    return (await readExactly(conn, 10))[1] ?? -1;
  }
  await writeAll(conn, encode(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
  let head = "";
  while (!head.endsWith("\r\n\r\n")) head += decode(await readExactly(conn, 1));
  return Number(head.slice(9, 12));
}

const OPENED = { socks5: 0, http: 200 } as const;

for (const language of ["socks5", "http"] as const) {
  Deno.test(`${language}: a destination is reached, and nothing is lost across a switch`, async () => {
    await using server = echo();
    await using both = await proxied(language, server.port, ["127.0.0.0/8:*"]);
    using conn = await connectTo(both.proxy);
    assertEquals(await ask(language, conn, "127.0.0.1", server.port), OPENED[language]);
    for (const [provider, shape] of [["b", "overlapped"], ["a", "strict"]] as const) {
      await writeAll(conn, pattern(50_000));
      await both.pair.switchTo(provider, shape);
      assertEquals(await readExactly(conn, 50_000), pattern(50_000));
    }
    await conn.closeWrite();
    assertEquals((await readAll(conn)).length, 0);
  });

  Deno.test(`${language}: what came with the request is the first of the payload`, async () => {
    await using server = echo();
    await using both = await proxied(language, server.port, ["127.0.0.0/8:*"]);
    using conn = await connectTo(both.proxy);
    const request = language === "http"
      ? encode(`CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\n\r\nearly`)
      : new Uint8Array([5, 1, 0, ...socksRequest("127.0.0.1", server.port), ...encode("early")]);
    await writeAll(conn, request);
    await conn.closeWrite();
    assert(decode(await readAll(conn)).endsWith("early"));
  });

  Deno.test(`${language}: the answer says why a destination is not reached`, async () => {
    await using server = echo();
    const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port: closedPort } = closed.addr;
    closed.close();
    const rules = [`127.0.0.1:${closedPort}`, `*.invalid:80`, "localhost:*"];
    await using both = await proxied(language, server.port, rules);
    const cases: readonly (readonly [string, number, { socks5: number; http: number }])[] = [
      ["127.0.0.1", server.port, { socks5: 2, http: 403 }],
      ["example.org", 80, { socks5: 2, http: 403 }],
      // A name that leads to this machine, and a numeric form that only a resolver understands.
      ["localhost", server.port, { socks5: 2, http: 403 }],
      ["0x7f.1", server.port, { socks5: 2, http: 403 }],
      ["127.0.0.1", closedPort, { socks5: 5, http: 502 }],
      ["nobody.invalid", 80, { socks5: 4, http: 502 }],
    ];
    for (const [host, port, code] of cases) {
      using conn = await connectTo(both.proxy);
      assertEquals(await ask(language, conn, host, port), code[language], `${host}:${port}`);
      await readAll(conn);
    }
    using application = await both.pair.connect();
    await writeAll(application, encode("still here"));
    assertEquals(decode(await readExactly(application, 10)), "still here");
  });

  Deno.test(`${language}: nothing is reached when there are no rules`, async () => {
    await using server = echo();
    await using both = await proxied(language, server.port, []);
    using conn = await connectTo(both.proxy);
    const code = await ask(language, conn, "127.0.0.1", server.port);
    assertEquals(code, language === "socks5" ? 2 : 403);
    await readAll(conn);
  });
}

Deno.test("a request that is garbage or cut off ends only itself", async () => {
  await using server = echo();
  for (const language of ["socks5", "http"] as const) {
    await using both = await proxied(language, server.port, ["127.0.0.0/8:*"]);
    const whole = language === "socks5"
      ? new Uint8Array([5, 1, 0, ...socksRequest("127.0.0.1", server.port)])
      : encode(`CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\n\r\n`);
    const garbage = [
      encode("\x16\x03\x01hello"),
      encode("GET / HTTP/1.1\r\n\r\n"),
      new Uint8Array(99),
    ];
    const cuts = Array.from({ length: whole.length }, (_, cut) => whole.subarray(0, cut));
    for (const bytes of [...garbage, ...cuts]) {
      using conn = await connectTo(both.proxy);
      if (bytes.length > 0) await conn.write(bytes);
      await conn.closeWrite();
      await readAll(conn).catch((error) => assert(error instanceof Deno.errors.ConnectionReset));
    }
    using conn = await connectTo(both.proxy);
    assertEquals(await ask(language, conn, "127.0.0.1", server.port), OPENED[language]);
  }
});

Deno.test("a destination asked for between two networks is reached when there is one again", async () => {
  await using server = echo();
  await using both = await proxied("http", server.port, ["127.0.0.0/8:*"]);
  both.pair.loseProvider();
  using conn = await connectTo(both.proxy);
  assertEquals(await ask("http", conn, "127.0.0.1", server.port), 200);
  await writeAll(conn, encode("hello"));
  assertEquals(decode(await readExactly(conn, 5)), "hello");
});

Deno.test("a proxy resets a host that is not allowed before it says anything", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  const log = new TestLog();
  const proxy = new ProxyListener(listenPlain({ host: "127.0.0.1", port: 0 }), {
    negotiate: negotiateSocks5,
    findSite: () => pair.site,
    gate: new NobodyMay(),
    tasks: TaskGroup.root(SYSTEM_CLOCK, log),
    log,
  }).start();
  const ended = await connectTo(proxy).then(async (conn) => {
    using _ = conn;
    return await conn.read(new Uint8Array(1));
  }).catch((error: unknown) => error);
  assert(ended instanceof Deno.errors.ConnectionReset, String(ended));
  assertEquals(proxy.refused, 1);
  await proxy.close();
});
