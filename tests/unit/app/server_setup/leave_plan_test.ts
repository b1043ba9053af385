import {
  isNothingLeft,
  leaveLines,
  leavePlan,
  takeDownValues,
} from "../../../../lib/app/server_setup/leave_plan.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { FRESH, goodConfig, SET_UP } from "./kit/looks.ts";

Deno.test("the last that leaves ends SNAPT and takes the program away", () => {
  const plan = leavePlan(SET_UP, "laptop");
  assertEquals([plan.isInvited, plan.end, plan.isProgramRemoved], [true, "service", true]);
  assertEquals(leaveLines(plan, SET_UP, "laptop").length, 3);
  assertEquals(takeDownValues(plan, "laptop"), {
    ...{ CLIENT: "laptop", END: "service", REMOVAL: "yes" },
  });
});

Deno.test("what runs in the background is ended in the same way", () => {
  const made = new Set(["program", "detached"] as const);
  const look = { ...SET_UP, service: "none", made } as const;
  assertEquals(leavePlan(look, "laptop").end, "detached");
});

for (
  const others of [goodConfig({ laptop: "invited", phone: "invited" }), goodConfig({}, ["phone"])]
) {
  Deno.test(`SNAPT stays for another, ${others.codes.length === 0 ? "joined" : "with a code"}`, () => {
    const look = { ...SET_UP, config: others };
    const plan = leavePlan(look, "laptop");
    assertEquals([plan.end, plan.isProgramRemoved, plan.others], ["stays", false, ["phone"]]);
    assert(leaveLines(plan, look, "laptop").at(-1)?.includes("phone"));
  });
}

Deno.test("revoked ones need no SNAPT", () => {
  const look = { ...SET_UP, config: goodConfig({ laptop: "invited", old: "revoked" }) };
  assertEquals(leavePlan(look, "laptop").end, "service");
});

Deno.test("what somebody else put there stays", () => {
  const theirs = leavePlan({ ...SET_UP, made: new Set() }, "laptop");
  assertEquals([theirs.isInvited, theirs.end, theirs.isProgramRemoved], [true, "stays", false]);
  const moved = leavePlan({ ...SET_UP, program: "/usr/bin/snapt" }, "laptop");
  assertEquals([moved.end, moved.isProgramRemoved], ["service", false]);
});

Deno.test("where nothing is left there is nothing to do", () => {
  assert(isNothingLeft(leavePlan(FRESH, "laptop")));
  assert(!isNothingLeft(leavePlan({ ...SET_UP, config: goodConfig() }, "laptop")));
});

Deno.test("what a join that failed has left is taken away, unless it runs", () => {
  const made = new Set(["program"] as const);
  const first = { ...SET_UP, service: "none", isRunning: false, made } as const;
  for (const config of [{ state: "missing" }, goodConfig()] as const) {
    const look = { ...first, config };
    const plan = leavePlan(look, null);
    assertEquals([plan.end, plan.isProgramRemoved], ["stays", true]);
    assert(!isNothingLeft(plan));
    assertEquals(leaveLines(plan, look, null).length, 1);
    assert(!leavePlan({ ...look, isRunning: true }, null).isProgramRemoved);
    assert(!leavePlan({ ...look, service: "own" }, null).isProgramRemoved);
    assert(!leavePlan({ ...look, made: new Set() }, null).isProgramRemoved);
  }
});

Deno.test("without a site only a SNAPT that nobody needs is taken away", () => {
  const needed = leavePlan(SET_UP, null);
  assertEquals([needed.isInvited, needed.end, needed.others], [false, "stays", ["laptop"]]);
  const bare = leavePlan({ ...SET_UP, config: goodConfig() }, null);
  assertEquals([bare.isInvited, bare.end, bare.isProgramRemoved], [false, "service", true]);
  assertEquals(takeDownValues(bare, null)["CLIENT"], "");
});
