import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import { SessionRegistry } from "../../../../lib/relay/server/session_registry.ts";
import { CompressionTotals } from "../../../../lib/relay/stream/compression/compression_totals.ts";
import { StreamTraffic } from "../../../../lib/relay/stream/stream_traffic.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";
import { CLIENT, KEY, SETTINGS } from "./kit/server_world.ts";

function made() {
  const log = new TestLog();
  const clock = new VirtualClock();
  const tasks = testTasks(clock, log);
  const registry = new SessionRegistry({
    server: {
      places: () => [],
      settings: { ...SETTINGS, sessions: 1 },
      budget: new MemoryBudget(1 << 20),
      admit: () => Promise.reject(new TypeError("never asked")),
      pairing: null,
      openService: () => Promise.reject(new TypeError("never asked")),
      datagrams: () => null,
      pathReported: () => {},
      log,
    },
    packing: new CompressionTotals(),
    traffic: new StreamTraffic(),
    tasks,
    parkedOf: () => [],
    park: () => {},
  });
  const start = (idHex: string, instance: string): Link => {
    const [near, far] = MemoryConn.pair();
    registry.start(
      new Link(near, "", tasks),
      { kind: "connect", instance, claim: "atOnce" },
      { idHex, client: CLIENT, key: KEY },
    );
    return new Link(far, "", tasks);
  };
  /** Nobody closes the far ends: they are given their time. */
  const endAll = async () => {
    const ending = registry.endAll();
    await clock.advance(300);
    await ending;
  };
  return { log, clock, registry, start, endAll };
}

Deno.test("a session is found by the ID of its CNAPT until it ends", async () => {
  const { registry, start, log } = made();
  start("01", "0000000000000001");
  assert(registry.get("01") !== null && registry.get("02") === null);
  assertEquals([...registry.all.values()].map(({ client }) => client.name), ["laptop"]);
  registry.get("01")?.end();
  assertEquals(registry.get("01"), null);
  assertEquals([registry.ended.of("01")?.from, registry.ended.of("02")], [
    "192.0.2.2:2",
    null,
  ]);
  await settle();
  assertEquals([registry.all.size, log.of("error")], [0, []]);
});

Deno.test("there is room for so many, and always for one that comes again", async () => {
  const { registry, start, endAll } = made();
  assertEquals(registry.hasRoomFor("01"), true);
  start("01", "0000000000000001");
  assertEquals([registry.hasRoomFor("01"), registry.hasRoomFor("02")], [true, false]);
  await endAll();
  assertEquals(registry.hasRoomFor("02"), true);
});

Deno.test("the end of a session that was replaced leaves the new one alone", async () => {
  const { registry, start, endAll } = made();
  start("01", "0000000000000001");
  const old = registry.get("01");
  start("01", "0000000000000002");
  old?.end();
  await settle();
  assertEquals(registry.get("01")?.session.instance, "0000000000000002");
  await endAll();
});

Deno.test("a CONNECT is late when its session has been heard, is over or has another after it", async () => {
  const { registry, start, endAll } = made();
  const late = (instance: string) =>
    registry.isStale("01", { kind: "connect", instance, claim: "atOnce" });
  assertEquals(late("0000000000000001"), false);
  const control = start("01", "0000000000000001");
  assertEquals(late("0000000000000001"), false, "the answer may have been lost");
  control.send({ kind: "ping", token: 1 });
  await settle();
  assertEquals([late("0000000000000001"), late("0000000000000002")], [true, false]);
  start("01", "0000000000000002");
  assertEquals([late("0000000000000001"), late("0000000000000002")], [true, false]);
  await endAll();
  assertEquals(late("0000000000000002"), true);
});

Deno.test("a mistake in one session ends it alone", async () => {
  const { registry, start, clock, log } = made();
  const control = start("01", "0000000000000001");
  start("02", "0000000000000002");
  const driver = registry.get("01");
  assert(driver !== null);
  driver.session.timePassed = () => {
    throw new TypeError("planted");
  };
  control.send({ kind: "offerClientServices", sequence: 1, services: [] });
  await clock.advance(61_000);
  assertEquals(log.of("error").length, 1);
  assert(log.of("error")[0]?.includes("planted"));
  assertEquals([registry.get("01")], [null]);
});
