import { cnaptChanges, snaptChanges } from "../../../../lib/app/screen/plain_changes.ts";
import { cnaptDocument, type MeasuredSite } from "../../../../lib/status/cnapt_document.ts";
import { snaptDocument } from "../../../../lib/status/snapt_document.ts";
import { assertEquals } from "../../../assert.ts";
import { cnaptSnapshot, receipt, siteSnapshot } from "../../status/kit/site_snapshot.ts";
import { servedSession, snaptSnapshot } from "../../status/kit/snapt_snapshot.ts";

const FACTS = { version: "1.2.3", now: new Date("2026-11-28T08:00:00Z"), memoryBytes: 0 };
const SSH = { name: "ssh", port: 22, protocol: "tcp", compression: "none" } as const;

function cnapt(site: Partial<MeasuredSite>) {
  const document = cnaptDocument(
    cnaptSnapshot([siteSnapshot({ services: [SSH], ...site })]),
    FACTS,
  );
  return { kind: "seen", document } as const;
}

function snapt(...clients: readonly Parameters<typeof servedSession>[0][]) {
  const sessions = clients.map(servedSession);
  const document = snaptDocument(snaptSnapshot({ sessions }), FACTS);
  return { kind: "seen", document } as const;
}

Deno.test("numbers alone are no news, a switch and another network are", () => {
  const first = cnapt({});
  assertEquals(cnaptChanges(null, first), ["Connected over eth0, 1.5 ms, nothing waits"]);
  assertEquals(cnaptChanges(first, cnapt({ roundTripMs: 90 })), []);
  assertEquals(cnaptChanges(first, cnapt({ provider: "wlan0", switches: [receipt()] })), [
    "home: sudden switch eth0 -> wlan0 (eth0 is down): 3 ms, longest stall 2 ms, 1 connection, " +
    "17 bytes sent twice",
    "Connected over wlan0, 1.5 ms, nothing waits",
  ]);
  assertEquals(cnaptChanges(first, cnapt({ provider: "eth1" })).length, 1);
});

Deno.test("a program that goes and comes back is told once each", () => {
  const first = cnapt({});
  const gone = { kind: "gone", reason: "does not run", document: first.document } as const;
  assertEquals(cnaptChanges(first, gone), ["CNAPT does not run"]);
  assertEquals(cnaptChanges(gone, gone), []);
  assertEquals(cnaptChanges(gone, cnapt({})), ["Connected over eth0, 1.5 ms, nothing waits"]);
});

Deno.test("who comes to SNAPT, is away and leaves is told", () => {
  const away = {
    since: "2026-11-28T07:59:00Z",
    until: "2026-11-28T08:30:00Z",
    streams: 1,
    waitingBytes: 0,
  };
  const here = snapt({});
  assertEquals(snaptChanges(snapt(), here)[0], "laptop is connected from 198.51.100.1:40000");
  assertEquals(snaptChanges(here, here), []);
  assertEquals(snaptChanges(here, snapt({ away }))[0], "laptop is away");
  assertEquals(snaptChanges(here, snapt())[0], "laptop has left");
});
