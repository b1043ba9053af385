/** Several SNAPTs and one CNAPT in this process: the sites of a switch wait for one another. */
import { switchSites } from "../../lib/relay/site/switch_sites.ts";
import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { TestLog } from "../test_log.ts";
import { testTasks } from "../test_tasks.ts";
import { echo, pattern, readExactly, writeAll } from "./kit/server_application.ts";

const PATIENCE_MS = 300;

/** Two connected sites, as CNAPT has them, with one application behind both. */
async function twoSites(server: { readonly port: number }) {
  await using stack = new AsyncDisposableStack();
  const home = stack.use(await LoopbackPair.connected(server.port, { name: "home" }));
  const office = stack.use(
    await LoopbackPair.connected(server.port, { name: "office", heartbeatMs: 60_000 }),
  );
  const resources = stack.move();
  const log = new TestLog();
  const switchAll = (mode: "strict" | "overlapped", site?: string) =>
    switchSites([home.site, office.site], { to: "b", mode, site }, {
      patienceMs: PATIENCE_MS,
      stopping: new AbortController().signal,
      tasks: testTasks(),
      log,
    });
  return { home, office, log, switchAll, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

for (const mode of ["strict", "overlapped"] as const) {
  Deno.test(`two sites switch together when asked to switch ${mode}`, async () => {
    await using server = echo();
    await using sites = await twoSites(server);
    const conns = await Promise.all([sites.home.connect(), sites.office.connect()]);
    const { outcome, error, receipts, summary } = await sites.switchAll(mode);
    assertEquals([outcome, error], ["switched", undefined]);
    assertEquals(receipts.map(({ site, to, kind }) => [site, to, kind]), [
      ["home", "b", mode],
      ["office", "b", mode],
    ]);
    assertEquals(summary?.streams, 2);
    for (const conn of conns) {
      await writeAll(conn, pattern(1_000));
      assertEquals(await readExactly(conn, 1_000), pattern(1_000));
      conn.close();
    }
  });
}

Deno.test("a SNAPT that stopped does not hold up the switch of the other", async () => {
  await using server = echo();
  await using sites = await twoSites(server);
  using conn = await sites.home.connect();
  await sites.office.server.stop();
  await sites.office.until((site) => site.state !== "connected");
  const { outcome, receipts, summary } = await sites.switchAll("strict");
  assertEquals([outcome, receipts.map(({ site }) => site)], ["partly", ["home"]]);
  assertEquals(summary?.sites.map((one) => one.outcome), ["switched", "failed"]);
  await writeAll(conn, pattern(1_000));
  assertEquals(await readExactly(conn, 1_000), pattern(1_000));
});

Deno.test("only the named site switches when one is named", async () => {
  await using server = echo();
  await using sites = await twoSites(server);
  const { outcome, receipts } = await sites.switchAll("strict", "office");
  assertEquals([outcome, receipts.map(({ site }) => site)], ["switched", ["office"]]);
  assertEquals([sites.home.site.provider, sites.office.site.provider], ["a", "b"]);
});

Deno.test("the decision goes on for all sites when the last of them is redirected", async () => {
  await using server = echo();
  await using sites = await twoSites(server);
  const order: string[] = [];
  const note = (lines: string[], site: string) => {
    lines.push = (line) => {
      const [, event = ""] = line.split(" ");
      if (event.startsWith("decision-") || event === "switch-ended") order.push(`${site} ${event}`);
      return Array.prototype.push.call(lines, line);
    };
  };
  note(sites.home.cnaptLog.lines, "home");
  note(sites.office.cnaptLog.lines, "office");
  await sites.switchAll("strict");
  const lastEnd = order.findLastIndex((line) => line.endsWith("switch-ended"));
  const firstResume = order.findIndex((line) => line.endsWith("decision-running"));
  assert(lastEnd >= 0 && firstResume > lastEnd, order.join(", "));
  assertEquals(order.filter((line) => line.endsWith("decision-running")).length, 2);
});

Deno.test("a switch without any session says so at once, and why there is none", async () => {
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  gone.close();
  await using pair = await LoopbackPair.start(gone.addr.port, {
    admit: () => ({ kind: "refused", code: "revoked", sentence: "no longer welcome" }),
  });
  await pair.until((site) => site.state === "refused");
  const { outcome, error } = await switchSites([pair.site], { to: "b", mode: "overlapped" }, {
    patienceMs: PATIENCE_MS,
    stopping: new AbortController().signal,
    tasks: testTasks(),
    log: new TestLog(),
  });
  assertEquals(outcome, "failed");
  assertEquals(error, "Cannot switch home: there is no session with SNAPT (no longer welcome)");
});
