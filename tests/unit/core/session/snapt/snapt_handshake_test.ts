import { EARLY_FOR_MS } from "../../../../../lib/core/session/snapt/early_binds.ts";
import { assertEquals } from "../../../../assert.ts";
import { INSTANCE, kindsOf, sent, SNAPT_SETTINGS } from "../session_settings.ts";
import { bind, connected, CONTROL } from "./snapt_session_case.ts";

const UNEXPECTED = {
  kind: "switchUnexpected",
  instance: INSTANCE,
  epoch: 1,
  recordReceived: 0,
} as const;

Deno.test("a switch that acknowledges what was never made is of another session", () => {
  const session = connected();
  session.bindReceived(11, bind(), 10);
  const wrong = { ...UNEXPECTED, recordReceived: 99 };
  assertEquals(session.switchReceived(2, wrong, 20), { refuse: "unknownSession" });
  assertEquals([session.state, session.epoch, session.controlLink], ["connected", 0, CONTROL]);
});

Deno.test("an early BIND that cannot be right costs its stream, not the switch", () => {
  const session = connected();
  session.bindReceived(11, bind(), 10);
  session.bindReceived(12, bind({ stream: 2 }), 10);
  const early = { epoch: 1, binding: 2, mode: "replay" } as const;
  session.bindReceived(21, bind({ ...early, received: 5 }), 20);
  session.bindReceived(22, bind({ ...early, stream: 2 }), 20);
  const outcome = session.switchReceived(2, UNEXPECTED, 30);
  if ("refuse" in outcome) throw new Error("the switch was refused");
  const notes = outcome.filter(({ kind }) => kind === "note");
  assertEquals([notes.length, sent(outcome, "reset")[0]?.stream], [1, 1]);
  assertEquals([sent(outcome, "allRedirected").length, session.state], [1, "connected"]);
});

Deno.test("early BINDs beyond the bound are closed like stale ones, and older ones of a stream too", () => {
  const session = connected({ limits: { ...SNAPT_SETTINGS.limits, streams: 2 } });
  const early = { epoch: 1, mode: "replay" } as const;
  assertEquals(session.bindReceived(10, bind({ ...early, stream: 1, binding: 2 }), 20), []);
  assertEquals(session.bindReceived(11, bind({ ...early, stream: 2, binding: 2 }), 20), []);
  const third = session.bindReceived(12, bind({ ...early, stream: 3 }), 20);
  assertEquals(third, [{ kind: "closeLink", link: 12 }]);
  const newer = session.bindReceived(13, bind({ ...early, stream: 1, binding: 3 }), 20);
  assertEquals(newer, [{ kind: "closeLink", link: 10 }]);
});

Deno.test("early BINDs whose switch does not come are closed, and the session goes on", () => {
  const session = connected();
  session.bindReceived(21, bind({ epoch: 1 }), 20);
  session.bindReceived(22, bind({ epoch: 9, stream: 2 }), 1_020);
  const closed = (now: number) =>
    session.timePassed(now).filter(({ kind }) => kind === "closeLink");
  assertEquals(closed(20 + EARLY_FOR_MS), [{ kind: "closeLink", link: 21 }]);
  assertEquals(closed(1_020 + EARLY_FOR_MS), [{ kind: "closeLink", link: 22 }]);
  assertEquals(session.state, "connected");
});

Deno.test("a session that ends closes the links of early BINDs", () => {
  const session = connected();
  session.bindReceived(21, bind({ epoch: 1 }), 20);
  const closed = session.end({ kind: "disconnect", sentence: "bye" }, 30).filter(({ kind }) =>
    kind === "closeLink"
  );
  assertEquals(closed, [{ kind: "closeLink", link: 21 }]);
  assertEquals(session.switchReceived(2, UNEXPECTED, 40), { refuse: "unknownSession" });
});

Deno.test("a BIND of another instance closes its link, and its stream may still be opened", () => {
  const session = connected();
  for (const mode of ["open", "replay"] as const) {
    const other = bind({ instance: "ffffffffffffffff", mode });
    assertEquals(session.bindReceived(11, other, 10), [{ kind: "closeLink", link: 11 }]);
    const early = bind({ instance: "ffffffffffffffff", epoch: 1, mode });
    assertEquals(session.bindReceived(12, early, 10), [{ kind: "closeLink", link: 12 }]);
  }
  assertEquals(sent(session.bindReceived(13, bind(), 20), "bound").length, 1);
});

Deno.test("no BIND is taken without a network", () => {
  const session = connected();
  session.controlLost(CONTROL, 10);
  assertEquals(kindsOf(session.bindReceived(11, bind(), 20)), ["closeLink"]);
});

Deno.test("a session that says nothing at all has lost its path, and waits", () => {
  const quiet = connected({ inactivityMs: 1_000 });
  quiet.timePassed(1_000);
  assertEquals(quiet.state, "detached");
  const moving = connected({ inactivityMs: 1_000 });
  moving.bindReceived(11, bind(), 0);
  moving.controlReceived(CONTROL, { kind: "switchStep1", epoch: 1, shape: "overlapped" }, 0);
  moving.timePassed(1_000);
  assertEquals(moving.state, "detached");
});
