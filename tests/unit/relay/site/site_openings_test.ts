import { type Reception, SiteOpenings } from "../../../../lib/relay/site/site_openings.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { openingOf } from "../../../opening.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

function made(first: Reception) {
  const clock = new VirtualClock();
  const log = new TestLog();
  const now = { reception: first };
  const tasks = testTasks(clock, log);
  const openings = new SiteOpenings({ reception: () => now.reception, limit: 5, tasks, log });
  const said: string[] = [];
  const come = () => {
    const [, application] = MemoryConn.pair();
    openings.open(openingOf("ssh"), application);
    openings.openFor(openingOf("ssh"), {
      application: null,
      opened: () => Promise.reject(new TypeError("never asked")),
      failed: (code) => said.push(code),
    });
    return application;
  };
  return { clock, log, now, openings, said, come };
}

function served(said: string[]): Reception {
  const openings = { open: () => said.push("open"), openFor: () => said.push("openFor") };
  return { kind: "served", openings };
}

Deno.test("applications are served at once where there is a session", () => {
  const said: string[] = [];
  made(served(said)).come();
  assertEquals(said, ["open", "openFor"]);
});

Deno.test("applications that come between two sessions are served by the next one", () => {
  const { now, openings, said, come } = made({ kind: "waiting", reason: "none" });
  const application = come();
  openings.receptionChanged();
  assertEquals([said, application.isOpen], [[], true]);
  now.reception = served(said);
  openings.receptionChanged();
  assertEquals([said, application.isOpen], [["open", "openFor"], true]);
});

Deno.test("applications are turned away with the reason, also those that wait already", () => {
  const { log, now, openings, said, come } = made({ kind: "waiting", reason: "none" });
  const early = come();
  now.reception = { kind: "turnedAway", reason: "laptop is revoked" };
  openings.receptionChanged();
  const late = come();
  assertEquals([early.isOpen, late.isOpen], [false, false]);
  assertEquals(said, ["sessionEnded", "sessionEnded"]);
  assertEquals(log.of("warn").filter((line) => line.includes("laptop is revoked")).length, 3);
});

Deno.test("that a service turns applications away is said once, and again after it was served", () => {
  const { log, now, openings, said, come } = made({ kind: "turnedAway", reason: "revoked" });
  for (let n = 0; n < 3; n++) come();
  assertEquals(log.of("warn").length, 1);
  now.reception = served(said);
  openings.receptionChanged();
  now.reception = { kind: "turnedAway", reason: "revoked" };
  come();
  assertEquals(log.of("warn").length, 2);
});

Deno.test("an unserved client of a session goes on as if it came just now", () => {
  const { now, openings, said } = made({ kind: "waiting", reason: "none" });
  const [, application] = MemoryConn.pair();
  const opening = openingOf("ssh");
  const waiter = {
    application: null,
    opened: () => Promise.reject(new TypeError("never asked")),
    failed: (code: string) => said.push(code),
  };
  openings.openAgain([{ kind: "relayed", opening, application }, {
    kind: "waiting",
    opening,
    waiter,
  }]);
  assertEquals([said, application.isOpen], [[], true]);
  now.reception = served(said);
  openings.receptionChanged();
  assertEquals(said, ["open", "openFor"]);
});

Deno.test("whoever waits in vain is told why there is no session", async () => {
  const { clock, log, come } = made({ kind: "waiting", reason: "SNAPT is full" });
  const application = come();
  await clock.advance(30_000);
  assertEquals(application.isOpen, false);
  assert(log.of("warn").every((line) => line.includes("SNAPT is full")));
});
