import { ProtocolViolation } from "../../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals, assertThrows } from "../../../../assert.ts";
import { INSTANCE, kindsOf, sent } from "../session_settings.ts";
import { bind, connected, CONTROL } from "./snapt_session_case.ts";

function relaying() {
  const session = connected();
  session.bindReceived(11, bind(), 10);
  const stream = session.streams.get(1);
  if (stream === undefined) throw new Error("the stream is not there");
  stream.ring.writable(100);
  stream.ring.commit(100);
  stream.ring.claim(100);
  return { session, stream };
}

Deno.test("an overlapped BIND moves a stream at the position that it has reached", () => {
  const { session, stream } = relaying();
  const effects = session.bindReceived(12, bind({ binding: 2, mode: "overlap" }), 20);
  assertEquals(sent(effects, "bound")[0]?.from, 100);
  assertEquals(sent(effects, "lastMessageBeforeRedirection")[0]?.entries, [
    { stream: 1, position: 100 },
  ]);
  assertEquals([kindsOf(effects).includes("detach"), stream.binding], [false, 2]);
});

Deno.test("a replaying BIND brings a stream back from what CNAPT has", () => {
  const { session } = relaying();
  const effects = session.bindReceived(12, bind({ binding: 2, mode: "replay", received: 60 }), 20);
  assertEquals(kindsOf(effects), [
    "detach",
    "bound",
    "attachOutbound",
    "attachInbound",
    "wakeReader",
  ]);
  assertEquals(sent(effects, "bound")[0]?.from, 60);
});

Deno.test("a BIND that acknowledges too much leaves the stream as it was", () => {
  const { session, stream } = relaying();
  const wrong = bind({ binding: 2, mode: "replay", received: 101 });
  assertThrows(() => session.bindReceived(12, wrong, 20), ProtocolViolation);
  assertEquals([stream.binding, stream.ring.acked, stream.link.kind], [1, 0, "bound"]);
});

Deno.test("an overlapped BIND that leaves a gap costs the link, and another is asked for", () => {
  const { session, stream } = relaying();
  session.streamLinkLost(1, 11, 20);
  const effects = session.bindReceived(12, bind({ binding: 2, mode: "overlap", from: 5 }), 30);
  assertEquals(kindsOf(effects), ["closeLink", "detach", "linkLost"]);
  assertEquals(stream.binding, 2);
});

Deno.test("a link that is not the stream's any more can be lost without consequence", () => {
  const { session } = relaying();
  assertEquals(session.streamLinkLost(1, 99, 20), []);
  assertEquals(kindsOf(session.streamLinkLost(1, 11, 20)), ["detach", "linkLost"]);
});

Deno.test("what does not drain in time is asked for on another link, overlapped", () => {
  const { session } = relaying();
  session.controlReceived(CONTROL, { kind: "switchStep1", epoch: 1, shape: "overlapped" }, 100);
  const effects = session.timePassed(1_100);
  assertEquals(sent(effects, "linkLost").length, 1);
  assertEquals(session.state, "overlapDraining");
});

Deno.test("what does not drain in time is not waited for, strict", () => {
  const { session } = relaying();
  session.controlReceived(CONTROL, { kind: "switchStep1", epoch: 1, shape: "strict" }, 100);
  const last = { kind: "lastMessageBeforeRedirection", epoch: 1 } as const;
  const entries = [{ stream: 1, position: 50 }];
  assertEquals(kindsOf(session.controlReceived(CONTROL, { ...last, entries }, 110)), [
    "checkInput",
  ]);
  assertEquals(kindsOf(session.timePassed(1_100)), ["okToRedirection"]);
});

Deno.test("a strict switch is drained when the old link was read up to its cut", () => {
  const { session } = relaying();
  session.controlReceived(CONTROL, { kind: "switchStep1", epoch: 1, shape: "strict" }, 100);
  const last = { kind: "lastMessageBeforeRedirection", epoch: 1 } as const;
  session.controlReceived(CONTROL, { ...last, entries: [{ stream: 1, position: 50 }] }, 110);
  assertEquals(kindsOf(session.inboundMoved(1, 11, 120)), ["okToRedirection"]);
});

Deno.test("a BIND that overtakes SWITCH_STEP2 of a strict switch is not waited for again", () => {
  const session = connected();
  for (const stream of [1, 2]) session.bindReceived(10 + stream, bind({ stream }), 0);
  session.controlReceived(CONTROL, { kind: "switchStep1", epoch: 1, shape: "strict" }, 100);
  const nothing = { kind: "lastMessageBeforeRedirection", epoch: 1, entries: [] } as const;
  session.controlReceived(CONTROL, nothing, 110);
  const ready = { kind: "clientServicesReadyForRedirection", epoch: 1 } as const;
  session.controlReceived(CONTROL, ready, 120);
  assertEquals(session.state, "strictAwaitingStep2");
  const rebound = { epoch: 1, binding: 2, mode: "replay" } as const;
  session.bindReceived(21, bind({ ...rebound, stream: 1 }), 130);
  const step2 = { kind: "switchStep2", instance: INSTANCE, epoch: 1, recordReceived: 0 } as const;
  session.switchReceived(30, step2, 140);
  assertEquals(session.state, "strictRebinding");
  const last = session.bindReceived(22, bind({ ...rebound, stream: 2 }), 150);
  assertEquals([sent(last, "allRedirected").length, session.state], [1, "connected"]);
});
