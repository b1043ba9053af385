import { SYSTEM_CLOCK } from "../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../lib/relay/run/task_group.ts";
/** Services that are not allowed over a provider wait there, and go on over the next. */
import { ALL_SERVICES, type RuleOf } from "../../lib/core/decision/service_rule.ts";
import { DEFAULT_THRESHOLDS } from "../../lib/core/decision/thresholds.ts";
import { PREFERENCES } from "../../lib/core/decision/weights.ts";
import { decidedSite } from "../../lib/relay/site/decided_site.ts";
import { DecisionTask } from "../../lib/relay/decision/decision_task.ts";
import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { TestLog } from "../test_log.ts";
import { providerRow } from "./kit/provider_row.ts";
import { echo, pattern, readExactly, writeAll } from "./kit/server_application.ts";
import { udpEcho, UdpPeer } from "./kit/udp_peer.ts";

/** Over `b` go all services but `backup`. */
const ruleOf: RuleOf = (provider) =>
  provider === "b" ? { kind: "allBut", names: new Set(["backup"]) } : ALL_SERVICES;

const onlyA = (provider: string) => provider === "a";

async function roundTrip(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  await writeAll(conn, bytes);
  assertEquals(await readExactly(conn, bytes.length), bytes);
}

for (const shape of ["overlapped", "strict"] as const) {
  Deno.test(`a ${shape} switch leaves a service that is not allowed there waiting, and no other`, async () => {
    await using application = echo();
    await using pair = await LoopbackPair.connected(application.port, {
      services: ["ssh", "backup"],
      ruleOf,
      isCandidate: onlyA,
    });
    using ssh = await pair.connect(0);
    using backup = await pair.connect(1);
    await roundTrip(ssh, pattern(10_000));
    await roundTrip(backup, pattern(10_000));

    const there = await pair.switchTo("b", shape);
    assertEquals([there.outcome, there.to], ["switched", "b"]);
    await roundTrip(ssh, pattern(20_000));
    await writeAll(backup, pattern(30_000)); // it fits what is kept for it
    using late = await pair.connect(1);
    await writeAll(late, pattern(500));
    await roundTrip(ssh, pattern(20_000));
    const held = pair.site.snapshot().streams.filter((one) => one.held !== null);
    assertEquals(held.map(({ service, link, held }) => [service, link, held]), [
      ["backup", "unbound", "backup is not allowed over b"],
      ["backup", "unbound", "backup is not allowed over b"],
    ]);
    assertEquals(held[0]?.receivedBytes, 10_000);

    await pair.switchTo("a", shape);
    assertEquals(await readExactly(backup, 30_000), pattern(30_000));
    assertEquals(await readExactly(late, 500), pattern(500));
    await roundTrip(backup, pattern(10_000));
    assertEquals(pair.site.snapshot().streams.filter((one) => one.held !== null), []);
  });
}

Deno.test("a service waits when the only network left is forbidden to it", async () => {
  await using application = echo();
  const lost = new Set<string>();
  await using pair = await LoopbackPair.connected(application.port, {
    services: ["backup"],
    ruleOf,
    isCandidate: (provider) => lost.has("a") ? provider === "b" : provider === "a",
  });
  using backup = await pair.connect();
  await roundTrip(backup, pattern(10_000));
  lost.add("a");
  pair.loseProvider();
  await pair.until((site) => site.state === "connected" && site.provider === "b");
  await writeAll(backup, pattern(2_000));
  await pair.eventually(
    () => pair.site.snapshot().streams[0]?.held === "backup is not allowed over b",
    "it waits",
  );
  await pair.switchTo("a", "overlapped");
  assertEquals(await readExactly(backup, 2_000), pattern(2_000));
});

Deno.test("an application that ends while its service waits ends at both sides", async () => {
  await using application = echo();
  await using pair = await LoopbackPair.connected(application.port, {
    services: ["backup"],
    ruleOf,
    isCandidate: onlyA,
  });
  const backup = await pair.connect();
  await roundTrip(backup, pattern(1_000));
  await pair.switchTo("b", "overlapped");
  await backup.closeWrite();
  await pair.switchTo("a", "overlapped");
  assertEquals(await backup.read(new Uint8Array(1)), null);
  backup.close();
  await pair.until((site) => site.streams.length === 0);
});

Deno.test("a client that leaves while its first link is awaited is let go, one that has only asked is not", async () => {
  await using application = echo();
  await using pair = await LoopbackPair.connected(application.port, {
    services: ["backup"],
    ruleOf,
    isCandidate: (provider) => provider === "b",
  });
  const streams = () => pair.site.snapshot().streams.length;
  using asking = await pair.connect();
  await writeAll(asking, pattern(2_000));
  await asking.closeWrite();
  const leaving = await pair.connect();
  await pair.eventually(() => streams() === 2, "both wait");
  leaving.close();
  await pair.eventually(() => streams() === 1, "one is let go");
  await pair.switchTo("a", "overlapped");
  assertEquals(await readExactly(asking, 2_000), pattern(2_000));
  assertEquals(await asking.read(new Uint8Array(1)), null);
});

for (const security of ["none", "tls"] as const) {
  Deno.test(`datagrams of a service wait where it is not allowed, security ${security}`, async () => {
    await using server = udpEcho();
    await using pair = await LoopbackPair.connected(server.port, {
      security,
      services: [],
      datagrams: ["dns", "backup"],
      ruleOf,
      isCandidate: onlyA,
    });
    await using dns = new UdpPeer();
    await using backup = new UdpPeer();
    dns.send("1", pair.datagramPort(0));
    backup.send("1", pair.datagramPort(1));
    await Promise.all([dns.until(1), backup.until(1)]);
    await pair.switchTo("b", "overlapped");
    backup.send("2", pair.datagramPort(1));
    dns.send("2", pair.datagramPort(0));
    await dns.until(2);
    dns.send("3", pair.datagramPort(0));
    await dns.until(3);
    assertEquals(backup.got, ["1"]);
    const ways = new Map(pair.site.snapshot().flows.map(({ service, way }) => [service, way]));
    assertEquals(ways.get("backup"), "held");
    assert(ways.get("dns") !== "held");
    await pair.switchTo("a", "overlapped");
    await backup.until(2);
    assertEquals(backup.got, ["1", "2"]);
  });
}

Deno.test("the decision leaves a network where a service in use has to wait for one where it need not", async () => {
  await using application = echo();
  await using pair = await LoopbackPair.connected(application.port, {
    services: ["backup"],
    ruleOf,
    isCandidate: (provider) => provider === "b",
  });
  const rows = () =>
    [providerRow("a", "127.0.0.2", { priority: 5 }), providerRow("b", "127.0.0.3")]
      .map((row) => ({ ...row, rule: ruleOf(row.candidate.key) }));
  const settings = {
    mode: "automatic",
    checkMs: 10,
    searchMs: 30,
    meteredSearchMs: 60_000,
    standbyRefreshMs: 60_000,
    stableMs: 100,
    standby: "off",
    thresholds: DEFAULT_THRESHOLDS,
    weights: PREFERENCES.balanced,
    measureMs: null,
  } as const;
  const log = new TestLog(pair.cnaptLog.lines);
  const task = new DecisionTask({
    settings,
    subject: decidedSite(pair.site),
    rows,
    tasks: TaskGroup.root(SYSTEM_CLOCK, log),
    log,
  });
  task.start();
  try {
    await pair.eventually(
      () => task.snapshot().decisions.at(-1)?.reasons[0]?.code === "best",
      "b is the best while nothing waits",
    );
    using backup = await pair.connect();
    await roundTrip(backup, pattern(1_000));
    assertEquals(pair.site.provider, "a");
    const b = task.snapshot().providers.find(({ candidate }) => candidate.key === "b");
    assertEquals(b?.candidate.waitingServices, ["backup"]);
  } finally {
    await task.stop();
  }
});
