/** A machine that has slept, or whose networks stir: SNAPT is looked for at once. */
import { CnaptSession } from "../../../../../lib/core/session/cnapt/cnapt_session.ts";
import { MemoryBudget } from "../../../../../lib/core/stream/memory_budget.ts";
import type { AckedStep } from "../../../../../lib/core/wire/message.ts";
import { assert, assertEquals } from "../../../../assert.ts";
import { CNAPT_SETTINGS, kindsOf, Z_MS } from "../session_settings.ts";

const CONTROL = 1;
const WEEK_MS = 7 * 86_400_000;

function ackOf(of: AckedStep) {
  return { kind: "ack", of, epoch: 0, recordReceived: 0, switchTimeoutMs: Z_MS } as const;
}

function started(settings = CNAPT_SETTINGS): CnaptSession {
  const session = new CnaptSession(settings, "eth", new MemoryBudget(1e6), 0);
  session.start(0);
  session.controlReady(CONTROL, "eth", 10);
  return session;
}

function connected(settings = CNAPT_SETTINGS): CnaptSession {
  const session = started(settings);
  session.controlReceived(CONTROL, ackOf("connect"), 20);
  return session;
}

Deno.test("a session that was connected looks for SNAPT anew, without asking on the old path", () => {
  const session = connected();
  const kinds = kindsOf(session.woke("slept for 8 h", 30));
  assertEquals(kinds.includes("closeControl"), true);
  assertEquals([kinds.at(-1), session.state], ["dialControl", "searching"]);
  assertEquals(session.purpose.reason, "slept for 8 h");
});

Deno.test("a search that waits before it goes on does so at once, and one under way begins anew", () => {
  const session = connected();
  session.controlLost(CONTROL, "broken", 30);
  assertEquals(kindsOf(session.woke("slept", 40)), ["dialControl"]);
  session.controlFailed(50);
  assertEquals(kindsOf(session.woke("slept", 60)), ["dialControl"]);
});

Deno.test("a strict switch that dials its target looks everywhere instead", () => {
  const session = connected();
  session.requestSwitch("wifi", "strict", "asked", 30);
  session.controlReceived(CONTROL, { ...ackOf("switchStep1"), epoch: 1 }, 40);
  session.controlReceived(CONTROL, { kind: "okToRedirection", epoch: 1 }, 50);
  session.sitePointPassed("drained", 60);
  session.controlReceived(
    CONTROL,
    { kind: "serverServicesReadyForRedirection", epoch: 1 },
    70,
  );
  session.sitePointPassed("left", 80);
  assertEquals(session.state, "strictDialing");
  assert(kindsOf(session.woke("slept", 90)).includes("dialControl"));
  assertEquals(session.state, "searching");
});

Deno.test("a CONNECT that is not answered is said again on another link before long, however long Z is", () => {
  const session = started({ ...CNAPT_SETTINGS, switchTimeoutMs: WEEK_MS });
  assertEquals(session.state, "awaitingConnectAck");
  assert(kindsOf(session.timePassed(20_000)).includes("dialControl"));
  assertEquals(session.state, "dialing");
});

Deno.test("a planned switch that SNAPT does not answer ends in minutes, however long Z is", () => {
  const settings = { ...CNAPT_SETTINGS, switchTimeoutMs: WEEK_MS };
  const session = connected(settings);
  session.requestSwitch("wifi", "overlapped", "asked", 30);
  // The path stays well meanwhile: only the preparation hangs.
  for (let now = 1_000; session.state === "preparing" && now < 1_000_000; now += 500) {
    session.path.answered(now);
    session.timePassed(now);
    const asked = session.controlLink;
    if (asked !== null) session.controlReceived(asked, { kind: "pong", token: 0 }, now);
  }
  assertEquals(session.state, "connected");
});

Deno.test("a strict switch that has closed its links keeps the session for the whole of Z", () => {
  const session = connected({ ...CNAPT_SETTINGS, switchTimeoutMs: WEEK_MS });
  session.requestSwitch("wifi", "strict", "asked", 30);
  session.controlReceived(CONTROL, { ...ackOf("switchStep1"), epoch: 1 }, 40);
  session.controlReceived(CONTROL, { kind: "okToRedirection", epoch: 1 }, 50);
  session.sitePointPassed("drained", 60);
  session.controlReceived(
    CONTROL,
    { kind: "serverServicesReadyForRedirection", epoch: 1 },
    70,
  );
  session.timePassed(WEEK_MS);
  assertEquals(session.state, "strictLeft");
  session.timePassed(WEEK_MS + 70);
  assertEquals(session.state, "closed");
});

Deno.test("CNAPT asks again at once when something happens to a network, and never twice", () => {
  const session = new CnaptSession(CNAPT_SETTINGS, "eth", new MemoryBudget(1e6), 0);
  session.start(0);
  session.networkStirred("wifi", 50);
  assertEquals(kindsOf(session.timePassed(50)), []); // a search is under way
  session.controlFailed(100);
  session.networkStirred("wifi", 110);
  assertEquals(kindsOf(session.timePassed(110)), ["dialControl"]);
});

Deno.test("a search that pauses goes on when the machine wakes or a network comes", () => {
  const session = connected({ ...CNAPT_SETTINGS, switchTimeoutMs: WEEK_MS });
  session.controlLost(CONTROL, "broken", 0);
  session.controlFailed(10);
  session.networksChanged(100);
  assertEquals(kindsOf(session.timePassed(100)), ["dialControl"]);
  session.controlFailed(200);
  assertEquals(kindsOf(session.woke("slept", 300)), ["dialControl"]);
  assertEquals(kindsOf(session.timePassed(1_000)), [], "one search at a time");
});
