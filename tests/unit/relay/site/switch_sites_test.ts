import { type SwitchRequest, switchSites } from "../../../../lib/relay/site/switch_sites.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { SiteWorld } from "./kit/site_world.ts";

const PATIENCE_MS = 3_000;
const TO_B: SwitchRequest = { to: "b", mode: "overlapped" };

/** Several sites, each with a SNAPT of its own, under clocks that go together. */
class Sites {
  readonly worlds: readonly SiteWorld[];
  readonly stopping = new AbortController();

  constructor(...names: readonly string[]) {
    this.worlds = names.map((name) => new SiteWorld(["a", "b"], undefined, name));
  }

  static async connected(...names: readonly string[]): Promise<Sites> {
    const sites = new Sites(...names);
    for (const { site } of sites.worlds) site.start();
    await sites.advance(100);
    return sites;
  }

  /** The one with this number. */
  at(index: number): SiteWorld {
    const world = this.worlds[index];
    assert(world !== undefined);
    return world;
  }

  async advance(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 50) {
      for (const world of this.worlds) await world.advance(50);
    }
  }

  /** Switches, and lets so much time pass meanwhile. */
  async switch(request: SwitchRequest, ms = 5_000) {
    const { site: tasks, log } = this.at(0).links;
    const { signal: stopping } = this.stopping;
    const sites = this.worlds.map(({ site }) => site);
    const context = { patienceMs: PATIENCE_MS, stopping, tasks, log };
    const switched = switchSites(sites, request, context);
    switched.catch(() => {}); // a test looks at it after the time has passed
    await this.advance(ms);
    return await switched;
  }

  get providers(): readonly string[] {
    return this.worlds.map(({ site }) => site.provider);
  }
}

Deno.test("all sites are switched together, and each has its receipt", async () => {
  for (const mode of ["overlapped", "strict"] as const) {
    const sites = await Sites.connected("home", "work");
    const { outcome, error, receipts, summary } = await sites.switch({ to: "b", mode });
    assertEquals([outcome, error, sites.providers], ["switched", undefined, ["b", "b"]]);
    assertEquals(receipts.map(({ site, kind, to }) => [site, kind, to]), [
      ["home", mode, "b"],
      ["work", mode, "b"],
    ]);
    assertEquals(summary?.sites.map((site) => site.outcome), ["switched", "switched"]);
  }
});

Deno.test("a switch of one site leaves the others where they are", async () => {
  const sites = await Sites.connected("home", "work");
  const { outcome } = await sites.switch({ ...TO_B, site: "work" });
  assertEquals([outcome, sites.providers], ["switched", ["a", "b"]]);
});

Deno.test("a site that there is not is told with those that there are", async () => {
  const sites = await Sites.connected("home", "work");
  assertEquals(await sites.switch({ ...TO_B, site: "nowhere" }), {
    outcome: "failed",
    error: "Cannot switch nowhere: there is no such site (there is: home, work)",
    failure: "impossible",
    receipts: [],
  });
});

Deno.test("a switch that is impossible for one site is told at once, and no other waits for it", async () => {
  const sites = await Sites.connected("home", "work");
  await sites.switch({ ...TO_B, site: "work" });
  const within = PATIENCE_MS - 1_000;
  const { outcome, error, failure, receipts } = await sites.switch(
    { to: "b", mode: "strict" },
    within,
  );
  assertEquals([outcome, failure, sites.providers], ["partly", "impossible", ["b", "b"]]);
  assertEquals(error, "Cannot switch to b: the session is there already");
  assertEquals(receipts.map(({ site }) => site), ["home"]);
});

Deno.test("a switch that did not lead where it should is told with where the site is", async () => {
  const sites = await Sites.connected("home");
  sites.at(0).links.let("b", "unreachable");
  const { outcome, error, failure, receipts } = await sites.switch(TO_B, 30_000);
  assertEquals([outcome, failure, sites.providers], ["failed", "unreached", ["a"]]);
  assertEquals(receipts.length, 1);
  assert(error?.startsWith("home is on a: "), error);
});

Deno.test("a site without a session says what keeps it from SNAPT", async () => {
  const sites = new Sites("home");
  sites.at(0).links.let("a", "unreachable");
  sites.at(0).links.let("b", "webServer");
  sites.at(0).site.start();
  await sites.advance(500);
  const { outcome, error, failure, receipts } = await sites.switch(TO_B);
  assertEquals([outcome, failure, receipts], ["failed", "unreached", []]);
  assert(error?.startsWith("Cannot switch home: there is no session with SNAPT ("), error);
  assert(/\(a: .*unreachable.*; b: /.test(error ?? ""), error);
});

Deno.test("a site that was refused says so in SNAPT's words", async () => {
  const sites = new Sites("home");
  for (const key of ["a", "b"]) sites.at(0).links.let(key, { refused: "revoked" });
  sites.at(0).site.start();
  await sites.advance(500);
  const { error, failure } = await sites.switch(TO_B);
  assertEquals(error, "Cannot switch home: there is no session with SNAPT (not today)");
  assertEquals(failure, "refused");
});

Deno.test("a site that does not reach SNAPT holds no other up, and is told as late", async () => {
  const sites = new Sites("home", "work");
  for (const key of ["a", "b"]) sites.at(1).links.let(key, "unreachable");
  for (const { site } of sites.worlds) site.start();
  await sites.advance(500);
  const { outcome, error, summary } = await sites.switch({ to: "b", mode: "strict" }, 2_000);
  assertEquals([outcome, sites.providers[0]], ["partly", "b"]);
  assertEquals(summary?.sites.map((site) => site.outcome), ["switched", "late"]);
  assert(error?.endsWith("and follows when it is reached"), error);
});

Deno.test("a site that is held up is waited for as long as patience lasts, and then told as late", async () => {
  const sites = await Sites.connected("home", "work");
  const { log } = sites.at(0).links;
  for (const key of ["a", "b"]) sites.at(1).links.silence(key); // nothing of SNAPT gets through
  const { outcome, summary } = await sites.switch({ to: "b", mode: "strict" }, 20_000);
  assertEquals([outcome, sites.providers[0]], ["partly", "b"]);
  assertEquals(summary?.sites[0]?.outcome, "switched");
  assert(log.of("warn").some((line) => line.startsWith('warn site-late {"site":"work"')));
});

Deno.test("a switch is given up when the program stops", async () => {
  const sites = await Sites.connected("home");
  sites.at(0).links.let("b", "silent");
  const switched = sites.switch(TO_B, 1_000);
  sites.stopping.abort();
  const { outcome, summary } = await switched;
  assertEquals([outcome, summary?.sites[0]?.outcome], ["failed", "late"]);
});

Deno.test("a mistake of ours in one site is passed on, and nobody is left waiting", async () => {
  const sites = await Sites.connected("home", "work");
  sites.at(1).site.switchTo = () => Promise.reject(new TypeError("a mistake of ours"));
  await assertRejects(() => sites.switch({ to: "b", mode: "strict" }), TypeError);
  assertEquals([sites.providers[0], sites.at(0).site.state], ["b", "connected"]);
  assertEquals(sites.at(0).links.log.of("warn"), [], "nobody is told as late after the end");
});
