import type { StreamOpening } from "../../../../lib/core/wire/stream_opening.ts";
import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { CallAnswers } from "../../../../lib/relay/client_service/call_answers.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";

/** What answers calls, and what came of them. */
class World {
  readonly log = new TestLog();
  readonly refused: [number, string][] = [];
  readonly opened: StreamOpening[] = [];
  /** The client application's end, and the one that is relayed. */
  readonly conns = MemoryConn.pair();
  hasRoom = true;
  open: (signal: AbortSignal) => Promise<ByteConn> = () => Promise.resolve(this.conns[1]);
  readonly answers = new CallAnswers({
    open: (_service, signal) => this.open(signal),
    compressionOf: (service) => service === "web" ? "zstd" : "none",
    answer: (opening) => {
      if (this.hasRoom) this.opened.push(opening);
      return this.hasRoom;
    },
    refuse: (call, code) => this.refused.push([call, code]),
    most: 2,
    log: this.log,
  });

  get isRelayed(): boolean {
    return this.conns[1].isOpen;
  }
}

Deno.test("a call becomes a stream that leads to it, packed as its service is", async () => {
  const world = new World();
  await world.answers.take(3, "web", "192.0.2.9:1234");
  assertEquals(world.opened, [{
    target: { kind: "call", call: 3, name: "web" },
    compression: "zstd",
    source: "192.0.2.9:1234",
  }]);
  assertEquals([world.refused, world.isRelayed, world.log.lines], [[], true, []]);
});

Deno.test("a call is refused as the client application refuses, and the log says why", async () => {
  for (
    const [code, refusal] of [
      ["refused", "connectionRefused"],
      ["timedOut", "serviceUnreachable"],
      ["unreachable", "serviceUnreachable"],
    ] as const
  ) {
    const world = new World();
    world.open = () => Promise.reject(new ConnFailed(code, "Cannot connect: as it is"));
    await world.answers.take(1, "web", "");
    assertEquals([world.opened, world.refused], [[], [[1, refusal]]]);
    assertEquals(world.log.lines, [
      `warn client-application-unreachable {"service":"web","reason_code":"${code}","reason":"Cannot connect: as it is"}`,
    ]);
  }
});

Deno.test("a call beyond the limit is refused, and its connection is reset", async () => {
  const world = new World();
  world.hasRoom = false;
  await world.answers.take(1, "web", "");
  assertEquals([world.refused, world.isRelayed], [[[1, "limit"]], false]);
  const { code } = await assertRejects(() => world.conns[0].readNext(), ConnFailed);
  assertEquals(code, "reset");
  assertEquals(world.log.of("warn").length, 1);
});

Deno.test("a mistake of ours refuses the call, and is passed on to who asked", async () => {
  const world = new World();
  world.open = () => Promise.reject(new TypeError("a mistake of ours"));
  await assertRejects(() => world.answers.take(1, "web", ""), TypeError, "a mistake of ours");
  assertEquals(world.refused, [[1, "serviceUnreachable"]]);
});

Deno.test("a connection that comes when the session is over is reset, and nobody is told", async () => {
  const world = new World();
  const { promise, resolve } = Promise.withResolvers<ByteConn>();
  world.open = () => promise;
  const taken = world.answers.take(1, "web", "");
  world.answers.close();
  resolve(world.conns[1]);
  await taken;
  assertEquals([world.opened, world.refused, world.isRelayed], [[], [], false]);
  const { code } = await assertRejects(() => world.conns[0].readNext(), ConnFailed);
  assertEquals(code, "reset");
});

Deno.test("a call that is called off because the session is over is no failure", async () => {
  const world = new World();
  world.open = (signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const taken = world.answers.take(1, "web", "");
  world.answers.close();
  await taken;
  assertEquals([world.refused, world.log.lines], [[], []]);
});

Deno.test("calls beyond those for which a connection is awaited are refused at once", async () => {
  const world = new World();
  const slow = Promise.withResolvers<ByteConn>();
  world.open = () => slow.promise;
  const answered = [1, 2, 3].map((call) => world.answers.take(call, "web", ""));
  assertEquals(world.refused, [[3, "limit"]]);
  slow.reject(new ConnFailed("refused", "Cannot connect: as it is"));
  await Promise.all(answered);
  world.open = () => Promise.resolve(world.conns[1]);
  await world.answers.take(4, "web", "");
  assertEquals([world.refused.length, world.opened.length], [3, 1]);
});
