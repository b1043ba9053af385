import { MetricsListener } from "../../../../lib/app/program/metrics_listener.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { ListenFailed } from "../../../../lib/net/listen.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { testTasks } from "../../../test_tasks.ts";

openLibc(); // it stays open, which no test is to be blamed for

const ANY = { host: "127.0.0.1", port: 0 };

async function withListener(
  act: (listener: MetricsListener, seen: { why: string | null }) => Promise<void>,
): Promise<void> {
  const tasks = testTasks();
  const seen = { why: null };
  const listener = new MetricsListener({
    load: () => Promise.resolve(() => []),
    whyNotReady: () => seen.why,
    tasks,
  });
  try {
    await act(listener, seen);
  } finally {
    await listener.close();
    tasks.close();
    await tasks.done();
  }
}

async function ready(host: string, port: number | null): Promise<readonly [number, string]> {
  const answer = await fetch(`http://${host}:${port}/readyz`);
  return [answer.status, await answer.text()];
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("it is ready while the program does what it is for, and neither before nor after", () =>
  withListener(async (listener, seen) => {
    await listener.use(ANY);
    assertEquals(await ready("127.0.0.1", listener.port), [503, "not ready: it starts\n"]);
    listener.started();
    assertEquals(await ready("127.0.0.1", listener.port), [200, "ready\n"]);
    seen.why = "no site is connected";
    assertEquals((await ready("127.0.0.1", listener.port))[0], 503);
    listener.stopping();
    assertEquals(await ready("127.0.0.1", listener.port), [503, "not ready: it stops\n"]);
  }));

Deno.test("it is opened, moved and closed while the program runs", () =>
  withListener(async (listener) => {
    assertEquals(listener.port, null);
    listener.started();
    const [one, other] = [freePort(), freePort()];
    assertEquals(await listener.change({ host: "127.0.0.1", port: one }), null);
    assertEquals(await ready("127.0.0.1", one), [200, "ready\n"]);
    assertEquals(await listener.change({ host: "127.0.0.1", port: other }), null);
    assertEquals(await ready("127.0.0.1", other), [200, "ready\n"]);
    await assertRejects(() => Deno.connect({ port: one }), Deno.errors.ConnectionRefused);
    // The same port on all addresses, where the old listener would be in the way.
    assertEquals(await listener.change({ host: "0.0.0.0", port: other }), null);
    assertEquals(await ready("127.0.0.1", other), [200, "ready\n"]);
    assertEquals(await listener.change(null), null);
    await assertRejects(() => Deno.connect({ port: other }), Deno.errors.ConnectionRefused);
  }));

Deno.test("a port that is taken is a sentence, and what is open stays open", () =>
  withListener(async (listener) => {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = taken.addr;
    const said = (await assertRejects(() => listener.use({ ...ANY, port }), ListenFailed)).message;
    assert(said.includes(`${port}`) && said.includes("metrics"), said);
    await listener.use({ host: "127.0.0.1", port: freePort() });
    listener.started();
    assertEquals(await listener.change({ ...ANY, port }), said);
    assertEquals(await ready("127.0.0.1", listener.port), [200, "ready\n"]);
    // Also where the old one had to make room first.
    const own = listener.port ?? 0;
    assert(await listener.change({ host: "192.0.2.7", port: own }) !== null);
    assertEquals(await ready("127.0.0.1", own), [200, "ready\n"]);
  }));
