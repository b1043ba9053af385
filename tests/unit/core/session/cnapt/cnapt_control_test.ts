/** What a peer says is checked as a whole before anything is changed. */
import { IllegalEvent } from "../../../../../lib/core/handshake/transition.ts";
import { CnaptSession } from "../../../../../lib/core/session/cnapt/cnapt_session.ts";
import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import type { Message } from "../../../../../lib/core/wire/message.ts";
import { ProtocolViolation } from "../../../../../lib/core/wire/protocol_violation.ts";
import { assert, assertEquals } from "../../../../assert.ts";
import { openingOf, tcpService } from "../../../../opening.ts";
import { CNAPT_SETTINGS, kindsOf, sent, Z_MS } from "../session_settings.ts";

const CONTROL = 1;
const NEW_CONTROL = 2;
const ACK = { kind: "ack", epoch: 0, recordReceived: 0, switchTimeoutMs: Z_MS } as const;

/** A session with one stream that has sent 100 bytes. */
function relaying(): CnaptSession {
  const session = new CnaptSession(CNAPT_SETTINGS, "eth", new MemoryBudget(1e6), 0);
  session.start(0);
  session.controlReady(CONTROL, "eth", 10);
  session.controlReceived(CONTROL, { ...ACK, of: "connect" }, 20);
  session.openStream(openingOf("ssh"), 30);
  session.linkAcquired(1, 1, 11, 31);
  const bound = { kind: "bound", stream: 1, epoch: 0, binding: 1, from: 0, received: 0 } as const;
  session.boundReceived(11, bound, 40);
  const ring = session.streams.get(1)?.ring;
  ring?.writable(100);
  ring?.commit(100);
  ring?.claim(100);
  return session;
}

function looksOf(session: CnaptSession): unknown {
  const { state, epoch, provider, deadline, services, refusal, purpose } = session;
  const streams = [...session.streams.values()].map(({ ring, cursor, ...rest }) => ({
    ...rest,
    progress: null,
    ring: [ring.acked, ring.resumeAt, ring.sent],
    cursor: [cursor.taken, cursor.final],
  }));
  return { state, epoch, provider, deadline, services, refusal, purpose, streams };
}

/** Fails unless `message` is turned down and the session is as it was. */
function expectUntouched(session: CnaptSession, link: number, message: Message): void {
  const before = looksOf(session);
  try {
    session.controlReceived(link, message, 5_000);
  } catch (error) {
    assert(error instanceof ProtocolViolation || error instanceof IllegalEvent);
    assertEquals(looksOf(session), before);
    assertEquals(kindsOf(session.timePassed(0)), [], "an effect is left over");
    return;
  }
  throw new Error(`${message.kind} was taken`);
}

const WRONG: readonly Message[] = [
  { kind: "positions", recordReceived: 0, entries: [{ stream: 1, position: 101 }] },
  {
    kind: "positions",
    recordReceived: 0,
    entries: [{ stream: 1, position: 60 }, { stream: 1, position: 101 }],
  },
  { kind: "positions", recordReceived: 1, entries: [{ stream: 1, position: 60 }] },
  { kind: "finished", sequence: 1, stream: 1 },
  { kind: "finished", sequence: 2, stream: 9 },
  { kind: "offerClientServices", sequence: 1, services: [] },
  { ...ACK, of: "switchStep1" },
  { kind: "okToRedirection", epoch: 1 },
  { kind: "allRedirected", epoch: 1, recordReceived: 0, replayedBytes: 0 },
  { kind: "connect", instance: "0011223344556677", claim: "atOnce" },
  { kind: "waitingStreams", epoch: 0, streams: [1] },
];
for (const [index, message] of WRONG.entries()) {
  Deno.test(`${message.kind} that cannot be (${index}) leaves CNAPT's session as it was`, () => {
    expectUntouched(relaying(), CONTROL, message);
  });
}

Deno.test("ALL_REDIRECTED that acknowledges too much does not end the switch", () => {
  const session = relaying();
  session.controlLost(CONTROL, "broken", 50);
  session.controlReady(NEW_CONTROL, "wifi", 60);
  const all = { kind: "allRedirected", epoch: 1, replayedBytes: 0 } as const;
  expectUntouched(session, NEW_CONTROL, { ...all, recordReceived: 7 });
  const effects = session.controlReceived(NEW_CONTROL, { ...all, recordReceived: 0 }, 5_000);
  assert(kindsOf(effects).includes("switchEnded"));
});

Deno.test("an ACK that acknowledges too much does not resend the record", () => {
  const session = relaying();
  session.controlLost(CONTROL, "broken", 50);
  session.controlReady(NEW_CONTROL, "wifi", 60);
  expectUntouched(session, NEW_CONTROL, { ...ACK, of: "switchUnexpected", recordReceived: 7 });
});

Deno.test("BOUND that acknowledges too much leaves the stream waiting for a right one", () => {
  const session = relaying();
  session.controlLost(CONTROL, "broken", 50);
  session.controlReady(NEW_CONTROL, "wifi", 60);
  session.linkAcquired(1, 2, 12, 70);
  const bound = { kind: "bound", stream: 1, epoch: 1, binding: 2, from: 0 } as const;
  const before = looksOf(session);
  try {
    session.boundReceived(12, { ...bound, received: 101 }, 80);
    throw new Error("it was taken");
  } catch (error) {
    assert(error instanceof ProtocolViolation);
  }
  assertEquals(looksOf(session), before);
  assertEquals(kindsOf(session.boundReceived(12, { ...bound, received: 50 }, 90)), [
    "attachInbound",
    "wakeReader",
  ]);
});

Deno.test("CNAPT tells what SNAPT announced, and keeps it", () => {
  const session = relaying();
  const services = [tcpService("ssh", 22)];
  const announced = { kind: "services", sequence: 1, site: "home", services } as const;
  assertEquals(kindsOf(session.controlReceived(CONTROL, announced, 50)), ["servicesAnnounced"]);
  assertEquals([session.site, session.services], ["home", services]);
});

Deno.test("CNAPT hands over what SNAPT says of calls, streams, datagrams and its services", () => {
  const session = relaying();
  const outcomes = [{ name: "printer", address: "10.0.0.2:631", reason: "" }];
  const kinds = [
    { kind: "opened", sequence: 1, stream: 1 } as const,
    { kind: "opened", sequence: 2, stream: 9 } as const,
    { kind: "call", sequence: 3, call: 1, service: "printer", source: "" } as const,
    { kind: "clientServicesOpened", sequence: 4, outcomes } as const,
  ].flatMap((message) => kindsOf(session.controlReceived(CONTROL, message, 50)));
  assertEquals(kinds, ["streamOpened", "callReceived", "clientServicesOpened"]);
});

Deno.test("CNAPT binds another link when SNAPT lost the current one, and not for an older one", () => {
  const session = relaying();
  const lost = { kind: "linkLost", stream: 1 } as const;
  assertEquals(session.controlReceived(CONTROL, { ...lost, sequence: 1, binding: 0 }, 50), []);
  const effects = session.controlReceived(CONTROL, { ...lost, sequence: 2, binding: 1 }, 50);
  assertEquals(kindsOf(effects), ["detach", "requestLink"]);
  assertEquals(sent(effects, "ping"), []);
});
