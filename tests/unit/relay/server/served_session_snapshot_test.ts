import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import type { PathReport } from "../../../../lib/core/wire/path_report.ts";
import type { StreamOpening } from "../../../../lib/core/wire/stream_opening.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import { servedSessionSnapshot } from "../../../../lib/relay/server/served_session_snapshot.ts";
import { SnaptDriver } from "../../../../lib/relay/session/snapt_driver.ts";
import { CompressionTotals } from "../../../../lib/relay/stream/compression/compression_totals.ts";
import { StreamTraffic } from "../../../../lib/relay/stream/stream_traffic.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";
import { CLIENT, KEY } from "./kit/server_world.ts";
import { INSTANCE, SNAPT_SETTINGS } from "../../core/session/session_settings.ts";

const EPOCH = 0;
const TO_SSH: StreamOpening = {
  target: { kind: "service", name: "ssh" },
  compression: "none",
  source: "127.0.0.1:4000",
};

/** A session of SNAPT with its control link from 198.51.100.1. */
class Served {
  report: PathReport | null = null;
  readonly tasks = testTasks(new VirtualClock());
  readonly #conns = MemoryConn.pair("198.51.100.1:40000", "192.0.2.2:7787");
  readonly driver = new SnaptDriver({
    linkFree: (link) => link.close(),
    settings: { ...SNAPT_SETTINGS, limits: { ...SNAPT_SETTINGS.limits, streams: 2_000 } },
    budget: new MemoryBudget(1 << 24),
    openService: () => Promise.resolve(MemoryConn.pair()[0]),
    clientServices: null,
    flows: null,
    packing: new CompressionTotals(),
    traffic: new StreamTraffic(),
    tasks: this.tasks,
    log: new TestLog(),
    dialClient: () => {},
    pathReported: () => {},
    violated: () => {},
    sessionEnded: () => {},
  }, new Link(this.#conns[1], "", this.tasks));

  constructor() {
    this.driver.start();
  }

  /** A stream that CNAPT opens. */
  async open(stream: number): Promise<void> {
    const [, far] = MemoryConn.pair();
    this.driver.takeFirst(new Link(far, "", this.tasks), {
      kind: "bind",
      instance: INSTANCE,
      stream,
      epoch: EPOCH,
      binding: 1,
      mode: "open",
      from: 0,
      received: 0,
      opening: TO_SSH,
    });
    await settle();
  }

  shown(...parkedFrom: readonly string[]) {
    const parked = parkedFrom.map((remoteAddress) => ({ conn: { remoteAddress } }));
    const { driver, report } = this;
    return servedSessionSnapshot({
      ...{ driver, client: CLIENT, key: KEY, since: new Date(0) },
      reported: () => report,
    }, new Set(parked));
  }
}

Deno.test("a session without connections is shown with where it comes from, and nothing else", () => {
  const served = new Served();
  const { bufferBytes, ...shown } = served.shown(
    "198.51.100.1:40001",
    "[::ffff:203.0.113.9]:40000",
    "203.0.113.9:40001",
  );
  assertEquals(bufferBytes, served.driver.session.record.keptBytes, "its services, not yet told");
  assertEquals(shown, {
    client: "laptop",
    since: "1970-01-01T00:00:00.000Z",
    network: null,
    services: ["ssh"],
    traffic: { sentBytes: 0, receivedBytes: 0 },
    state: "connected",
    epoch: 0,
    from: "198.51.100.1:40000",
    away: null,
    streams: 0,
    applications: [],
    packedStreams: [],
    clientServices: [],
    relay: null,
    roundTripMs: null,
    heardAgoMs: 0,
    waitingCalls: 0,
    flows: [],
    datagramsDropped: {},
    switches: 0,
    parkedLinks: 3,
    parkedFrom: ["198.51.100.1", "203.0.113.9"],
  });
});

Deno.test("each connection is shown with what it leads to and who connected", async () => {
  const served = new Served();
  const before = served.shown();
  await served.open(1);
  const { streams, applications } = served.shown();
  assertEquals([streams, applications], [1, [
    { stream: 1, service: "ssh", opener: "client", source: "127.0.0.1:4000" },
  ]]);
  assertEquals([before.streams, before.applications], [0, []]);
});

Deno.test("the first thousand connections are listed, and all are counted", async () => {
  const served = new Served();
  for (let stream = 1; stream <= 1_001; stream++) await served.open(stream);
  const { streams, applications } = served.shown();
  assertEquals([streams, applications.length, applications.at(-1)?.stream], [1_001, 1_000, 1_000]);
});

Deno.test("a session is shown with the network that its CNAPT has named, until that is lost", () => {
  const served = new Served();
  const report: PathReport = {
    ...{ kind: "pathReport", event: "switched", switchKind: "overlapped", from: "eth0" },
    ...{ provider: "wifi0", metered: false, roundTripUs: 9, rate: null, stallMs: 0, reason: "" },
  };
  served.report = report;
  assertEquals(served.shown().network, { provider: "wifi0", metered: false });
  served.report = { ...report, event: "pathLost" };
  assertEquals(served.shown().network, null);
});
