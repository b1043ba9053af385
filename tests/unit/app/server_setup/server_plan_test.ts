import {
  missingProgram,
  planLines,
  setUpPlan,
  type SetUpWish,
  versionNote,
} from "../../../../lib/app/server_setup/server_plan.ts";
import type { ServerLook } from "../../../../lib/app/server_setup/server_look.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { FRESH, goodConfig, SET_UP } from "./kit/looks.ts";

const PROGRAM = { path: "/opt/cnapt", bytes: 96_000_000 };
const WISH: SetUpWish = {
  server: "me@home",
  client: "laptop",
  port: null,
  program: PROGRAM,
  missing: "",
  joined: null,
};
const JOINED = { site: "home", client: "laptop" };

function planned(look: ServerLook, wish: SetUpWish = WISH) {
  const plan = setUpPlan(look, wish);
  assert(plan.kind === "plan", JSON.stringify(plan));
  return { plan, lines: planLines(plan, look, wish.client) };
}

Deno.test("a fresh account gets everything, and each step is said", () => {
  const { plan, lines } = planned({ ...FRESH, sshPort: 2222 });
  assertEquals(plan, {
    ...{ kind: "plan", program: PROGRAM, newPort: 7787, start: "service", invite: "new" },
  });
  assertEquals(lines.length, 4);
  for (const part of ["96 MB", "TCP port 7787", "127.0.0.1:2222", "systemd", "as laptop"]) {
    assert(lines.join("\n").includes(part), part);
  }
});

Deno.test("where nothing keeps services it is started in the background, which is said", () => {
  const { plan, lines } = planned({ ...FRESH, manager: null });
  assertEquals(plan.start, "detached");
  assert(lines.join("\n").includes("does not come back when that machine restarts"));
});

Deno.test("the second time there is nothing to do", () => {
  const { plan, lines } = planned(SET_UP, { ...WISH, joined: JOINED, program: null });
  assertEquals([plan.invite, plan.start, lines], ["joined", "running", []]);
});

Deno.test("what is there is kept, and only what is missing is done", () => {
  const { plan } = planned({ ...SET_UP, isRunning: false }, { ...WISH, joined: JOINED });
  assertEquals([plan.program, plan.newPort, plan.start], [null, null, "service"]);
  const stranger = planned({ ...SET_UP, config: goodConfig({ phone: "invited" }) });
  assertEquals([stranger.plan.invite, stranger.lines.length], ["new", 1]);
});

Deno.test("a code that nobody has redeemed is taken back before the next", () => {
  const look = { ...SET_UP, config: goodConfig({}, ["laptop"]) };
  const { plan, lines } = planned(look);
  assertEquals(plan.invite, "again");
  assert(lines.some((line) => line.includes("take back the code for laptop")));
});

for (
  const [why, look, wish, exit, part] of [
    ["a service of the machine", { service: "machine", isRunning: true }, {}, "refused", "service"],
    ["a processor without a SNAPT", { machine: "armv7l" }, {}, "failed", "for Linux on armv7l"],
    ["no file for it", {}, { program: null, missing: "it needs X" }, "failed", "it needs X"],
    ["a locked folder", { lockedFolder: "/home/me" }, {}, "refused", "may not write to /home/me"],
    ["nothing that computes a sum", { hasher: null }, {}, "failed", "sha256sum"],
    ["no space", { freeBytes: 5_000_000 }, {}, "failed", "no space is left there"],
    ["something else called snapt", { program: "/usr/bin/snapt" }, {}, "failed", "is not SNAPT"],
    [
      "a wrong configuration",
      { ...SET_UP, config: { state: "wrong", problem: "line 3" } },
      {},
      "configuration",
      "line 3",
    ],
    ["a locked one", { ...SET_UP, config: { state: "locked" } }, {}, "refused", "may not read"],
    [
      "security none",
      { ...SET_UP, config: { ...goodConfig(), security: "none" } },
      {},
      "refused",
      "--offline",
    ],
    ["another port", { ...SET_UP, config: goodConfig() }, { port: 443 }, "failed", "port 7787"],
    ["an open port", { ...SET_UP, config: { ...goodConfig(), port: 0 } }, {}, "failed", "open"],
    ["somebody of this name", SET_UP, {}, "failed", "--name NAME"],
    [
      "a revoked one of this name",
      { ...SET_UP, config: goodConfig({ laptop: "revoked" }) },
      { joined: JOINED },
      "refused",
      "has revoked laptop",
    ],
  ] as const
) {
  Deno.test(`${why} is said before anything is done`, () => {
    const plan = setUpPlan({ ...FRESH, ...look } as ServerLook, { ...WISH, ...wish });
    assert(plan.kind === "refused", JSON.stringify(plan));
    assertEquals(plan.exit, exit);
    assert(plan.why.includes(part), plan.why);
  });
}

Deno.test("an older and a newer SNAPT are named, the same one is not", () => {
  const note = (version: string) => versionNote({ ...SET_UP, version }, "0.2.0");
  assert(note("0.1.9")?.includes("older"));
  assert(note("0.10.0")?.includes("newer"));
  assertEquals(note("0.2.0"), null);
  assertEquals(versionNote(FRESH, "0.2.0"), null);
});

Deno.test("the file that is missing is named as it is published", () => {
  const said = missingProgram({ os: "linux", arch: "arm64" }, "this cnapt is for linux-x64");
  assert(said.includes("snapt-linux-arm64") && said.includes("--program FILE"), said);
});
