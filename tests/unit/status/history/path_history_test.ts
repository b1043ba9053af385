import { UNKNOWN_PATH } from "../../../../lib/core/notice/notice.ts";
import { noticeOfSwitch } from "../../../../lib/core/notice/notice.ts";
import { PathHistory, SAMPLE_MS } from "../../../../lib/status/history/path_history.ts";
import type { PathHistoryDocument } from "../../../../lib/status/page/path_history_document.ts";
import { expectDocument } from "../../../json_documents.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { receipt } from "../kit/site_snapshot.ts";

const SOURCE = { program: "cnapt", site: "home", client: null } as const;

function reading(provider: string, roundTripMs: number | null) {
  return { site: "home", provider, roundTripMs, loss: 0.12345, bytesPerSecond: 1_000.4 };
}

function documentOf(history: PathHistory, at: number): PathHistoryDocument {
  const document: PathHistoryDocument = JSON.parse(history.json(new Date(at)));
  expectDocument(document);
  return document;
}

Deno.test("each network has a list as long as the times, null where nothing was known", () => {
  const history = new PathHistory();
  history.sample(new Date(1_000), [reading("eth0", 12.345)]);
  history.sample(new Date(6_000), [reading("eth0", null), reading("wifi0", 20)]);
  const { times, networks } = documentOf(history, 6_000);
  assertEquals(times, [1_000, 6_000]);
  assertEquals(networks, [
    {
      site: "home",
      provider: "eth0",
      roundTripMs: [12.3, null],
      loss: [0.123, 0.123],
      bytesPerSecond: [1_000, 1_000],
    },
    {
      site: "home",
      provider: "wifi0",
      roundTripMs: [null, 20],
      loss: [null, 0.123],
      bytesPerSecond: [null, 1_000],
    },
  ]);
});

Deno.test("an hour is kept, and a network that was not there in it is gone", () => {
  const history = new PathHistory();
  history.sample(new Date(0), [reading("lte", 50)]);
  for (let count = 1; count <= 720; count++) {
    history.sample(new Date(count * SAMPLE_MS), [reading("eth0", count)]);
  }
  const { times, networks } = documentOf(history, 720 * SAMPLE_MS);
  assertEquals([times.length, times[0], times.at(-1)], [720, SAMPLE_MS, 720 * SAMPLE_MS]);
  assertEquals(networks.map(({ provider }) => provider), ["eth0"]);
  assertEquals([networks[0]?.roundTripMs[0], networks[0]?.roundTripMs.at(-1)], [1, 720]);
});

Deno.test("networks without number take no memory without bound", () => {
  const history = new PathHistory();
  for (let count = 0; count < 200; count++) {
    history.sample(new Date(count), [reading(`usb${count}`, 1), reading("eth0", 2)]);
  }
  const { networks } = documentOf(history, 200);
  assertEquals(networks.length, 32);
  assert(networks.some(({ provider }) => provider === "eth0"));
  assert(networks.some(({ provider }) => provider === "usb199"));
});

Deno.test("the switches of the last hour are in it, the older ones and others' notices not", () => {
  const history = new PathHistory();
  const path = { ...UNKNOWN_PATH, provider: "wifi0" };
  const switched = (at: number) =>
    noticeOfSwitch(SOURCE, receipt({ from: "eth0" }), path, new Date(at).toISOString());
  history.noticed(switched(0));
  history.noticed(switched(3_000_000));
  history.noticed({ ...switched(3_100_000), event: "switchFailed" });
  const { switches } = documentOf(history, 3_700_000);
  assertEquals(switches.map(({ at, from, to }) => [at, from, to]), [
    [new Date(3_000_000).toISOString(), "eth0", "wifi0"],
  ]);
});

Deno.test("it is rendered once for all who ask between two samples", () => {
  const history = new PathHistory();
  history.sample(new Date(0), [reading("eth0", 1)]);
  const first = history.json(new Date(1));
  assert(Object.is(first, history.json(new Date(2))));
  history.sample(new Date(5_000), []);
  assert(first !== history.json(new Date(5_000)));
});

Deno.test("of more networks than are remembered those that were there first keep their lines", () => {
  const history = new PathHistory();
  const all = Array.from({ length: 40 }, (_, at) => reading(`net${at}`, at + 1));
  for (let count = 0; count < 3; count++) history.sample(new Date(count * SAMPLE_MS), all);
  const { networks } = documentOf(history, 3 * SAMPLE_MS);
  assertEquals(networks.length, 32);
  assertEquals(networks[0]?.roundTripMs, [1, 1, 1]);
});

Deno.test("when the clock is set back the times begin anew, for no chart goes backwards", () => {
  const history = new PathHistory();
  for (const at of [100_000, 105_000, 20_000, 25_000]) {
    history.sample(new Date(at), [reading("eth0", at / 1_000)]);
  }
  const { times, networks } = documentOf(history, 25_000);
  assertEquals(times, [20_000, 25_000]);
  assertEquals(networks[0]?.roundTripMs, [20, 25]);
});
