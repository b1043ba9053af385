import { cnaptMeaningOf } from "../../../../../lib/core/session/cnapt/cnapt_meaning.ts";
import { snaptMeaningOf } from "../../../../../lib/core/session/snapt/snapt_meaning.ts";
import { ACKED_STEPS, type Message } from "../../../../../lib/core/wire/message.ts";
import { ProtocolViolation } from "../../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals } from "../../../../assert.ts";
import { GOLDEN_VECTORS } from "../../wire/golden_vectors.ts";

const MESSAGES: readonly Message[] = Object.values(GOLDEN_VECTORS).map(({ message }) => message);

/** Which messages each role takes on a control link. */
function takenBy(meaningOf: (message: Message) => unknown): readonly string[] {
  return MESSAGES.filter((message) => {
    try {
      meaningOf(message);
      return true;
    } catch (error) {
      if (error instanceof ProtocolViolation && error.code === "unexpected") return false;
      throw error;
    }
  }).map(({ kind }) => kind);
}

Deno.test("CNAPT takes what SNAPT sends on a control link", () => {
  const common = takenBy(snaptMeaningOf);
  assertEquals(takenBy(cnaptMeaningOf).filter((kind) => !common.includes(kind)).sort(), [
    "ack",
    "allRedirected",
    "okToRedirection",
    "refused",
    "serverServicesReadyForRedirection",
  ]);
});

Deno.test("an acknowledgement is an event of its own for each step", () => {
  const events = ACKED_STEPS.map((of) => {
    const ack = { kind: "ack", of, epoch: 0, recordReceived: 3, switchTimeoutMs: 1 } as const;
    const meaning = cnaptMeaningOf(ack);
    return meaning.kind === "event" ? meaning.event : null;
  });
  assertEquals(events, [
    { kind: "connectAcked", recordReceived: 3 },
    { kind: "disconnectAcked", recordReceived: 3 },
    { kind: "step1Acked", recordReceived: 3 },
    { kind: "step2Acked", recordReceived: 3 },
    { kind: "unexpectedAcked", recordReceived: 3 },
  ]);
});

Deno.test("SNAPT's goodbye turns CNAPT away as a refusal does", () => {
  assertEquals(cnaptMeaningOf({ kind: "disconnect", sentence: "it stops" }), {
    kind: "turnedAway",
    code: "shuttingDown",
    sentence: "it stops",
  });
});
