import { cnaptView } from "../../../../lib/app/screen/cnapt_view.ts";
import { FrameWriter } from "../../../../lib/app/screen/frame_writer.ts";
import { type CnaptDocument, cnaptDocument } from "../../../../lib/status/cnapt_document.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { cnaptSnapshot, receipt, siteSnapshot } from "../../status/kit/site_snapshot.ts";
import { decisionOf, providerShown } from "./kit/provider_shown.ts";
import { NASTY_NAMES } from "./kit/nasty_names.ts";
import { ShownScreen } from "../../../shown_screen.ts";

const SIZE = { columns: 80, rows: 24 };
const SSH = { name: "ssh", port: 22, protocol: "tcp", compression: "none" } as const;

function documentOf(name: string, count: number): CnaptDocument {
  const many = Array.from({ length: count }, (_, at) => at);
  const site = siteSnapshot({
    ...{ name, provider: name, services: many.map((at) => ({ ...SSH, name: `${name}${at}` })) },
    switches: many.map(() => receipt({ from: name, to: name, reason: name })),
  });
  const question = { provider: name, from: name, reason: name, sites: [name], askedAt: "" };
  return cnaptDocument({
    ...cnaptSnapshot([site]),
    emulators: many.map((at) => ({
      ...{
        site: name,
        service: `${name}${at}`,
        protocol: "tcp",
        listen: "127.0.0.1:2222",
        refused: 0,
      },
    } as const)),
    questions: many.slice(0, 3).map(() => ({ ...question, leftMs: 9_000 })),
    decisions: { [name]: decisionOf(many.map((at) => providerShown(`${name}${at}`))) },
  }, { version: "1.2.3", now: new Date("2026-11-28T08:00:00Z"), memoryBytes: 0 });
}

function shownOf(document: CnaptDocument, size = SIZE, chosen: string | null = null, message = "") {
  const seen = { kind: "seen", document } as const;
  const trips = () => [1, 2, null, 40];
  const lines = cnaptView({ seen, chosen, message, trips }, size);
  const screen = new ShownScreen();
  screen.take(new FrameWriter("none").frame(lines, size));
  return { lines, screen };
}

Deno.test("the verdict is on top, then networks with digits, services, switches, and the keys", () => {
  const { rows } = shownOf(documentOf("eth", 1), SIZE, "eth0").screen;
  assertEquals(rows[0], "Connected over eth, 1.5 ms, asks whether to use eth");
  const text = rows.join("\n");
  assert(/^> 1 {3}eth0 +9\.0 ms +0 % +70 % .*▁▁ █ {2}answers$/m.test(text), text);
  for (const part of ["SERVICE", "LAST SWITCHES"]) {
    assert(text.includes(part), text);
  }
  assertEquals(rows.length, 24);
  const told = shownOf(documentOf("eth", 1), SIZE, null, "done").screen.rows;
  assertEquals(told.at(-2), "done");
  assert(
    rows.at(-1)?.includes("q leaves") && rows.at(-2) === "Use eth instead of eth? y yes, n no",
    text,
  );
});

Deno.test("whatever the names are and however many, it fits every screen", () => {
  for (const name of NASTY_NAMES) {
    for (const count of [0, 1, 40]) {
      const document = documentOf(name, count);
      for (const [columns, rows] of [[80, 24], [20, 4], [200, 60], [1, 1]] as const) {
        const { lines, screen } = shownOf(document, { columns, rows });
        assert(lines.length <= rows, `${lines.length} of ${rows} rows`);
        assert(screen.rows.length <= rows && screen.widest <= columns, screen.rows.join("\n"));
        assert(!/[\p{Cc}\p{Cf}]/u.test(screen.rows.join("")), JSON.stringify(screen.rows));
      }
    }
  }
});

Deno.test("while CNAPT is gone that is said, above what was seen last", () => {
  const document = documentOf("eth", 1);
  const seen = { kind: "gone", reason: "does not run", document } as const;
  const model = { chosen: null, message: "", trips: () => [] };
  const lines = cnaptView({ ...model, seen }, SIZE).map(({ text }) => text);
  assertEquals(lines[0], "CNAPT does not run; below is what was seen last");
  assert(lines.some((text) => text.includes("eth0")));
  const [alone] = cnaptView({ ...model, seen: { ...seen, document: null } }, SIZE);
  assertEquals(alone, { text: "CNAPT does not run", tone: "bad" });
});
