import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import type { DeviceRoute } from "../../../lib/net/device_route.ts";
import { dialAroundRoute } from "../../../lib/net/routeless_dial.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { MemoryConn } from "../../memory_conn.ts";

/** Dials that end as the test says, and a route that is there when the test says so. */
class Dials {
  route: DeviceRoute = "none";
  readonly begun: PromiseWithResolvers<ByteConn>[] = [];
  readonly another: PromiseWithResolvers<void> = Promise.withResolvers();

  run(signal: AbortSignal = new AbortController().signal): Promise<ByteConn> {
    return dialAroundRoute({
      route: () => this.route,
      dial: (limited) => this.#dial(limited),
      signal,
    });
  }

  #dial(signal: AbortSignal): Promise<ByteConn> {
    const dial = Promise.withResolvers<ByteConn>();
    const abort = () => dial.reject(new ConnFailed("closedHere", "Cannot dial: called off"));
    signal.addEventListener("abort", abort, { once: true });
    this.begun.push(dial);
    if (this.begun.length === 2) this.another.resolve();
    return dial.promise;
  }
}

Deno.test("where there is a route, or nobody knows, there is one dial", async () => {
  for (const route of ["there", "unknown"] as const) {
    const dials = new Dials();
    dials.route = route;
    const [conn] = MemoryConn.pair();
    const dialling = dials.run();
    dials.begun[0]?.resolve(conn);
    assertEquals(await dialling, conn);
    assertEquals(dials.begun.length, 1);
  }
});

Deno.test("a dial that was begun without a route is overtaken as soon as there is one", async () => {
  const dials = new Dials();
  const [conn] = MemoryConn.pair();
  const dialling = dials.run();
  dials.route = "there";
  await dials.another.promise;
  dials.begun[1]?.resolve(conn);
  assertEquals(await dialling, conn);
});

Deno.test("what answers without a route is taken all the same", async () => {
  const dials = new Dials();
  const [conn] = MemoryConn.pair();
  const dialling = dials.run();
  dials.begun[0]?.resolve(conn);
  assertEquals(await dialling, conn);
  assertEquals(dials.begun.length, 1);
});

Deno.test("a dial that fails before there is a route says why, and nothing is dialled later", async () => {
  const dials = new Dials();
  const dialling = dials.run();
  dials.begun[0]?.reject(new ConnFailed("unreachable", "Cannot dial: no neighbour answers"));
  await assertRejects(() => dialling, ConnFailed, "no neighbour answers");
  assertEquals(dials.begun.length, 1);
});

Deno.test("who calls a dial without a route off hears of it at once", async () => {
  const dials = new Dials();
  const calledOff = new AbortController();
  const dialling = dials.run(calledOff.signal);
  calledOff.abort();
  await assertRejects(() => dialling, ConnFailed, "called off");
});

Deno.test("the connection that comes second is closed", async () => {
  const closed = Promise.withResolvers<void>();
  const [fast] = MemoryConn.pair();
  const [late] = MemoryConn.pair();
  late.reset = () => closed.resolve();
  const begun: PromiseWithResolvers<ByteConn>[] = [];
  const another = Promise.withResolvers<void>();
  const dialling = dialAroundRoute({
    route: () => begun.length === 0 ? "none" : "there",
    // Nobody hears here that it is called off, as when the last step is under way.
    dial: () => {
      const dial = Promise.withResolvers<ByteConn>();
      begun.push(dial);
      if (begun.length === 2) another.resolve();
      return dial.promise;
    },
    signal: new AbortController().signal,
  });
  await another.promise;
  begun[1]?.resolve(fast);
  assertEquals(await dialling, fast);
  begun[0]?.resolve(late);
  await closed.promise;
});
