import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { LinkDialer } from "../../../../lib/relay/link/link_dialer.ts";
import { LINK_TIMEOUT_MS } from "../../../../lib/relay/link/link_timeout.ts";
import { LinkRefused } from "../../../../lib/relay/link/link_auth.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";
import { ID, KEY, LinkWorld, provider } from "./kit/link_world.ts";

const NEVER = new AbortController().signal;

Deno.test("an opened link is parked, and knows its network and its time", async () => {
  const world = new LinkWorld("a");
  await world.clock.advance(70);
  const link = await world.dialer.openAtOnce(provider("a"), NEVER);
  assertEquals([link.provider, link.openedAt, link.isParked], ["a", 70, true]);
  link.close();
});

Deno.test("a link that does not prove itself in time is given up and closed", async () => {
  const world = new LinkWorld("a");
  world.let("a", "silent");
  const failed = assertRejects(() => world.dialer.openAtOnce(provider("a"), NEVER));
  await world.clock.advance(LINK_TIMEOUT_MS);
  await failed;
  assertEquals(world.clock.pending, 0);
});

Deno.test("what is called off is given up at once", async () => {
  const world = new LinkWorld("a");
  world.let("a", "silent");
  const stop = new AbortController();
  const failed = assertRejects(() => world.dialer.openAtOnce(provider("a"), stop.signal));
  await settle();
  stop.abort();
  await failed;
  await assertRejects(() => world.dialer.openAtOnce(provider("a"), stop.signal), DOMException);
  assertEquals([world.dials.length, world.clock.pending], [1, 0]);
});

Deno.test("what is called off is reset, for its network may be gone", async () => {
  const [near, far] = MemoryConn.pair();
  const tasks = testTasks(new VirtualClock());
  const dialer = new LinkDialer({
    endpoint: { host: "snapt.example", port: 7787, credentials: { id: ID, key: KEY }, tls: null },
    tasks,
    dial: () => Promise.resolve(near),
    resolve: () => Promise.resolve([{ address: "192.0.2.2", family: 4 }]),
  });
  const stop = new AbortController();
  const failed = assertRejects(() => dialer.openAtOnce(provider("a"), stop.signal));
  await settle();
  stop.abort();
  await failed;
  const error = await assertRejects(() => far.readNext(), ConnFailed);
  assertEquals(error.code, "reset");
});

Deno.test("links are dialled where SNAPT is said to be now, and nowhere that it was", async () => {
  const dialled: string[] = [];
  const at = (host: string) => ({
    ...{ host, port: 7787, credentials: { id: ID, key: KEY }, tls: null },
  });
  const dialer = new LinkDialer({
    endpoint: at("old.example"),
    tasks: testTasks(new VirtualClock()),
    dial: ({ host }) => {
      dialled.push(host);
      return Promise.reject(new ConnFailed("refused", "nobody is there"));
    },
    resolve: () => Promise.resolve([{ address: "192.0.2.2", family: 4 }]),
  });
  const open = () => assertRejects(() => dialer.openAtOnce(provider("a"), NEVER), ConnFailed);
  await open();
  dialer.useEndpoint(at("new.example"));
  await open();
  assertEquals([...new Set(dialled)], ["old.example", "new.example"]);
});

Deno.test("SNAPT's refusal is told as such", async () => {
  const world = new LinkWorld("a");
  world.let("a", { refused: "revoked" });
  const refused = await assertRejects(
    () => world.dialer.openAtOnce(provider("a"), NEVER),
    LinkRefused,
  );
  assertEquals([refused.code, refused.sentence], ["revoked", "not today"]);
});

Deno.test("of many links some wait for their turn, but not the one that everything depends on", async () => {
  const world = new LinkWorld("a", "b");
  world.let("a", "silent");
  const stop = new AbortController();
  const waiting = Array.from(
    { length: 300 },
    () => world.dialer.open(provider("a"), stop.signal).catch(() => null),
  );
  await settle();
  assertEquals(world.dialsOver("a"), 256);
  const first = await world.dialer.openAtOnce(provider("b"), NEVER);
  first.close();
  stop.abort();
  await Promise.all(waiting);
  assertEquals(world.dialsOver("a"), 256); // the others were called off before their turn
  const next = await world.dialer.open(provider("b"), NEVER);
  assert(next.isOpen);
  next.close();
});
