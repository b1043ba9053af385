import { DRAINS, SNAPT_PHASE_OF, TAKES_BINDS } from "../../../../lib/core/handshake/snapt_phase.ts";
import { SNAPT_STATES, snaptTakes } from "../../../../lib/core/handshake/snapt_transitions.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("SNAPT drains exactly where it takes that all is drained", () => {
  const draining = SNAPT_STATES.filter((state) => snaptTakes(state, "inboundDrained"));
  assertEquals(SNAPT_STATES.filter((state) => DRAINS[state] !== "none"), draining);
});

Deno.test("SNAPT takes no BIND without a network and after the end", () => {
  const turnedDown = SNAPT_STATES.filter((state) => !TAKES_BINDS[SNAPT_PHASE_OF[state]]);
  assertEquals(turnedDown, ["detached", "closed"]);
});
