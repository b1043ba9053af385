import {
  noticeOfPath,
  noticeOfReport,
  noticeOfSwitch,
  reportOf,
  UNKNOWN_PATH,
} from "../../../../lib/core/notice/notice.ts";
import { encodeMessage } from "../../../../lib/core/wire/encode.ts";
import { assertEquals } from "../../../assert.ts";
import { receipt } from "../../status/kit/site_snapshot.ts";

const CNAPT = { program: "cnapt", site: "home", client: null } as const;
const SNAPT = { program: "snapt", site: "home", client: "laptop" } as const;
const AT = "2026-03-01T09:30:00.000Z";
const PATH = { provider: "wlan0", metered: true, roundTripMs: 12.5, rateBytesPerSecond: 90_000 };

Deno.test("the notice of a switch has the fields of docs/notices.md and no others", async () => {
  const doc = await Deno.readTextFile(new URL("../../../../docs/notices.md", import.meta.url));
  const example = /```json\n(.*?)```/s.exec(doc)?.[1] ?? "";
  const notice = noticeOfSwitch(CNAPT, receipt(), UNKNOWN_PATH, AT);
  assertEquals(Object.keys(notice).sort(), Object.keys(JSON.parse(example)).sort());
  const rows = [...doc.matchAll(/^\| `(\w+)` +\| [^|]*\| [^|]*\|$/gm)].map(([, name]) => name);
  assertEquals(rows, Object.keys(JSON.parse(example)));
});

Deno.test("SNAPT tells of a switch what CNAPT told it", () => {
  const told = noticeOfSwitch(CNAPT, receipt(), PATH, AT);
  assertEquals(noticeOfReport(SNAPT, reportOf(told), AT), { ...told, ...SNAPT });
});

Deno.test("SNAPT tells of a changed path what CNAPT told it", () => {
  const told = noticeOfPath(
    CNAPT,
    { event: "pathChanged", changed: ["roundTrip"], reason: "it changed" },
    PATH,
    AT,
  );
  assertEquals(noticeOfReport(SNAPT, reportOf(told), AT), { ...told, ...SNAPT });
});

Deno.test("a switch that failed, and one to the same provider, change no provider", () => {
  const failed = noticeOfSwitch(CNAPT, receipt({ outcome: "failed" }), PATH, AT);
  assertEquals([failed.event, failed.changed], ["switchFailed", []]);
  assertEquals(noticeOfSwitch(CNAPT, receipt({ to: "eth0" }), PATH, AT).changed, []);
});

Deno.test("a report fits the wire whatever names and numbers are in the notice", () => {
  const long = receipt({ from: "ü".repeat(500), reason: "€".repeat(5_000), stallMs: 1e300 });
  const path = { ...PATH, provider: "p".repeat(65), rateBytesPerSecond: 1e18, roundTripMs: 1e12 };
  encodeMessage(reportOf(noticeOfSwitch(CNAPT, long, path, AT)));
});
