import { ConnectWhenLost } from "../../../../lib/relay/decision/connect_when_lost.ts";
import type { Seeking } from "../../../../lib/relay/decision/decision_subject.ts";
import type { ProviderRow } from "../../../../lib/relay/network/provider.ts";
import { assertEquals } from "../../../assert.ts";
import { providerRow } from "../../../integration/kit/provider_row.ts";
import { ScriptedConnector } from "../../../integration/kit/scripted_connector.ts";
import { LinkWorld } from "../link/kit/link_world.ts";
import { SETTINGS } from "./kit/decided_session.ts";

class Lost {
  readonly world = new LinkWorld();
  readonly connector = new ScriptedConnector(["b"]);
  readonly failed: string[] = [];
  seeking: Seeking | null = { from: "a", failure: "a is gone" };
  readonly rows: readonly ProviderRow[] = [providerRow("b", "b", { state: "raisable" })];
  readonly lost = new ConnectWhenLost({
    settings: () => SETTINGS,
    connector: this.connector,
    tasks: this.world.site,
    seeking: () => this.seeking,
    measurementOf: () => null,
    failed: ({ to }, reason) => this.failed.push(`${to}: ${reason}`),
    decided: () => {},
  });

  async check(): Promise<void> {
    this.lost.check(this.rows);
    await this.world.clock.advance(200);
  }
}

Deno.test("a network is connected when nothing that is up leads to SNAPT", async () => {
  const lost = new Lost();
  await lost.check();
  assertEquals(lost.connector.asked, ["up b"]);
  lost.seeking = null;
  await lost.world.clock.advance(200);
  await lost.lost.settled();
  assertEquals(lost.failed, []);
});

Deno.test("what is up is tried for three seconds before a network is connected", async () => {
  const lost = new Lost();
  lost.seeking = { from: "a", failure: null };
  await lost.check();
  assertEquals(lost.connector.asked, []);
  await lost.world.clock.advance(3_000);
  await lost.check();
  assertEquals(lost.connector.asked, ["up b"]);
});

Deno.test("a network over which SNAPT does not answer is closed again and told", async () => {
  const lost = new Lost();
  await lost.check();
  await lost.world.clock.advance(16_000);
  const reason = "it was connected, but SNAPT does not answer over it";
  assertEquals(lost.failed, [`b: Cannot use b: ${reason}`]);
  assertEquals(lost.connector.failureOf("b"), reason);
});

Deno.test("a network that cannot be connected is told", async () => {
  const lost = new Lost();
  lost.connector.broken.set("b", "no carrier");
  await lost.check();
  await lost.lost.settled();
  assertEquals(lost.failed.length, 1);
});

Deno.test("nothing is connected while there is a session", async () => {
  const lost = new Lost();
  lost.seeking = null;
  await lost.check();
  assertEquals(lost.connector.asked, []);
});
