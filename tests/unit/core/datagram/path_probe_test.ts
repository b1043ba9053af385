import { PathProbe } from "../../../../lib/core/datagram/path_probe.ts";
import { assert, assertEquals } from "../../../assert.ts";

/** Lets time pass until `until`; gives the times of what was to be done. */
function run(probe: PathProbe, from: number, until: number, hasFlows = true) {
  const done: [number, string][] = [];
  for (let now = from; now <= until; now += 10) {
    const verdict = probe.check(now, hasFlows);
    if (verdict !== "fine") done.push([now, verdict]);
  }
  return done;
}

Deno.test("a new path is asked at once and again, and is blocked when it does not answer", () => {
  const probe = new PathProbe();
  probe.restart("trying");
  assertEquals(run(probe, 0, 1_000), [
    [0, "ask"],
    [250, "ask"],
    [500, "ask"],
    [750, "ask"],
    [1_000, "blocked"],
  ]);
  assertEquals(probe.state, "blocked");
});

Deno.test("a blocked path is asked less and less often until it answers", () => {
  const probe = new PathProbe();
  probe.restart("blocked");
  const asked = run(probe, 0, 100_000).map(([at]) => at);
  assertEquals(asked.slice(0, 5), [0, 1_000, 3_000, 7_000, 15_000]);
  assertEquals((asked.at(-1) ?? 0) - (asked.at(-2) ?? 0), 30_000);
  assert(probe.noteHeard(100_000), "that is news");
  assertEquals(probe.state, "working");
  assert(!probe.noteHeard(100_001));
});

Deno.test("a working path is asked when datagrams were sent and nothing came", () => {
  const probe = new PathProbe();
  probe.restart("trying");
  run(probe, 0, 0);
  probe.noteHeard(10);
  assert(probe.noteSent(1_000));
  assert(!probe.noteSent(1_500));
  assertEquals(run(probe, 1_000, 3_000), [[3_000, "ask"]]);
  assertEquals(run(probe, 3_010, 4_000).at(-1), [4_000, "blocked"]);
});

Deno.test("a working path is not asked as long as something comes", () => {
  const probe = new PathProbe();
  probe.restart("trying");
  probe.noteHeard(0);
  for (let now = 0; now < 10_000; now += 500) {
    probe.noteSent(now);
    probe.noteHeard(now);
    assertEquals(run(probe, now, now + 490), []);
  }
});

Deno.test("a quiet path is asked every quarter of a minute while there are flows, else never", () => {
  const probe = new PathProbe();
  probe.restart("trying");
  probe.noteHeard(0);
  assertEquals(run(probe, 0, 60_000, false), []);
  assertEquals(run(probe, 0, 15_000), [[15_000, "ask"]]);
});

Deno.test("a slow path has four round trips to answer", () => {
  const probe = new PathProbe();
  probe.restart("trying");
  probe.check(0, true);
  probe.noteHeard(600);
  probe.noteSent(1_000);
  const done = run(probe, 1_000, 10_000);
  assertEquals(done[0], [3_000, "ask"]);
  assertEquals(done.find(([, verdict]) => verdict === "blocked"), [5_400, "blocked"]);
});
