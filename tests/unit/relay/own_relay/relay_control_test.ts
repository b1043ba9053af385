import {
  encodeRelayMessage,
  type RelayMessage,
} from "../../../../lib/core/relay/relay_messages.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import {
  RelayControl,
  type RelayNews,
  RELAYS_PATIENCE,
  SNAPTS_PATIENCE,
} from "../../../../lib/relay/own_relay/relay_control.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

const PING: RelayMessage = { kind: "ping", token: 5 };

function world(patience = RELAYS_PATIENCE) {
  const clock = new VirtualClock();
  const [near, far] = MemoryConn.pair();
  const control = new RelayControl(near, testTasks(clock), patience);
  const news: RelayNews[] = [];
  const hearing = control.hear((one) => news.push(one));
  hearing.catch(() => {}); // looked at where the test is about it
  return { clock, near, far, control, news, hearing };
}

Deno.test("a question is answered, and news are handed on", async () => {
  const { far, news } = world();
  const park: RelayMessage = { kind: "park", tokens: [new Uint8Array(16)] };
  await far.write(Uint8Array.of(...encodeRelayMessage(PING), ...encodeRelayMessage(park)));
  assertEquals(await far.readNext(), encodeRelayMessage({ kind: "pong", token: 5 }));
  await settle();
  assertEquals(news, [park]);
});

Deno.test("the answer to the last question measures the round trip, and no other does", async () => {
  const { clock, far, control } = world();
  const questions: number[] = [];
  for (let i = 0; i < 2; i++) {
    control.ask();
    const asked = await far.readNext();
    questions.push(asked?.at(-1) ?? -1);
  }
  const [first = 0, last = 0] = questions;
  await clock.advance(30);
  await far.write(encodeRelayMessage({ kind: "pong", token: first }));
  await settle();
  assertEquals(control.roundTripMs, null);
  await clock.advance(20);
  await far.write(encodeRelayMessage({ kind: "pong", token: last }));
  await settle();
  assertEquals(control.roundTripMs, 50);
  await clock.advance(100);
  await far.write(encodeRelayMessage({ kind: "pong", token: last })); // again, later
  await settle();
  assertEquals(control.roundTripMs, 50);
});

Deno.test("an end that is silent for too long is given up, and one that answers is not", async () => {
  const { clock, near, far, hearing } = world();
  for (let i = 0; i < 5; i++) {
    await clock.advance(RELAYS_PATIENCE.silenceMs / 2);
    await far.write(encodeRelayMessage({ kind: "pong", token: 0 }));
  }
  assert(near.isOpen);
  await clock.advance(RELAYS_PATIENCE.silenceMs + RELAYS_PATIENCE.askMs);
  assertEquals(near.isOpen, false);
  await assertRejects(() => hearing, ConnFailed, "nothing was heard for 28 s");
});

Deno.test("SNAPT says something often enough to learn that its line was replaced", async () => {
  const { clock, far } = world(SNAPTS_PATIENCE);
  const asked = far.readNext();
  await clock.advance(2_000);
  assertEquals(await asked, encodeRelayMessage({ kind: "ping", token: 0 }));
});

Deno.test("bytes that are no message end it", async () => {
  const { far, hearing } = world();
  await far.write(Uint8Array.of(99, 0, 0));
  await assertRejects(() => hearing, ProtocolViolation);
});

Deno.test("who reads nothing of what is said to him is given up", async () => {
  const { near, control } = world();
  near.write = () => new Promise(() => {});
  for (let i = 0; i < 1_000 && near.isOpen; i++) control.send(PING);
  assertEquals(near.isOpen, false);
  await settle();
});

Deno.test("what was said goes out before it is closed", async () => {
  const { far, near, control } = world();
  control.send({ kind: "parting", reason: "revoked" });
  await control.closeGently();
  assertEquals(await far.readNext(), encodeRelayMessage({ kind: "parting", reason: "revoked" }));
  assertEquals([await far.readNext(), near.isOpen], [null, false]);
});
