import type { Notice } from "../../../../lib/core/notice/notice.ts";
import { SwitchReceiptDraft } from "../../../../lib/core/session/switch_receipt.ts";
import { CnaptNotices } from "../../../../lib/relay/notice/cnapt_notices.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { openingOf } from "../../../opening.ts";
import { SiteWorld } from "../site/kit/site_world.ts";

const NEVER = new AbortController().signal;

/** A site that tells of its path; network "b" is metered. */
class World {
  readonly told: Notice[] = [];
  meteredOf = (provider: string): boolean | null => provider === "b";
  readonly notices: CnaptNotices;

  constructor(readonly world: SiteWorld) {
    this.notices = new CnaptNotices(world.site, {
      meteredOf: (provider) => this.meteredOf(provider),
      publish: (notice) => this.told.push(notice),
      tasks: world.links.site,
    });
    world.switchEnded = (receipt) => this.notices.switchEnded(receipt);
  }

  static async connected(...keys: readonly string[]): Promise<World> {
    return new World(await SiteWorld.connected(...keys));
  }

  async switchToB(): Promise<void> {
    const there = this.world.site.switchTo({ to: "b", shape: "overlapped", reason: "test" }, NEVER);
    await this.world.advance(5_000);
    await there;
  }

  /** Every network is gone. */
  async lose(): Promise<void> {
    this.world.links.have();
    this.world.site.providerLost("a", "the cable is out");
    await this.world.advance(10);
  }

  get events(): readonly string[] {
    return this.told.map(({ event }) => event);
  }
}

Deno.test("a switch is told here and to SNAPT, with the same facts", async () => {
  const telling = await World.connected("a", "b");
  const { world, told } = telling;
  await telling.switchToB();
  const [here] = told;
  assertEquals([here?.event, here?.from, here?.provider], ["switched", "a", "b"]);
  assertEquals([here?.program, here?.site, here?.client], ["cnapt", "home", null]);
  assertEquals([here?.switchKind, here?.metered], ["overlapped", true]);
  const [there] = world.reports;
  assertEquals([there?.event, there?.from, there?.provider], ["switched", "a", "b"]);
  assertEquals([told.length, world.reports.length], [1, 1]);
});

Deno.test("SNAPT is told once in each session which network it came by, and nobody else is", async () => {
  const { notices, told, world } = await World.connected("a", "b");
  for (let looks = 0; looks < 3; looks++) notices.look();
  await world.advance(10);
  const [there, ...others] = world.reports;
  assertEquals([there?.event, there?.provider, there?.metered, there?.reason], [
    ...["pathChanged", "a", false, ""],
  ]);
  assertEquals([others, told], [[], []]);
});

Deno.test("a switch that did not work is told with its reason, and the path stays what it was", async () => {
  const { notices, told } = await World.connected("a");
  notices.switchEnded(
    new SwitchReceiptDraft({ kind: "overlapped", from: "a", to: "b", reason: "test" }, 0).finish(
      "failed",
      0,
      0,
      0,
    ),
  );
  const [notice] = told;
  assertEquals([notice?.event, notice?.changed, notice?.provider], ["switchFailed", [], "a"]);
});

Deno.test("that there is no network any more is told at the second look, and once", async () => {
  const telling = await World.connected("a");
  const { notices, world } = telling;
  notices.look();
  await telling.lose();
  assertEquals(world.site.path()?.state, "searching");
  notices.look();
  assertEquals(telling.told, []);
  for (let looks = 0; looks < 5; looks++) notices.look();
  assertEquals(telling.events, ["pathLost"]);
  assertEquals(telling.told[0]?.reason, "there is no network that leads to SNAPT");
});

Deno.test("a network that becomes metered is told as a change", async () => {
  const telling = await World.connected("a");
  const { notices, told } = telling;
  notices.look();
  assertEquals(told, []);
  telling.meteredOf = () => true;
  notices.look();
  notices.look();
  assertEquals(
    told.map(({ event, changed, metered, reason }) => [event, changed, metered, reason]),
    [
      ["pathChanged", ["metered"], true, "whether bytes cost something changed"],
    ],
  );
});

Deno.test("the rate is what applications moved, and begins anew on another network", async () => {
  const telling = await World.connected("a", "b");
  const { world, notices } = telling;
  const [application, relayed] = MemoryConn.pair();
  world.site.open(openingOf("ssh"), relayed);
  await world.advance(1_000);
  notices.look();
  assertEquals(notices.achievedBytesPerSecond, null);
  await application.write(new Uint8Array(50_000));
  await world.advance(1_000);
  notices.look();
  assertEquals(notices.achievedBytesPerSecond, 50_000);
  await world.advance(1_000);
  notices.look(); // the best of the last looks is kept
  assertEquals(notices.achievedBytesPerSecond, 50_000);
  await telling.switchToB();
  assertEquals([telling.told[0]?.rateBytesPerSecond, notices.achievedBytesPerSecond], [null, null]);
});

Deno.test("there is nothing to look at between two sessions", () => {
  const { notices, told, world } = new World(new SiteWorld(["a"]));
  for (let looks = 0; looks < 5; looks++) notices.look();
  assertEquals([told, world.links.log.lines], [[], []]);
});

Deno.test("the path is looked at each second until the stop", async () => {
  const telling = await World.connected("a");
  let looks = 0;
  telling.meteredOf = () => {
    looks += 1;
    return null;
  };
  telling.notices.start();
  await telling.world.advance(5_000);
  assertEquals(looks, 5);
  telling.notices.stop();
  await telling.world.advance(5_000);
  assertEquals(looks, 5);
});

Deno.test("a mistake of ours in a look is logged, and costs neither the next look nor the session", async () => {
  const telling = await World.connected("a");
  const { meteredOf, world } = telling;
  telling.meteredOf = () => {
    throw new TypeError("a mistake of ours");
  };
  telling.notices.start();
  await world.advance(3_000);
  assertEquals(world.links.log.of("error").length, 1);
  telling.meteredOf = meteredOf;
  await telling.lose();
  await world.advance(3_000);
  assertEquals([telling.events, world.sessions.length], [["pathLost"], 1]);
  assert(world.links.log.of("error")[0]?.includes("a mistake of ours"));
});
