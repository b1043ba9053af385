import { FrameWriter } from "../../../../lib/app/screen/frame_writer.ts";
import { snaptView } from "../../../../lib/app/screen/snapt_view.ts";
import { snaptDocument } from "../../../../lib/status/snapt_document.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { servedSession, snaptSnapshot } from "../../status/kit/snapt_snapshot.ts";
import { NASTY_NAMES } from "./kit/nasty_names.ts";
import { ShownScreen } from "../../../shown_screen.ts";

const FACTS = { version: "1.2.3", now: new Date("2026-11-28T08:00:00Z"), memoryBytes: 0 };

function rowsOf(name: string, count: number, size: { columns: number; rows: number }, above = 0) {
  const sessions = Array.from(
    { length: count },
    (_, at) => servedSession({ client: `${name}${at}`, from: name }),
  );
  const services = [{ name, to: name, protocol: "tcp" }] as const;
  const document = snaptDocument(snaptSnapshot({ site: name, sessions, services }), FACTS);
  const lines = snaptView({ seen: { kind: "seen", document }, above, trips: () => [3] }, size);
  const screen = new ShownScreen();
  screen.take(new FrameWriter("none").frame(lines, size));
  return screen;
}

Deno.test("the verdict is on top, then who is connected, and how many more there are", () => {
  const { rows } = rowsOf("box", 40, { columns: 80, rows: 24 });
  assertEquals(rows[0], "Site box: 40 connected");
  assert(/^box0 +box +12 ms +0\.2 s +▂ {2}0 connections$/.test(rows[2] ?? ""), rows[2]);
  assert(rows.some((row) => /^ {2}… \d+ more$/.test(row)), rows.join("\n"));
  const moved = rowsOf("box", 40, { columns: 80, rows: 24 }, 39).rows.join("\n");
  assert(moved.includes("box39 ") && !moved.includes("box38 "), moved);
});

Deno.test("whatever the names are and however many, it fits every screen", () => {
  for (const name of NASTY_NAMES) {
    for (const [columns, rows] of [[80, 24], [20, 4], [200, 60], [1, 1]] as const) {
      const screen = rowsOf(name, 40, { columns, rows });
      assert(screen.rows.length <= rows && screen.widest <= columns, screen.rows.join("\n"));
      assert(!/[\p{Cc}\p{Cf}]/u.test(screen.rows.join("")), JSON.stringify(screen.rows));
    }
  }
});
