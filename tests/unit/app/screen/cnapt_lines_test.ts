import { cnaptLines } from "../../../../lib/app/screen/cnapt_lines.ts";
import { widthOf } from "../../../../lib/app/screen/text_width.ts";
import { cnaptDocument, type MeasuredSite } from "../../../../lib/status/cnapt_document.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { cnaptSnapshot, receipt, siteSnapshot } from "../../status/kit/site_snapshot.ts";
import { NASTY_NAMES } from "./kit/nasty_names.ts";

const NOW = new Date("2026-11-28T08:00:00Z");
const SSH = { name: "ssh", port: 22, protocol: "tcp", compression: "none" } as const;

function documentOf(site: Partial<MeasuredSite>) {
  const facts = { version: "1.2.3", now: NOW, memoryBytes: 0 };
  return cnaptDocument(cnaptSnapshot([siteSnapshot({ services: [SSH], ...site })]), facts);
}

Deno.test("the verdict comes first, then the sites and what they offer", () => {
  const lines = cnaptLines(documentOf({ switches: [receipt()] }), 80);
  assertEquals(lines.slice(0, 5), [
    "Connected over eth0, 1.5 ms, nothing waits",
    "",
    "site home: connected over eth0, 1.5 ms, heard 0.2 s ago",
    "  ssh  127.0.0.1:2222/tcp  0 connections",
    "2026-01-01T00:00:00.000Z sudden switch eth0 -> wlan0 (eth0 is down): 3 ms,",
  ]);
});

Deno.test("each problem has its remedy below it, and nothing is said twice", () => {
  const lines = cnaptLines(
    documentOf({ state: "refused", refusal: { code: "revoked", sentence: "it was revoked" } }),
    null,
  );
  assertEquals(lines[0], "SNAPT refuses this CNAPT: it was revoked");
  assert(lines[1]?.startsWith("  -> ask who runs SNAPT for a new code"), lines[1]);
  assertEquals(lines.filter((line) => line.includes("it was revoked")).length, 1);
});

Deno.test("whatever the names are, lines fit 80 columns and no control goes to the terminal", () => {
  for (const name of NASTY_NAMES) {
    const lines = cnaptLines(
      documentOf({
        ...{ name, provider: name, state: "searching" },
        failures: [{ provider: name, reason: name }],
        clientServices: [{
          ...{ name, port: 1, protocol: "tcp", address: "", reason: name },
        }],
        switches: [receipt({ from: name, to: name, reason: name })],
      }),
      80,
    );
    for (const line of lines) {
      assert(widthOf(line) <= 80, `${widthOf(line)}: ${line}`);
      assert(!/[\p{Cc}\p{Cf}]/u.test(line), JSON.stringify(line));
    }
  }
});

Deno.test("a program of an older version is shown, and that it does not judge itself", () => {
  const { verdict: _verdict, ...older } = documentOf({});
  const [first, remedy] = cnaptLines(older as ReturnType<typeof documentOf>, null);
  assertEquals(first, "What runs is version 1.2.3, which does not judge itself");
  assert(remedy?.includes("start it again"), remedy);
});
