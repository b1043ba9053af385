import { IllegalEvent } from "../../../../lib/core/handshake/transition.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import type { SnaptDriver } from "../../../../lib/relay/session/snapt_driver.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import type { MemoryConn } from "../../../memory_conn.ts";
import { settle } from "../../../virtual_clock.ts";
import { hello, SessionPair } from "./kit/session_pair.ts";

function planted(): never {
  throw new TypeError("planted");
}

/** A pair with one stream on which bytes have gone, and its SNAPT. */
async function withStream(): Promise<{
  readonly pair: SessionPair;
  readonly snapt: SnaptDriver;
  readonly client: MemoryConn;
}> {
  const pair = await SessionPair.connected("a");
  const client = pair.open();
  await settle();
  await hello(client, pair.servers[0]);
  const { snapt } = pair;
  assert(snapt !== null);
  return { pair, snapt, client };
}

/** There is exactly one line about a mistake, and it names `where`. */
function assertOneMistake({ world }: SessionPair, where: string): void {
  const errors = world.log.of("error");
  assertEquals(errors.length, 1, errors.join("\n"));
  assert(errors[0]?.includes(where) && errors[0].includes("planted"), errors[0]);
}

Deno.test("a mistake in a timer ends the session at both ends, and is told once", async () => {
  const { pair, snapt, client } = await withStream();
  snapt.session.timePassed = planted;
  await pair.world.clock.advance(200);
  assertOneMistake(pair, "session/fact");
  assertEquals(pair.ended, ["a mistake in the program at this end ended the session"]);
  await assertRejects(() => client.readNext(), ConnFailed);
  assertEquals([snapt.session.memoryBytes, pair.driver.session.memory.usedBytes], [0, 0]);
});

Deno.test("a mistake with a control frame is not taken for one of the peer", async () => {
  const { pair, snapt } = await withStream();
  snapt.session.controlReceived = planted;
  await pair.world.clock.advance(200);
  assertOneMistake(pair, "session/control link");
  assertEquals(pair.world.log.lines.filter((line) => line.includes("protocol-violation")), []);
  assertEquals([pair.ended.length, pair.receipts], [1, []]);
});

for (
  const [what, violation] of [
    ["a frame that cannot be", new ProtocolViolation("position", "Cannot be: it is wrong")],
    ["a frame that comes at the wrong time", new IllegalEvent("SNAPT", "connected", "ackReceived")],
  ] as const
) {
  Deno.test(`${what} costs the peer its control link, and the session goes on`, async () => {
    const { pair, snapt, client } = await withStream();
    const { controlReceived } = snapt.session;
    snapt.session.controlReceived = () => {
      snapt.session.controlReceived = controlReceived;
      throw violation;
    };
    await pair.world.clock.advance(2_000);
    assertEquals([pair.world.log.of("error"), pair.ended], [[], []]);
    const told = pair.world.log.of("warn").filter((line) => line.includes("protocol-violation"));
    assertEquals(told.length, 1);
    assertEquals(pair.receipts.map(({ kind }) => kind), ["sudden"]);
    await hello(client, pair.servers[0]);
  });
}

Deno.test("an event of our own that cannot be is a mistake of ours", async () => {
  const { pair } = await withStream();
  pair.driver.session.providerLost = () => {
    throw new IllegalEvent("CNAPT", "planted", "providerLost");
  };
  pair.driver.providerLost("a", "pulled");
  assertOneMistake(pair, "IllegalEvent");
  assertEquals(pair.ended.length, 1);
});

Deno.test("a mistake in the account of one stream ends it, and the others go on", async () => {
  const { pair, snapt, client } = await withStream();
  const spared = pair.open();
  await settle();
  const { delivered } = snapt;
  const [doomed] = snapt.session.streams.keys();
  snapt.delivered = (stream, bytes) => {
    if (stream.id === doomed) planted();
    delivered.call(snapt, stream, bytes);
  };
  await client.write(new Uint8Array(10));
  await pair.world.clock.advance(200);
  assertOneMistake(pair, `session/stream ${doomed}`);
  await assertRejects(() => client.readNext(), ConnFailed);
  await hello(spared, pair.servers[1]);
  assertEquals([pair.ended, pair.driver.session.streams.size], [[], 1]);
  assert(pair.binds <= 3, "its link may be noticed to be gone before its reset is");
});

Deno.test("a peer that is always wrong is not come back to in a loop", async () => {
  const { pair } = await withStream();
  const { world } = pair;
  const before = world.dials.length;
  pair.driver.session.controlReceived = () => {
    throw new ProtocolViolation("unexpected", "Cannot take that: it is wrong");
  };
  await world.clock.advance(60_000);
  const dials = world.dials.length - before;
  assert(dials < 1_000, `${dials} dials in a minute`);
  assertEquals(world.log.of("error"), []);
});

Deno.test("a mistake in one ending of a session keeps none of the others", async () => {
  const { pair, client } = await withStream();
  pair.driver.supply.close = planted;
  pair.driver.stop();
  await pair.world.clock.advance(1_000);
  assertOneMistake(pair, "end links");
  assertEquals(pair.ended.length, 1);
  await assertRejects(() => client.readNext(), ConnFailed);
});

Deno.test("facts that come after the end of a session are of no consequence", async () => {
  const { pair, snapt } = await withStream();
  snapt.end();
  await settle();
  assertEquals(pair.ended.length, 1);
  snapt.end();
  snapt.applicationEnded(1);
  pair.driver.providerLost("a", "pulled");
  await pair.world.clock.advance(60_000);
  assertEquals([pair.ended.length, pair.world.log.of("error")], [1, []]);
});

Deno.test("who hears of a switch may be wrong, and the session goes on", async () => {
  const { pair, client } = await withStream();
  pair.receipts.push = planted;
  pair.driver.providerLost("a", "pulled");
  await pair.world.clock.advance(2_000);
  assertOneMistake(pair, "report switch");
  await hello(client, pair.servers[0]);
  assertEquals(pair.ended, []);
});
