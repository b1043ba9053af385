import type { DecisionSettings } from "../../../../lib/relay/decision/decision_settings.ts";
import { SearchActivity } from "../../../../lib/relay/decision/search_activity.ts";
import type { ProviderRow } from "../../../../lib/relay/network/provider.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { providerRow } from "../../../integration/kit/provider_row.ts";
import { LinkWorld } from "../link/kit/link_world.ts";
import { SETTINGS } from "./kit/decided_session.ts";

const B = providerRow("b", "b");

class Searching {
  readonly world = new LinkWorld("b");
  readonly search: SearchActivity;
  settings: DecisionSettings = SETTINGS;
  rows: readonly ProviderRow[] = [B];
  keep = 1;

  constructor() {
    const { site: tasks, standby } = this.world;
    this.search = new SearchActivity({ settings: () => this.settings, standby, tasks });
  }

  /** Searches each second for so long. */
  async goOn(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      this.world.site.run("search", () => this.search.search(this.rows, () => this.keep, "due"));
      await this.world.clock.advance(1_000);
    }
  }

  get reach(): string | undefined {
    return this.search.measurementOf("b")?.reach.kind;
  }
}

Deno.test("a network is probed when it is due, over a link that is parked there", async () => {
  const searching = new Searching();
  await searching.goOn(25_000);
  assertEquals([searching.reach, searching.world.dialsOver("b")], ["answering", 1]);
  assertEquals(searching.world.standby.countOn("b"), 1);
});

Deno.test("a network is probed sooner as soon as the settings want it", async () => {
  const searching = new Searching();
  searching.settings = { ...SETTINGS, searchMs: 600_000 };
  searching.world.let("b", "unreachable");
  await searching.goOn(5_000);
  searching.world.let("b", "answers");
  await searching.goOn(20_000);
  assertEquals(searching.reach, "silent");
  searching.settings = SETTINGS;
  await searching.goOn(20_000);
  assertEquals(searching.reach, "answering");
});

Deno.test("a probe that fails by a mistake of ours is repeated when it is due again", async () => {
  const searching = new Searching();
  searching.world.let("b", "mistake");
  await searching.goOn(5_000);
  assertEquals([searching.reach, searching.world.dialsOver("b")], ["untried", 1]);
  searching.world.let("b", "answers");
  await searching.goOn(10_000);
  assertEquals(searching.reach, "answering");
  assertEquals(searching.world.log.of("error").length, 1);
});

Deno.test("probing everything now resolves although a mistake of ours happens", async () => {
  const searching = new Searching();
  searching.world.let("b", "mistake");
  await searching.search.search([B], () => 1, "all");
  assertEquals(searching.reach, "untried");
});

Deno.test("a network that is not reached is silent, and becomes answering again", async () => {
  const searching = new Searching();
  searching.world.let("b", "unreachable");
  await searching.goOn(5_000);
  assertEquals(searching.reach, "silent");
  searching.world.let("b", "answers");
  await searching.goOn(12_000);
  assertEquals(searching.reach, "answering");
});

Deno.test("a failed switch makes a network silent whatever the last probe said", async () => {
  const searching = new Searching();
  await searching.goOn(2_000);
  searching.search.noteFailure("b", "it did not work");
  assertEquals(searching.reach, "silent");
  searching.search.noteFailure("unknown", "it did not work");
});

Deno.test("a network with other addresses is another network", async () => {
  const searching = new Searching();
  await searching.goOn(2_000);
  searching.rows = [{ ...B, addresses: ["192.0.2.9"] }];
  await searching.goOn(1_000);
  assertEquals(searching.world.dialsOver("b"), 2);
});

Deno.test("a network that is gone is forgotten, and its links are closed", async () => {
  const searching = new Searching();
  await searching.goOn(2_000);
  searching.rows = [];
  await searching.goOn(1_000);
  assertEquals([searching.reach, searching.world.standby.count], [undefined, 0]);
});

Deno.test("only networks that need a person are probed for a session without a network", async () => {
  const searching = new Searching();
  await searching.search.search([B], () => 0, "byPerson");
  assertEquals(searching.world.dials, []);
  await searching.search.search(
    [providerRow("b", "b", { connects: "byPerson" })],
    () => 0,
    "byPerson",
  );
  assert(searching.reach === "answering", searching.reach);
  assertEquals(searching.world.standby.count, 0);
});
