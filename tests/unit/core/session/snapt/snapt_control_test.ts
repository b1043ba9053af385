/** What a peer says is checked as a whole before anything is changed. */
import { IllegalEvent } from "../../../../../lib/core/handshake/transition.ts";
import type { SnaptSession } from "../../../../../lib/core/session/snapt/snapt_session.ts";
import type { Message } from "../../../../../lib/core/wire/message.ts";
import { ProtocolViolation } from "../../../../../lib/core/wire/protocol_violation.ts";
import { assert, assertEquals, assertThrows } from "../../../../assert.ts";
import { INSTANCE, kindsOf } from "../session_settings.ts";
import { bind, connected, CONTROL } from "./snapt_session_case.ts";

function looksOf(session: SnaptSession): unknown {
  const { state, epoch, switches, deadline, pendingCalls, controlLink } = session;
  const streams = [...session.streams.values()].map(({ ring, cursor, link, binding }) => [
    ring.acked,
    ring.resumeAt,
    cursor.final,
    link,
    binding,
  ]);
  return { state, epoch, switches, deadline, pendingCalls, controlLink, streams };
}

const WRONG: readonly Message[] = [
  { kind: "positions", recordReceived: 0, entries: [{ stream: 1, position: 1 }] },
  { kind: "positions", recordReceived: 99, entries: [] },
  { kind: "finished", sequence: 1, stream: 1 },
  { kind: "reset", sequence: 2, stream: 1, code: "application" },
  { kind: "services", sequence: 1, site: "evil", services: [] },
  { kind: "switchStep1", epoch: 2, shape: "overlapped" },
  { kind: "clientServicesReadyForRedirection", epoch: 0 },
  { kind: "connect", instance: INSTANCE, claim: "atOnce" },
  { kind: "allRedirected", epoch: 0, recordReceived: 0, replayedBytes: 0 },
];
for (const [index, message] of WRONG.entries()) {
  Deno.test(`${message.kind} that cannot be (${index}) leaves SNAPT's session as it was`, () => {
    const session = connected();
    session.bindReceived(11, bind(), 10);
    const before = looksOf(session);
    try {
      session.controlReceived(CONTROL, message, 5_000);
    } catch (error) {
      assert(error instanceof ProtocolViolation || error instanceof IllegalEvent);
      assertEquals(looksOf(session), before);
      assertEquals(session.timePassed(0), [], "an effect is left over");
      return;
    }
    throw new Error("it was taken");
  });
}

Deno.test("a second SWITCH_STEP1 in the midst of a switch leaves it as it was", () => {
  const session = connected();
  session.bindReceived(11, bind(), 10);
  session.controlReceived(CONTROL, { kind: "switchStep1", epoch: 1, shape: "overlapped" }, 100);
  const before = looksOf(session);
  const again = { kind: "switchStep1", epoch: 2, shape: "strict" } as const;
  assertThrows(() => session.controlReceived(CONTROL, again, 110), IllegalEvent);
  assertEquals(looksOf(session), before);
});

Deno.test("SNAPT hands over what CNAPT tells of its path and asks to be dialled", () => {
  const session = connected();
  const dial = { kind: "dialRequest", host: "192.0.2.7", port: 9, count: 1 } as const;
  const offer = { kind: "offerClientServices", sequence: 1, services: [] } as const;
  const kinds = [{ ...dial, certificate: new Uint8Array() }, offer]
    .flatMap((message) => kindsOf(session.controlReceived(CONTROL, message, 50)));
  assertEquals(kinds, ["dialClient", "clientServicesOffered"]);
});
