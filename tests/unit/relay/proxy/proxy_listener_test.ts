import { SYSTEM_CLOCK } from "../../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { listenPlain } from "../../../../lib/net/listen.ts";
import { parseSourceRange } from "../../../../lib/core/access/source_list.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { AccessGate } from "../../../../lib/relay/access/access_gate.ts";
import { judgeAuthority, negotiateHttp } from "../../../../lib/relay/proxy/http_proxy.ts";
import { type ProxyContext, ProxyListener } from "../../../../lib/relay/proxy/proxy_listener.ts";
import { ProxyRefusal } from "../../../../lib/relay/proxy/proxy_request.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { lacks } from "../../../system_needs.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { settle } from "../../../virtual_clock.ts";
import { MemoryListener } from "../server/kit/memory_listener.ts";
import { SiteWorld } from "../site/kit/site_world.ts";
import { TestLog } from "../../../test_log.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

Deno.test("a mistake in serving one request costs its connection and no other", {
  ignore: lacks("resets", "mistakes in serving a request"),
}, async () => {
  const log = new TestLog();
  const goodbye = new TextEncoder().encode("no");
  const listener = new ProxyListener(listenPlain({ host: "127.0.0.1", port: 0 }), {
    negotiate: async (conn) => {
      const first = new Uint8Array(1);
      await conn.read(first);
      if (first[0] === 0) throw new TypeError("Cannot go on: a bug");
      throw new ProxyRefusal("it is not wanted", goodbye);
    },
    findSite: () => {
      throw new Error("nobody asks for a site");
    },
    tasks: TaskGroup.root(SYSTEM_CLOCK, log),
    log,
  }).start();
  const ask = async (byte: number) => {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
    await conn.write(Uint8Array.of(byte));
    const answer = new Uint8Array(8);
    const count = await conn.read(answer);
    return answer.slice(0, count ?? 0);
  };
  try {
    await assertRejects(() => ask(0), Deno.errors.ConnectionReset);
    assertEquals(await ask(1), goodbye);
    assert(log.lines.some((line) => line.includes("Cannot go on: a bug")), log.lines.join("\n"));
  } finally {
    await listener.close();
  }
});

/** A proxy that listens in memory, for a site that is connected. */
class Proxy {
  readonly listener = new MemoryListener();
  readonly proxy: ProxyListener;

  constructor(
    readonly world: SiteWorld,
    more: Partial<ProxyContext> = {},
  ) {
    const { site: tasks, log } = world.links;
    this.proxy = new ProxyListener(this.listener, {
      negotiate: negotiateHttp(judgeAuthority),
      findSite: () => world.site,
      tasks,
      log,
      ...more,
    }).start();
  }

  /** A program that says `text`. */
  async program(text = "", source = "127.0.0.1:4000"): Promise<MemoryConn> {
    const program = this.listener.connect(source);
    if (text !== "") await program.write(new TextEncoder().encode(text));
    await settle();
    return program;
  }
}

async function heardBy(program: MemoryConn): Promise<string> {
  return new TextDecoder().decode(await program.readNext() ?? undefined);
}

Deno.test("who asks for a service is answered at once, and its connection leads there", async () => {
  const world = await SiteWorld.connected("a");
  const judge = () => ({ target: { kind: "service", name: "ssh" }, site: null }) as const;
  const proxy = new Proxy(world, { negotiate: negotiateHttp(judge) });
  const program = await proxy.program("CONNECT ssh HTTP/1.1\r\n\r\nhello");
  assertEquals(await heardBy(program), "HTTP/1.1 200 Connection established\r\n\r\n");
  await world.advance(1_000);
  const [stream] = world.site.snapshot().streams;
  assertEquals([stream?.service, stream?.acknowledgedBytes], ["ssh", "hello".length]);
  await proxy.proxy.close();
});

Deno.test("a program that leaves while its destination waits for a link is let go", async () => {
  const world = new SiteWorld([]);
  world.site.start();
  const proxy = new Proxy(world);
  const program = await proxy.program("CONNECT db.test:5432 HTTP/1.1\r\n\r\n");
  await world.advance(60_000);
  assertEquals(world.site.snapshot().streams.length, 1);
  program.departure = "left";
  await world.advance(1_000);
  assertEquals(world.site.snapshot().streams, []);
  program.close();
  await proxy.proxy.close();
});

Deno.test("what is refused is answered, logged, and ends with the program's connection", async () => {
  const world = await SiteWorld.connected("a");
  const proxy = new Proxy(world);
  const program = await proxy.program("GET / HTTP/1.1\r\n\r\n");
  assert((await heardBy(program)).startsWith("HTTP/1.1 405 "));
  assert(world.links.log.of("info").some((line) => line.includes("proxy-request-refused")));
  program.close();
  await proxy.proxy.close();
  assertEquals(world.links.log.of("error"), []);
});

Deno.test("who does not say what it wants within 15 s is reset", async () => {
  const world = await SiteWorld.connected("a");
  const proxy = new Proxy(world);
  const program = await proxy.program("CONN");
  let ended = "";
  const reading = program.readNext().catch((error: ConnFailed) => ended = error.code);
  await world.advance(14_900);
  assertEquals(ended, "");
  await world.advance(200);
  await reading;
  assertEquals(ended, "reset");
  await proxy.proxy.close();
});

Deno.test("more than 256 that negotiate at once are reset, until one has left", async () => {
  const world = await SiteWorld.connected("a");
  const proxy = new Proxy(world);
  const all = Array.from({ length: 256 }, () => proxy.listener.connect());
  await settle();
  const late = await proxy.program();
  assertEquals((await assertRejects(() => late.readNext(), ConnFailed)).code, "reset");
  all[0]?.close();
  await settle();
  const next = await proxy.program("GET / HTTP/1.1\r\n\r\n");
  assert((await heardBy(next)).startsWith("HTTP/1.1 405 "));
  next.close();
  await proxy.proxy.close();
});

Deno.test("hosts that the gate does not admit are reset and counted", async () => {
  const world = await SiteWorld.connected("a");
  const { log, clock } = world.links;
  const gate = new AccessGate([parseSourceRange("198.51.100.0/24")], log, () => clock.now());
  const proxy = new Proxy(world, { gate });
  const stranger = await proxy.program("", "203.0.113.1:4000");
  await assertRejects(() => stranger.readNext(), ConnFailed);
  const admitted = await proxy.program("GET / HTTP/1.1\r\n\r\n", "198.51.100.9:4000");
  assert((await heardBy(admitted)).startsWith("HTTP/1.1 405 "));
  assertEquals(proxy.proxy.refused, 1);
  admitted.close();
  await proxy.proxy.close();
});

Deno.test("closing resets those who negotiate", async () => {
  const proxy = new Proxy(await SiteWorld.connected("a"));
  const program = await proxy.program("CONN");
  await proxy.proxy.close();
  assertEquals((await assertRejects(() => program.readNext(), ConnFailed)).code, "reset");
});
