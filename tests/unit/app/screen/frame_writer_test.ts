import { FrameWriter } from "../../../../lib/app/screen/frame_writer.ts";
import { plain } from "../../../../lib/app/screen/frame.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { ShownScreen } from "../../../shown_screen.ts";

const SIZE = { columns: 20, rows: 4 };

Deno.test("only lines that have changed are written, and none where nothing has", () => {
  const writer = new FrameWriter("none");
  const first = writer.frame([plain("one"), plain("two")], SIZE);
  assert(first.includes("one") && first.includes("two"), first);
  const second = writer.frame([plain("one"), plain("three")], SIZE);
  assertEquals(second, "\x1b[2;1Hthree\x1b[K");
  assertEquals(writer.frame([plain("one"), plain("three")], SIZE), "");
});

Deno.test("a screen of another size is written anew, and what is too long or too much is cut", () => {
  const screen = new ShownScreen();
  const writer = new FrameWriter("colours");
  const lines = ["x".repeat(300), "日".repeat(300), "c", "d", "e"].map(plain);
  screen.take(writer.enter());
  for (const size of [SIZE, { columns: 7, rows: 2 }, { columns: 40, rows: 9 }]) {
    screen.take(writer.frame(lines, size));
    assertEquals(screen.rows.length, Math.min(lines.length, size.rows));
    assert(screen.widest <= size.columns, `${screen.widest} columns`);
  }
});

Deno.test("a line that is gone leaves nothing behind", () => {
  const screen = new ShownScreen();
  const writer = new FrameWriter("none");
  screen.take(writer.enter() + writer.frame(["long line", "two"].map(plain), SIZE));
  screen.take(writer.frame([plain("a")], SIZE));
  assertEquals(screen.rows, ["a"]);
});

Deno.test("without colours a verdict is bold and nothing else", () => {
  const line = { text: "bad", tone: "bad" } as const;
  const text = new FrameWriter("none").frame([line], SIZE);
  assert(text.includes("\x1b[1mbad") && !text.includes("31m"), JSON.stringify(text));
  assert(new FrameWriter("colours").frame([line], SIZE).includes("\x1b[1;31mbad"));
});

Deno.test("the terminal is left as it was: its screen, its cursor, its wrapping", () => {
  const screen = new ShownScreen();
  const writer = new FrameWriter("none");
  screen.take(`before${writer.enter()}${writer.frame([plain("a")], SIZE)}`);
  assertEquals([screen.isOther, screen.hasCursor, screen.wraps], [true, false, false]);
  screen.take(writer.leave());
  assertEquals([screen.isOther, screen.hasCursor, screen.wraps], [false, true, true]);
});
