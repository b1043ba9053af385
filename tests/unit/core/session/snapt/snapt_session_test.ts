import type { SnaptEffect } from "../../../../../lib/core/session/snapt_effect.ts";
import type { StreamRecord } from "../../../../../lib/core/stream/stream_record.ts";
import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import { SILENT_MS } from "../../../../../lib/core/session/snapt/peer_silence.ts";
import { SnaptSession } from "../../../../../lib/core/session/snapt/snapt_session.ts";
import type { SwitchStep2, SwitchUnexpected } from "../../../../../lib/core/wire/message.ts";
import { ProtocolViolation } from "../../../../../lib/core/wire/protocol_violation.ts";
import { assert, assertEquals, assertThrows } from "../../../../assert.ts";
import { INSTANCE, kindsOf, sent, SNAPT_SETTINGS, Z_MS } from "../session_settings.ts";
import { bind, connected, CONTROL } from "./snapt_session_case.ts";
import { openingOf } from "../../../../opening.ts";

const NEW_CONTROL = 2;
const STREAM_LINK = 11;

const switchTo = <K extends "switchUnexpected" | "switchStep2">(
  kind: K,
  epoch: number,
): { kind: K; instance: string; epoch: number; recordReceived: number } => ({
  kind,
  instance: INSTANCE,
  epoch,
  recordReceived: 0,
});

function accepted(
  session: SnaptSession,
  message: SwitchUnexpected | SwitchStep2,
  now: number,
): SnaptEffect[] {
  const outcome = session.switchReceived(NEW_CONTROL, message, now);
  assert(!("refuse" in outcome), "the switch was refused");
  return outcome;
}

Deno.test("SNAPT acknowledges CONNECT, tells its places and announces its services", () => {
  const session = new SnaptSession(SNAPT_SETTINGS, CONTROL, new MemoryBudget(1e6), 0);
  assertEquals(kindsOf(session.start(0)), ["adoptControl", "ack", "places", "services"]);
});

Deno.test("SNAPT connects to the service when a stream is opened", () => {
  const effects = connected().bindReceived(STREAM_LINK, bind(), 10);
  assertEquals(kindsOf(effects).slice(0, 2), ["openService", "bound"]);
});

Deno.test("SNAPT opens nothing when the service was not given to this CNAPT", () => {
  const session = connected();
  const effects = session.bindReceived(STREAM_LINK, bind({ opening: openingOf("db") }), 10);
  assertEquals(sent(effects, "reset")[0]?.code, "serviceNotAllowed");
  assertEquals(session.streams.size, 0);
});

Deno.test("SNAPT opens no more streams than its limit", () => {
  const session = connected();
  for (const stream of [1, 2]) session.bindReceived(10 + stream, bind({ stream }), 10);
  const effects = session.bindReceived(13, bind({ stream: 3 }), 10);
  assertEquals(sent(effects, "reset")[0]?.code, "limit");
});

Deno.test("SNAPT never opens a stream a second time when its BIND comes again", () => {
  const session = connected();
  session.bindReceived(STREAM_LINK, bind(), 10);
  assertEquals(kindsOf(session.bindReceived(12, bind(), 20)), ["closeLink"]);
  session.applicationFailed(1, "application", 30);
  assertEquals(
    sent(session.bindReceived(13, bind({ binding: 2 }), 40), "reset")[0]?.code,
    "unknownStream",
  );
});

Deno.test("SNAPT ends only the stream when a BIND leaves a gap", () => {
  const session = connected();
  session.bindReceived(STREAM_LINK, bind(), 10);
  session.bindReceived(12, bind({ stream: 2 }), 10);
  const effects = session.bindReceived(13, bind({ mode: "replay", binding: 2, from: 5 }), 20);
  assertEquals(sent(effects, "reset")[0]?.code, "positionGap");
  assertEquals([...session.streams.keys()], [2]);
});

Deno.test("SNAPT keeps everything for Z when the control link broke", () => {
  const session = connected();
  session.bindReceived(STREAM_LINK, bind(), 10);
  session.controlLost(CONTROL, 100);
  assertEquals(session.state, "detached");
  session.timePassed(100 + Z_MS - 1);
  assertEquals(session.streams.size, 1);
  const effects = session.timePassed(100 + Z_MS);
  assertEquals(kindsOf(effects).at(-1), "sessionEnded");
  assertEquals(session.memoryBytes, 0);
});

Deno.test("SNAPT leaves the old epoch when SWITCH_UNEXPECTED comes, noticed loss or not", () => {
  const session = connected();
  session.bindReceived(STREAM_LINK, bind(), 10);
  const effects = accepted(session, switchTo("switchUnexpected", 1), 100);
  const kinds = kindsOf(effects);
  assert(kinds.indexOf("detach") < kinds.indexOf("adoptControl"));
  assertEquals(sent(effects, "ack")[0]?.of, "switchUnexpected");
  assertEquals([session.state, session.epoch], ["resuming", 1]);
});

Deno.test("SNAPT says ALL_REDIRECTED when the last stream is bound again", () => {
  const session = connected();
  for (const stream of [1, 2]) session.bindReceived(10 + stream, bind({ stream }), 10);
  accepted(session, switchTo("switchUnexpected", 1), 100);
  const again = { epoch: 1, binding: 2, mode: "replay" } as const;
  assertEquals(
    sent(session.bindReceived(21, bind({ ...again, stream: 1 }), 110), "allRedirected"),
    [],
  );
  const effects = session.bindReceived(22, bind({ ...again, stream: 2 }), 120);
  assertEquals(sent(effects, "allRedirected").length, 1);
  assertEquals(session.state, "connected");
});

Deno.test("SNAPT refuses a switch of an epoch that has passed", () => {
  const session = connected();
  accepted(session, switchTo("switchUnexpected", 3), 100);
  assertEquals(session.switchReceived(9, switchTo("switchUnexpected", 3), 110), {
    refuse: "staleEpoch",
  });
  assertEquals(session.controlLink, NEW_CONTROL);
});

Deno.test("SNAPT refuses a switch of another instance of CNAPT", () => {
  const message = { ...switchTo("switchUnexpected", 1), instance: "ffffffffffffffff" };
  assertEquals(connected().switchReceived(9, message, 100), { refuse: "displaced" });
});

Deno.test("SNAPT refuses SWITCH_STEP2 when no planned switch is under way", () => {
  assertEquals(connected().switchReceived(9, switchTo("switchStep2", 0), 100), {
    refuse: "staleEpoch",
  });
});

Deno.test("SNAPT keeps a BIND of the next epoch until its switch message comes", () => {
  const session = connected();
  session.bindReceived(STREAM_LINK, bind(), 10);
  const early = bind({ epoch: 1, binding: 2, mode: "replay" });
  assertEquals(session.bindReceived(12, early, 90), []);
  const effects = accepted(session, switchTo("switchUnexpected", 1), 100);
  assertEquals(sent(effects, "bound")[0]?.binding, 2);
  assertEquals(sent(effects, "allRedirected").length, 1);
});

Deno.test("SNAPT says OK_TO_REDIRECTION at once when there are no streams to move", () => {
  const session = connected();
  const step1 = { kind: "switchStep1", epoch: 1, shape: "overlapped" } as const;
  assertEquals(kindsOf(session.controlReceived(CONTROL, step1, 100)), ["ack", "okToRedirection"]);
});

Deno.test("SNAPT stops sending when a strict switch begins", () => {
  const session = connected();
  session.bindReceived(STREAM_LINK, bind(), 10);
  const step1 = { kind: "switchStep1", epoch: 1, shape: "strict" } as const;
  const kinds = kindsOf(session.controlReceived(CONTROL, step1, 100));
  assertEquals(kinds, ["stopOutbound", "lastMessageBeforeRedirection", "ack"]);
});

Deno.test("SNAPT takes a step to an epoch that is not the next for a violation", () => {
  const step1 = { kind: "switchStep1", epoch: 2, shape: "overlapped" } as const;
  const error = assertThrows(
    () => connected().controlReceived(CONTROL, step1, 100),
    ProtocolViolation,
  );
  assertEquals(error.code, "epoch");
});

Deno.test("SNAPT takes the path for lost when nothing is heard for long", () => {
  const session = connected();
  session.timePassed(SILENT_MS);
  assertEquals(session.state, "detached");
});

Deno.test("SNAPT answers DISCONNECT and lets go of everything", () => {
  const session = connected();
  session.bindReceived(STREAM_LINK, bind(), 10);
  const goodbye = { kind: "disconnect", sentence: "CNAPT stops" } as const;
  const effects = session.controlReceived(CONTROL, goodbye, 100);
  assertEquals(sent(effects, "ack")[0]?.of, "disconnect");
  assertEquals([session.state, session.streams.size, session.deadline], ["closed", 0, Infinity]);
});

Deno.test("SNAPT tells a stream's end once, after everything was delivered", () => {
  const session = connected();
  session.bindReceived(STREAM_LINK, bind(), 10);
  const eof = { kind: "eof", sequence: 1, stream: 1, position: 0 } as const;
  assertEquals(kindsOf(session.controlReceived(CONTROL, eof, 20)), ["checkInput"]);
  assertEquals(kindsOf(session.controlReceived(CONTROL, eof, 30)), []);
  session.inputEnded(1, 40);
  assertEquals(kindsOf(session.applicationEnded(1, 50)), ["eof", "finished", "releaseStream"]);
});

function saying(session: SnaptSession, bytes: number): StreamRecord {
  const stream = session.streams.get(1);
  assert(stream !== undefined);
  stream.ring.writable(bytes);
  stream.ring.commit(bytes);
  stream.ring.claim(bytes);
  return stream;
}

Deno.test("SNAPT asks for another link within a second when one leads nowhere", () => {
  const session = connected();
  session.bindReceived(STREAM_LINK, bind(), 10);
  session.payloadSent(saying(session, 100), 20);
  const effects: SnaptEffect[] = [];
  for (let now = 20; now < 640; now += 10) {
    const due = session.timePassed(now);
    for (const { token } of sent(due, "ping")) {
      effects.push(...session.controlReceived(CONTROL, { kind: "pong", token }, now));
    }
    effects.push(...due);
  }
  assertEquals(kindsOf(effects), ["ping", "note", "detach", "linkLost"]);
});

Deno.test("SNAPT asks for a link for a stream that rests when its server speaks", () => {
  const session = connected();
  session.bindReceived(STREAM_LINK, bind(), 10);
  assertEquals(kindsOf(session.streamLinkLost(1, STREAM_LINK, 60_000)), ["detach"]);
  assertEquals(kindsOf(session.payloadWaits(1, 70_000)), ["linkLost"]);
  assertEquals(session.payloadWaits(1, 70_001), []);
});

Deno.test("SNAPT asks for a link at once when one breaks with something on it", () => {
  const session = connected();
  session.bindReceived(STREAM_LINK, bind(), 10);
  saying(session, 100);
  assertEquals(kindsOf(session.streamLinkLost(1, STREAM_LINK, 60)), ["detach", "linkLost"]);
});

Deno.test("SNAPT does not wait for streams that have to wait for another network", () => {
  const session = connected();
  session.bindReceived(STREAM_LINK, bind(), 10);
  const step1 = { kind: "switchStep1", epoch: 1, shape: "overlapped" } as const;
  assertEquals(kindsOf(session.controlReceived(CONTROL, step1, 100)), ["ack"]);
  const held = { kind: "waitingStreams", epoch: 1, streams: [1, 99] } as const;
  const effects = session.controlReceived(CONTROL, held, 110);
  assertEquals(kindsOf(effects), ["detach", "okToRedirection"]);
  assertEquals(session.streams.get(1)?.link.kind, "unbound");
});

Deno.test("a stream keeps its link when BIND has overtaken that it waits", () => {
  const session = connected();
  session.bindReceived(STREAM_LINK, bind(), 10);
  const step1 = { kind: "switchStep1", epoch: 1, shape: "overlapped" } as const;
  session.controlReceived(CONTROL, step1, 100);
  session.bindReceived(STREAM_LINK + 1, bind({ binding: 2, mode: "replay", epoch: 1 }), 105);
  const held = { kind: "waitingStreams", epoch: 1, streams: [1] } as const;
  assertEquals(kindsOf(session.controlReceived(CONTROL, held, 110)).includes("detach"), false);
  assertEquals(session.streams.get(1)?.link.kind, "bound");
});

Deno.test("SNAPT heeds nothing that waits in another epoch", () => {
  const session = connected();
  session.bindReceived(STREAM_LINK, bind(), 10);
  for (const epoch of [1, 7]) {
    const held = { kind: "waitingStreams", epoch, streams: [1] } as const;
    assertEquals(kindsOf(session.controlReceived(CONTROL, held, 110)), []);
  }
  assertEquals(session.streams.get(1)?.link.kind, "bound");
});

Deno.test("SNAPT measures the round trip when it is asked, now and then, anew on another path", () => {
  const session = connected();
  const asked = (link: number, now: number) =>
    sent(session.controlReceived(link, { kind: "ping", token: 7 }, now), "ping");
  assertEquals(session.roundTripMs, null);
  const [question] = asked(CONTROL, 100);
  assertEquals(asked(CONTROL, 110), [], "the first is not answered yet");
  session.controlReceived(CONTROL, { kind: "pong", token: question?.token ?? 0 }, 142);
  assertEquals(session.roundTripMs, 42);
  assertEquals([asked(CONTROL, 30_141).length, asked(CONTROL, 30_142).length], [0, 1]);
  session.controlLost(CONTROL, 40_000);
  const found = {
    kind: "switchUnexpected",
    instance: INSTANCE,
    epoch: 1,
    recordReceived: 0,
  } as const;
  accepted(session, found, 41_000);
  assertEquals(session.roundTripMs, null);
  assertEquals(asked(NEW_CONTROL, 41_010).length, 1);
});
