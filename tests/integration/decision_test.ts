import { SYSTEM_CLOCK } from "../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../lib/relay/run/task_group.ts";
import { createIdentity } from "../../lib/config/identity.ts";
import { DEFAULT_THRESHOLDS } from "../../lib/core/decision/thresholds.ts";
import { PREFERENCES } from "../../lib/core/decision/weights.ts";
import { listenPlain, listenTls } from "../../lib/net/listen.ts";
import type { DecisionSettings } from "../../lib/relay/decision/decision_settings.ts";
import { decidedSite } from "../../lib/relay/site/decided_site.ts";
import { DecisionTask } from "../../lib/relay/decision/decision_task.ts";
import { LinkDialer } from "../../lib/relay/link/link_dialer.ts";
import type { ProviderRow } from "../../lib/relay/network/provider.ts";
import { ParkedLinks } from "../../lib/relay/link/parked_links.ts";
import { StandbyLinks } from "../../lib/relay/link/standby_links.ts";
import { testTasks } from "../test_tasks.ts";
import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { KEY } from "./kit/loopback_snapt.ts";
import { TestLog } from "../test_log.ts";
import { providerRow } from "./kit/provider_row.ts";
import { echo } from "./kit/server_application.ts";

const SETTINGS: DecisionSettings = {
  mode: "automatic",
  checkMs: 10,
  searchMs: 30,
  meteredSearchMs: 60_000,
  standbyRefreshMs: 60_000,
  stableMs: 200,
  standby: "unmetered",
  thresholds: DEFAULT_THRESHOLDS,
  weights: PREFERENCES.balanced,
  measureMs: null,
};

/** The other of the two providers of a pair comes first, whichever it started on. */
function rowsAgainst(current: string, metered = false): readonly ProviderRow[] {
  return [
    providerRow("a", "127.0.0.2", {
      priority: current === "a" ? 2 : 1,
      metered: metered && current !== "a",
    }),
    providerRow("b", "127.0.0.3", {
      priority: current === "b" ? 2 : 1,
      metered: metered && current !== "b",
    }),
  ];
}

async function withTask(
  settings: Partial<DecisionSettings>,
  use: (pair: LoopbackPair, task: DecisionTask, first: string) => Promise<void>,
  metered = false,
): Promise<void> {
  await using application = echo();
  await using pair = await LoopbackPair.connected(application.port);
  const first = pair.site.provider;
  const rows = rowsAgainst(first, metered);
  const log = new TestLog(pair.cnaptLog.lines);
  const subject = decidedSite(pair.site);
  const task = new DecisionTask({
    settings: { ...SETTINGS, ...settings },
    subject,
    rows: () => rows,
    tasks: TaskGroup.root(SYSTEM_CLOCK, log),
    log,
  });
  task.start();
  try {
    await use(pair, task, first);
  } finally {
    await task.stop();
  }
}

Deno.test("the session goes to the better network by itself when that is stable", async () => {
  await withTask({}, async (pair, task, first) => {
    await pair.until((site) => site.provider !== first && site.state === "connected");
    const receipt = pair.receipts.at(-1);
    assertEquals([receipt?.kind, receipt?.outcome], ["overlapped", "switched"]);
    assert(receipt?.reason.includes("better by"), receipt?.reason);
    assert(task.snapshot().decisions.some((one) => one.kind === "planned"));
  });
});

Deno.test("in manual mode the better network is suggested and nothing happens", async () => {
  await withTask({ mode: "manual" }, async (pair, task, first) => {
    await pair.eventually(
      () => task.snapshot().decisions.at(-1)?.kind === "suggest",
      "a suggestion",
    );
    assertEquals(pair.site.provider, first);
    assert(pair.log().includes("switch-suggested"), pair.log());
  });
});

Deno.test("what was asked for is not gone away from", async () => {
  await withTask({}, async (pair, task, first) => {
    task.choose(first);
    await pair.eventually(
      () => task.snapshot().decisions.at(-1)?.reasons[0]?.code === "chosen",
      "the choice is kept",
    );
    assertEquals(pair.site.provider, first);
  });
});

Deno.test("links for all connections are parked before the next probe is due", async () => {
  await withTask({ mode: "manual", searchMs: 60_000 }, async (pair, _task, first) => {
    const other = first === "a" ? "b" : "a";
    const conns = await Promise.all([pair.connect(), pair.connect()]);
    await pair.eventually(() => pair.site.standby.countOn(other) === 4, "two, and one for each");
    for (const conn of conns) conn.close();
  });
});

Deno.test("parked links are asked on long before their network is probed again", async () => {
  const settings = { mode: "manual", searchMs: 60_000, standbyRefreshMs: 30 } as const;
  await withTask(settings, async (pair, _task, first) => {
    const other = first === "a" ? "b" : "a";
    const parked = () => pair.site.standby.parkedOn(other);
    await pair.eventually(() => parked().length === 2, "two parked links");
    const before = parked().map((link) => ({ link, provenAt: link.provenAt }));
    await pair.eventually(
      () => before.every(({ link, provenAt }) => link.provenAt > provenAt),
      "an answer on each of them",
    );
    assertEquals(new Set(parked()), new Set(before.map(({ link }) => link)));
  });
});

Deno.test("links are parked on the other network and a sudden switch takes them", async () => {
  await withTask({ mode: "manual" }, async (pair, _task, first) => {
    const other = first === "a" ? "b" : "a";
    await pair.eventually(() => pair.site.standby.countOn(other) >= 2, "standby links");
    const before = pair.server.counters.accepted;
    const parked = pair.site.standby.countOn(other);
    pair.loseProvider();
    await pair.until((site) => site.switches.length === 1 && site.state === "connected");
    assertEquals(pair.receipts[0]?.kind, "sudden");
    assert(pair.site.standby.countOn(other) < parked, `${before}`);
  });
});

Deno.test("nothing is parked on a metered network", async () => {
  await withTask({ mode: "manual" }, async (pair, task, first) => {
    const other = first === "a" ? "b" : "a";
    await pair.eventually(
      () =>
        task.snapshot().providers.some((one) =>
          one.candidate.key === other && one.measurement?.reach.kind === "answering"
        ),
      "an answer over the metered network",
    );
    assertEquals(pair.site.standby.countOn(other), 0);
  }, true);
});

const NEVER = new AbortController().signal;
const PROVIDER = { key: "lo", via: { kind: "address", address: "127.0.0.2" } } as const;

async function probeAgainst(
  listener: { readonly port: number; accept(): Promise<unknown>; close(): void },
  certificate: string | null,
): Promise<string> {
  const id = new Uint8Array(16).fill(1);
  const endpoint = {
    host: "127.0.0.1",
    port: listener.port,
    credentials: { id, key: KEY },
    tls: certificate === null ? null : { ca: certificate, serverName: null },
  };
  const tasks = testTasks();
  const links = new StandbyLinks({
    dialer: new LinkDialer({ endpoint, tasks }),
    parked: new ParkedLinks({ tasks, log: new TestLog() }),
    tasks,
  });
  try {
    const { reach } = await links.probe(PROVIDER, 1, 5_000, NEVER);
    return "detail" in reach ? `${reach.kind}: ${reach.detail}` : reach.kind;
  } finally {
    links.close();
    listener.close();
  }
}

Deno.test("a web server in SNAPT's place is named as a captive portal", async () => {
  const { certificatePem } = await createIdentity();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("log in"),
  );
  const listener = {
    port: server.addr.port,
    accept: () => Promise.resolve(null),
    close: () => {},
  };
  try {
    assertEquals(
      await probeAgainst(listener, certificatePem),
      "impostor: a web server answers in SNAPT's place, as a captive portal does",
    );
  } finally {
    await server.shutdown();
  }
});

Deno.test("TLS with another certificate is named as what it is", async () => {
  const [own, other] = [await createIdentity(), await createIdentity()];
  const listener = listenTls({ host: "127.0.0.1", port: 0 }, {
    cert: other.certificatePem,
    key: other.privateKeyPem,
  });
  const serving = (async () => {
    for (let conn = await listener.accept(); conn !== null; conn = await listener.accept()) {
      await conn.handshake?.().catch(() => {});
      conn.close();
    }
  })();
  const found = await probeAgainst(listener, own.certificatePem);
  await serving;
  assertEquals(
    found,
    "impostor: TLS answers with another certificate than SNAPT's, as a captive portal does",
  );
});

Deno.test("a probe that nobody listens to says so", async () => {
  const listener = listenPlain({ host: "127.0.0.1", port: 0 });
  const { port } = listener;
  listener.close();
  assertEquals(
    await probeAgainst({ ...listener, port, close: () => {} }, null),
    "silent: nobody listens at SNAPT's address",
  );
});

Deno.test("what each network carries is measured beside the connections, and they go on", async () => {
  await withTask({ mode: "manual" }, async (pair, task) => {
    const conn = await pair.connect();
    const measured = await task.measure(null);
    assertEquals(measured.map(({ provider, problem }) => [provider, problem]), [
      ["a", null],
      ["b", null],
    ]);
    for (const { down, up } of measured) {
      assert((down ?? 0) > 100_000 && (up ?? 0) > 100_000, `${down} down, ${up} up`);
    }
    await conn.write(new Uint8Array([42]));
    assertEquals(await conn.read(new Uint8Array(1)), 1);
    conn.close();
  });
});

Deno.test("SNAPT answers only so many measurements, and the session goes on", async () => {
  await withTask({ mode: "manual" }, async (pair, task) => {
    const answers: (string | null)[] = [];
    for (let i = 0; i < 3; i++) {
      answers.push(...(await task.measure(null)).map(({ problem }) => problem));
    }
    assertEquals(answers.slice(0, 3), [null, null, null]);
    assert(answers.at(-1)?.includes("has answered enough questions"), `${answers.at(-1)}`);
    assertEquals(pair.site.state, "connected");
  });
});
