import { IllegalEvent } from "../../../../../lib/core/handshake/transition.ts";
import { CnaptHandshake } from "../../../../../lib/core/session/cnapt/cnapt_handshake.ts";
import { ProtocolViolation } from "../../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals, assertThrows } from "../../../../assert.ts";
import { kindsOf } from "../session_settings.ts";
import { cnaptParts, CONTROL } from "./cnapt_parts_case.ts";

function handshakeIn(state: Parameters<typeof cnaptParts>[0]) {
  const { parts } = cnaptParts(state);
  return { parts, handshake: new CnaptHandshake(parts) };
}

Deno.test("an event that the state does not have changes nothing", () => {
  const { parts, handshake } = handshakeIn("connected");
  assertThrows(() => handshake.take({ kind: "okReceived" }, 10), IllegalEvent);
  assertThrows(() => handshake.check({ kind: "okReceived" }), IllegalEvent);
  const ack = { kind: "disconnectAcked", recordReceived: 4 } as const;
  parts.place.state = "disconnecting";
  assertThrows(() => handshake.check(ack), ProtocolViolation);
  assertEquals([parts.place.state, parts.outbox.flush()], ["disconnecting", []]);
});

Deno.test("a control link that is not awaited is closed", () => {
  for (const state of ["connected", "closed", "overlapDraining"] as const) {
    const { parts, handshake } = handshakeIn(state);
    handshake.controlReady(9, "eth", 10);
    assertEquals(parts.outbox.flush(), [{ kind: "closeLink", link: 9 }]);
  }
});

Deno.test("a link over another provider than the target is no link for a planned switch", () => {
  const { parts, handshake } = handshakeIn("connected");
  handshake.requestSwitch({ provider: "wifi", shape: "overlapped", reason: "asked" }, 10);
  parts.outbox.flush();
  handshake.controlReady(9, "lte", 20);
  assertEquals([parts.outbox.flush(), parts.place.state], [
    [{ kind: "closeLink", link: 9 }],
    "preparing",
  ]);
});

Deno.test("a switch is begun only while all is well", () => {
  const { parts, handshake } = handshakeIn("searching");
  handshake.requestSwitch({ provider: "wifi", shape: "strict", reason: "asked" }, 10);
  assertEquals([parts.place.state, parts.switching.isUnderWay], ["searching", false]);
});

Deno.test("the loss of the prepared link, or of the target, gives up what has not begun", () => {
  const { parts, handshake } = handshakeIn("connected");
  handshake.requestSwitch({ provider: "wifi", shape: "overlapped", reason: "asked" }, 10);
  handshake.providerLost("wifi", "unplugged", 20);
  const kinds = kindsOf(parts.outbox.flush());
  assertEquals([parts.place.state, kinds.at(-2)], ["connected", "switchEnded"]);
  handshake.requestSwitch({ provider: "wifi", shape: "overlapped", reason: "asked" }, 30);
  handshake.controlReady(9, "wifi", 40);
  handshake.controlLost(9, "broken", 50);
  assertEquals([parts.place.state, parts.switching.kind], ["searching", "sudden"]);
  assertEquals(parts.switching.reason, "asked; overlapped switch broke off");
});

Deno.test("the loss of a provider that is not used is of no consequence", () => {
  const { parts, handshake } = handshakeIn("connected");
  handshake.providerLost("lte", "unplugged", 10);
  handshake.controlLost(99, "broken", 10);
  assertEquals([parts.place.state, parts.outbox.flush()], ["connected", []]);
});

Deno.test("a link that is turned away as stale costs the path, and a refusal the session", () => {
  const stale = handshakeIn("connected");
  stale.handshake.turnedAway({ code: "staleEpoch", sentence: "a newer one came" }, 10);
  assertEquals([stale.parts.place.state, stale.handshake.refusal], ["searching", null]);
  const refused = handshakeIn("connected");
  const refusal = { code: "revoked", sentence: "ask for a new ticket" };
  refused.handshake.turnedAway(refusal, 10);
  assertEquals(refused.handshake.refusal, refusal);
  const ended = refused.parts.outbox.flush().at(-1);
  assertEquals(ended, { kind: "sessionEnded", reason: "ask for a new ticket" });
});

Deno.test("a refusal after the end is not noted", () => {
  const { handshake } = handshakeIn("closed");
  handshake.turnedAway({ code: "revoked", sentence: "too late" }, 10);
  assertEquals(handshake.refusal, null);
});

Deno.test("a search that failed is taken up again after a pause, if it still goes on", () => {
  const { parts, handshake } = handshakeIn("connected");
  handshake.controlLost(CONTROL, "broken", 10);
  parts.outbox.flush();
  handshake.controlFailed(20);
  assertEquals(parts.outbox.flush(), []);
  handshake.redial(520);
  assertEquals(kindsOf(parts.outbox.flush()), ["dialControl"]);
  handshake.controlReady(9, "wifi", 530);
  parts.outbox.flush();
  handshake.redial(540);
  assertEquals(parts.outbox.flush(), []);
});

Deno.test("sites are waited for at the point where the session is, and at no other", () => {
  const { parts, handshake } = handshakeIn("strictAwaitingSites");
  handshake.sitePointPassed("left", 10);
  assertEquals(parts.outbox.flush(), []);
  handshake.sitePointPassed("drained", 10);
  assertEquals(kindsOf(parts.outbox.flush()), ["clientServicesReadyForRedirection"]);
});
