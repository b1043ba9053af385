import {
  BOUND_OVER,
  CNAPT_PHASE_OF,
  LINK_AWAITED,
  SITE_POINT_AWAITED,
} from "../../../../lib/core/handshake/cnapt_phase.ts";
import { CNAPT_STATES, cnaptTakes } from "../../../../lib/core/handshake/cnapt_transitions.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("CNAPT takes a control link exactly where it awaits one", () => {
  const wanted = CNAPT_STATES.filter((state) =>
    cnaptTakes(state, "controlReady") || cnaptTakes(state, "newLinksReady")
  );
  assertEquals(CNAPT_STATES.filter((state) => LINK_AWAITED[state] !== "none"), wanted);
});

Deno.test("CNAPT waits for other sites exactly where it takes that they are ready", () => {
  const waiting = CNAPT_STATES.filter((state) => cnaptTakes(state, "sitesReady"));
  assertEquals(CNAPT_STATES.filter((state) => SITE_POINT_AWAITED[state] !== "none"), waiting);
});

Deno.test("CNAPT binds no stream while it has no session or no network", () => {
  const phases = ["dialing", "greeting", "searching", "ended"];
  const outside = CNAPT_STATES.filter((state) => phases.includes(CNAPT_PHASE_OF[state]));
  assertEquals(outside.filter((state) => BOUND_OVER[state] !== "none"), []);
});

Deno.test("CNAPT can be asked for a switch only while it is connected", () => {
  const able = CNAPT_STATES.filter((state) => cnaptTakes(state, "strictSwitchRequested"));
  assertEquals(able.map((state) => CNAPT_PHASE_OF[state]), ["connected"]);
});
