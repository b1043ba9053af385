import { IllegalEvent } from "../../../../../lib/core/handshake/transition.ts";
import { ALL_SERVICES } from "../../../../../lib/core/decision/service_rule.ts";
import type { CnaptEffect } from "../../../../../lib/core/session/cnapt_effect.ts";
import type { CnaptSessionSettings } from "../../../../../lib/core/session/cnapt_session_settings.ts";
import { CnaptSession } from "../../../../../lib/core/session/cnapt/cnapt_session.ts";
import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import type { Ack, AckedStep, Bound } from "../../../../../lib/core/wire/message.ts";
import { ProtocolViolation } from "../../../../../lib/core/wire/protocol_violation.ts";
import { assert, assertEquals, assertThrows } from "../../../../assert.ts";
import { CNAPT_SETTINGS, kindsOf, sent, Z_MS } from "../session_settings.ts";
import { openingOf } from "../../../../opening.ts";

const CONTROL = 1;
const NEW_CONTROL = 2;
const STREAM_LINK = 11;

const ack = (of: AckedStep, epoch = 0): Ack => ({
  kind: "ack",
  of,
  epoch,
  recordReceived: 0,
  switchTimeoutMs: Z_MS,
});

const bound = (epoch = 0, binding = 1): Bound => ({
  kind: "bound",
  stream: 1,
  epoch,
  binding,
  from: 0,
  received: 0,
});

function connected(settings = CNAPT_SETTINGS): CnaptSession {
  const session = new CnaptSession(settings, "eth", new MemoryBudget(1e6), 0);
  session.start(0);
  session.controlReady(CONTROL, "eth", 10);
  session.controlReceived(CONTROL, ack("connect"), 20);
  assertEquals(session.state, "connected");
  return session;
}

/** A session with a bound stream that has sent `bytes`. */
function relaying(bytes: number, settings = CNAPT_SETTINGS): CnaptSession {
  const session = connected(settings);
  session.openStream(openingOf("ssh"), 30);
  session.linkAcquired(1, 1, STREAM_LINK, 31);
  session.boundReceived(STREAM_LINK, bound(), 40);
  const ring = session.streams.get(1)?.ring;
  ring?.writable(bytes);
  ring?.commit(bytes);
  ring?.claim(bytes);
  return session;
}

Deno.test("CNAPT dials again when a link is refused as stale before there is a control link", () => {
  const session = new CnaptSession(CNAPT_SETTINGS, "eth", new MemoryBudget(1e6), 0);
  session.start(0);
  session.refused("staleEpoch", "a newer switch came first", 10);
  assertEquals(session.state, "dialing");
  assertEquals(kindsOf(session.timePassed(session.deadline)), ["dialControl"]);
});

Deno.test("CNAPT says CONNECT when its first control link is there", () => {
  const session = new CnaptSession(CNAPT_SETTINGS, "eth", new MemoryBudget(1e6), 0);
  assertEquals(kindsOf(session.start(0)), ["dialControl"]);
  const effects = session.controlReady(CONTROL, "wifi", 10);
  assertEquals(kindsOf(effects), ["adoptControl", "useProvider", "connect"]);
  assertEquals(session.provider, "wifi");
});

Deno.test("CNAPT asks again after a pause when no network answers", () => {
  const session = new CnaptSession(CNAPT_SETTINGS, "eth", new MemoryBudget(1e6), 0);
  session.start(0);
  assertEquals(session.controlFailed(100), []);
  assertEquals(kindsOf(session.timePassed(session.deadline)), ["dialControl"]);
});

Deno.test("CNAPT closes when SNAPT refuses it", () => {
  const session = new CnaptSession(CNAPT_SETTINGS, "eth", new MemoryBudget(1e6), 0);
  session.start(0);
  const effects = session.refused("revoked", "ask for a new ticket", 5);
  assertEquals(kindsOf(effects).at(-1), "sessionEnded");
  assertEquals(session.refusal?.code, "revoked");
});

Deno.test("CNAPT opens a stream with one frame when a link is parked", () => {
  const session = connected();
  assertEquals(kindsOf(session.openStream(openingOf("ssh"), 30)?.effects ?? []), ["requestLink"]);
  const effects = session.linkAcquired(1, 1, STREAM_LINK, 31);
  const [bind] = sent(effects, "bind");
  assertEquals([bind?.mode, bind?.from, bind?.opening], ["open", 0, openingOf("ssh")]);
  assert(kindsOf(effects).includes("attachOutbound"));
});

Deno.test("CNAPT keeps a stream waiting when there is no network", () => {
  const session = connected();
  session.controlLost(CONTROL, "broken", 30);
  const opened = session.openStream(openingOf("ssh"), 40);
  assertEquals(opened?.effects, []);
  const effects = session.controlReady(NEW_CONTROL, "wifi", 50);
  assert(kindsOf(effects).includes("requestLink"));
});

Deno.test("CNAPT opens no further stream when there are too many", () => {
  const session = connected();
  session.openStream(openingOf("ssh"), 30);
  session.openStream(openingOf("ssh"), 30);
  assertEquals(session.openStream(openingOf("ssh"), 30), null);
});

Deno.test("CNAPT names its new epoch and all positions when the path broke", () => {
  const session = relaying(100);
  assert(kindsOf(session.controlLost(CONTROL, "broken", 50)).includes("dialControl"));
  const effects = session.controlReady(NEW_CONTROL, "wifi", 60);
  assertEquals(sent(effects, "switchUnexpected")[0]?.epoch, 1);
  assertEquals(sent(effects, "positions")[0]?.entries, [{ stream: 1, position: 0 }]);
  assertEquals([session.state, session.provider], ["resuming", "wifi"]);
});

Deno.test("CNAPT sends again from the acknowledged position when a stream is bound anew", () => {
  const session = relaying(100);
  session.controlReceived(CONTROL, {
    kind: "positions",
    recordReceived: 0,
    entries: [{ stream: 1, position: 60 }],
  }, 45);
  session.controlLost(CONTROL, "broken", 50);
  session.controlReady(NEW_CONTROL, "wifi", 60);
  const [bind] = sent(session.linkAcquired(1, 2, 12, 70), "bind");
  assertEquals([bind?.mode, bind?.from, bind?.epoch], ["replay", 60, 1]);
  session.boundReceived(12, bound(1, 2), 80);
  const effects = session.controlReceived(NEW_CONTROL, {
    kind: "allRedirected",
    epoch: 1,
    recordReceived: 0,
    replayedBytes: 5,
  }, 90);
  const ended = effects.find((effect) => effect.kind === "switchEnded");
  assertEquals(ended?.receipt.replayedBytes, 45);
  assertEquals(ended?.receipt.stallMs, 35);
});

Deno.test("CNAPT counts a stall to the end when ALL_REDIRECTED overtakes BOUND", () => {
  const session = relaying(100);
  session.controlLost(CONTROL, "broken", 50);
  session.controlReady(NEW_CONTROL, "wifi", 60);
  session.linkAcquired(1, 2, 12, 70);
  const effects = session.controlReceived(NEW_CONTROL, {
    kind: "allRedirected",
    epoch: 1,
    recordReceived: 0,
    replayedBytes: 0,
  }, 90);
  const ended = effects.find((effect) => effect.kind === "switchEnded");
  assertEquals(ended?.receipt.stalls, [{ stream: 1, ms: 50 }]);
});

Deno.test("CNAPT moves a stream at the position it has reached when switched overlapped", () => {
  const session = relaying(100);
  assertEquals(kindsOf(session.requestSwitch("wifi", "overlapped", "asked", 50)), [
    "suspendDecision",
    "prepareLinks",
  ]);
  assertEquals(kindsOf(session.controlReady(NEW_CONTROL, "wifi", 60)), ["switchStep1"]);
  assert(
    kindsOf(session.controlReceived(CONTROL, ack("switchStep1", 1), 70)).includes("requestLink"),
  );
  const effects = session.linkAcquired(1, 2, 12, 71);
  const [bind] = sent(effects, "bind");
  assertEquals([bind?.mode, bind?.from], ["overlap", 100]);
  const [last] = sent(effects, "lastMessageBeforeRedirection");
  assertEquals(last?.entries, [{ stream: 1, position: 100 }]);
});

Deno.test("CNAPT stays where it is when the links of a planned switch cannot be had", () => {
  const session = relaying(100);
  session.requestSwitch("wifi", "overlapped", "asked", 50);
  const effects = session.controlFailed(60, "nobody answers");
  const ended = effects.find((effect) => effect.kind === "switchEnded");
  const { outcome, reason } = ended?.receipt ?? {};
  assertEquals([outcome, reason], ["failed", "asked; nobody answers"]);
  assertEquals([session.state, session.epoch, session.provider], ["connected", 0, "eth"]);
});

Deno.test("CNAPT stops sending before anything else when switched strictly", () => {
  const session = relaying(100);
  assertEquals(kindsOf(session.requestSwitch("wifi", "strict", "asked", 50)), [
    "suspendDecision",
    "stopOutbound",
    "switchStep1",
  ]);
});

Deno.test("CNAPT gives its streams up when no network comes back within Z", () => {
  const session = relaying(100);
  session.controlLost(CONTROL, "broken", 50);
  session.controlFailed(60);
  const effects = [...session.timePassed(1_000), ...session.timePassed(50 + Z_MS)];
  assert(kindsOf(effects).includes("resetStream"));
  assertEquals([session.state, session.memory.usedBytes, session.streams.size], ["closed", 0, 0]);
});

Deno.test("CNAPT ignores frames of a control link that is not the current one", () => {
  const session = connected();
  assertEquals(session.controlReceived(99, ack("switchStep1"), 50), []);
  assertEquals(session.controlLost(99, "broken", 50), []);
});

Deno.test("CNAPT takes what only it may send for a violation", () => {
  const session = connected();
  assertThrows(
    () =>
      session.controlReceived(CONTROL, { kind: "connect", instance: "00", claim: "atOnce" }, 50),
    ProtocolViolation,
  );
});

Deno.test("CNAPT takes a step that nobody asked for as illegal", () => {
  const session = connected();
  assertThrows(() => session.controlReceived(CONTROL, ack("switchStep1"), 50), IllegalEvent);
});

Deno.test("CNAPT closes a parked link that comes for a binding of the past", () => {
  const session = connected();
  session.openStream(openingOf("ssh"), 30);
  assertEquals(kindsOf(session.linkAcquired(1, 7, STREAM_LINK, 31)), ["closeLink"]);
});

/** Lets time pass on a path that is well: PING is answered. Returns what else is done. */
function effectsWithin(session: CnaptSession, from: number, until: number): CnaptEffect[] {
  const effects: CnaptEffect[] = [];
  for (let now = from; now < until; now += 10) {
    const due = session.timePassed(now);
    for (const { token } of sent(due, "ping")) {
      effects.push(...session.controlReceived(CONTROL, { kind: "pong", token }, now));
    }
    effects.push(...due);
  }
  return effects;
}

Deno.test("CNAPT binds another link within a second when one leads nowhere", () => {
  const session = relaying(100);
  const stream = session.streams.get(1);
  assert(stream !== undefined);
  session.payloadSent(stream, 40);
  const kinds = kindsOf(effectsWithin(session, 40, 640)).filter((kind) => kind !== "ping");
  assertEquals(kinds.filter((kind) => kind !== "askAround"), ["note", "detach", "requestLink"]);
  assertEquals(stream.binding, 2);
});

/** Over lte goes everything but ssh. */
const RULED: CnaptSessionSettings = {
  ...CNAPT_SETTINGS,
  ruleOf: (provider) =>
    provider === "lte" ? { kind: "allBut", names: new Set(["ssh"]) } : ALL_SERVICES,
};

Deno.test("CNAPT closes the link of a stream that is not allowed there and says so to SNAPT", () => {
  const session = relaying(100, RULED);
  const [, prepare] = session.requestSwitch("lte", "overlapped", "asked", 50);
  assertEquals(prepare, { kind: "prepareLinks", provider: "lte", count: 0 });
  session.controlReady(NEW_CONTROL, "lte", 60);
  const effects = session.controlReceived(CONTROL, ack("switchStep1", 1), 70);
  assertEquals(kindsOf(effects), ["detach", "waitingStreams", "note"]);
  assertEquals(sent(effects, "waitingStreams")[0], {
    kind: "waitingStreams",
    epoch: 1,
    streams: [1],
  });
  const stream = session.streams.get(1);
  assert(stream !== undefined);
  assertEquals([session.isWaiting(stream), stream.link.kind], [true, "unbound"]);
});

Deno.test("CNAPT does not name to SNAPT what SNAPT has never heard of", () => {
  const session = connected(RULED);
  session.requestSwitch("lte", "overlapped", "asked", 50);
  session.openStream(openingOf("ssh"), 55);
  session.controlReady(NEW_CONTROL, "lte", 60);
  const effects = session.controlReceived(CONTROL, ack("switchStep1", 1), 70);
  assertEquals(kindsOf(effects), ["detach"]); // it had asked for a link over eth
});

Deno.test("CNAPT tells why the new network of a strict switch is not there, and looks for any", () => {
  const session = relaying(100);
  session.requestSwitch("wifi", "strict", "asked", 50);
  session.controlReceived(CONTROL, ack("switchStep1", 1), 60);
  session.controlReceived(CONTROL, { kind: "okToRedirection", epoch: 1 }, 70);
  session.sitePointPassed("drained", 80);
  const ready = { kind: "serverServicesReadyForRedirection", epoch: 1 } as const;
  session.controlReceived(CONTROL, ready, 90);
  assertEquals(session.purpose, { from: "eth", to: "wifi", reason: "asked" });
  const effects = session.providerNotConnected("its command hangs", 100);
  assert(kindsOf(effects).includes("dialControl"));
  assertEquals(session.state, "searching");
  assertEquals(session.purpose.reason, "asked; its command hangs; strict switch broke off");
  assertEquals(session.providerNotConnected("twice", 110), []);
});
