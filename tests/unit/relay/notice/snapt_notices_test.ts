import { greetingOf } from "../../../../lib/core/notice/notice.ts";
import type { SnaptState } from "../../../../lib/core/handshake/snapt_transitions.ts";
import {
  type Notice,
  noticeOfPath,
  reportOf,
  UNKNOWN_PATH,
} from "../../../../lib/core/notice/notice.ts";
import { SnaptNotices } from "../../../../lib/relay/notice/snapt_notices.ts";
import type { SessionPath } from "../../../../lib/relay/server/session_path.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

const REPORT = reportOf(
  noticeOfPath(
    { program: "cnapt", site: "home", client: null },
    { event: "pathChanged", changed: ["roundTrip"], reason: "it changed" },
    UNKNOWN_PATH,
    "",
  ),
);

/** Notices about sessions that are as a test says. */
class World {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly told: Notice[] = [];
  sessions: readonly SessionPath[] = [];
  publish = (notice: Notice): void => {
    this.told.push(notice);
  };
  readonly notices = new SnaptNotices("home", testTasks(this.clock, this.log), (notice) => {
    this.publish(notice);
  });

  constructor() {
    this.notices.start(() => this.sessions);
  }

  /** The one session of "laptop" is in that state for so many looks. */
  async isFor(state: SnaptState, looks: number, session = "1"): Promise<void> {
    this.sessions = [{ session, client: "laptop", state }];
    await this.clock.advance(looks * 1_000);
  }

  get events(): readonly string[] {
    return this.told.map(({ event }) => event);
  }
}

Deno.test("that a CNAPT is not heard of is told at the second look, and once", async () => {
  const world = new World();
  await world.isFor("connected", 3);
  await world.isFor("detached", 1);
  assertEquals(world.told, []);
  await world.isFor("detached", 10);
  assertEquals(
    world.told.map(({ event, program, site, client }) => [event, program, site, client]),
    [
      ["pathLost", "snapt", "home", "laptop"],
    ],
  );
  assertEquals(world.told[0]?.at, "1970-01-01T00:00:05.000Z");
});

Deno.test("a CNAPT that is lost again after it was there is told of again", async () => {
  const world = new World();
  await world.isFor("detached", 2);
  await world.isFor("connected", 1);
  await world.isFor("detached", 2);
  assertEquals(world.events, ["pathLost", "pathLost"]);
});

Deno.test("a session without a link as agreed, or one that has ended, is not lost", async () => {
  for (const state of ["strictAwaitingStep2", "resuming", "closed"] as const) {
    const world = new World();
    await world.isFor(state, 10);
    assertEquals(world.told, [], state);
  }
});

Deno.test("sessions are looked at each for itself, also two of CNAPTs with the same name", async () => {
  const world = new World();
  world.sessions = [
    { session: "1", client: "laptop", state: "detached" },
    { session: "2", client: "laptop", state: "connected" },
    { session: "3", client: "phone", state: "detached" },
  ];
  await world.clock.advance(5_000);
  assertEquals(world.told.map(({ client }) => client), ["laptop", "phone"]);
});

Deno.test("what was known of a session is forgotten with it", async () => {
  const world = new World();
  await world.isFor("detached", 1);
  world.sessions = [];
  await world.clock.advance(1_000);
  await world.isFor("detached", 1);
  assertEquals(world.told, []);
});

Deno.test("reports are told as they are, ten at once and one a second after that", async () => {
  const world = new World();
  await world.isFor("connected", 1);
  for (let i = 0; i < 15; i++) world.notices.reported("laptop", "1", REPORT);
  assertEquals([world.told.length, world.notices.droppedReports], [10, 5]);
  assertEquals([world.told[0]?.event, world.told[0]?.client], ["pathChanged", "laptop"]);
  await world.isFor("connected", 2);
  for (let i = 0; i < 5; i++) world.notices.reported("laptop", "1", REPORT);
  assertEquals([world.told.length, world.notices.droppedReports], [12, 8]);
});

Deno.test("where a CNAPT is when its session begins is no news", () => {
  const world = new World();
  for (let i = 0; i < 15; i++) {
    world.notices.reported("laptop", "1", greetingOf({ provider: "wifi0", metered: false }));
  }
  assertEquals([world.told, world.notices.droppedReports], [[], 0]);
  world.notices.reported("laptop", "1", REPORT);
  assertEquals(world.events, ["pathChanged"]);
});

Deno.test("a CNAPT that reports without end keeps no other from being told of", () => {
  const world = new World();
  for (let i = 0; i < 50; i++) world.notices.reported("laptop", "1", REPORT);
  world.notices.reported("phone", "2", REPORT);
  assertEquals(world.told.at(-1)?.client, "phone");
});

Deno.test("a mistake of ours in telling is logged, and the next look is taken", async () => {
  const world = new World();
  const { publish } = world;
  world.publish = () => {
    throw new TypeError("a mistake of ours");
  };
  await world.isFor("detached", 2);
  world.publish = publish;
  await world.isFor("detached", 2, "2");
  assertEquals([world.events, world.log.of("error").length], [["pathLost"], 1]);
});

Deno.test("nothing is looked at any more after the stop", async () => {
  const world = new World();
  world.notices.stop();
  await world.isFor("detached", 10);
  assertEquals([world.told, world.clock.pending], [[], 0]);
});
