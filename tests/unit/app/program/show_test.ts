import {
  documentsPrinted,
  printDocument,
  show,
  showAside,
  showLines,
  showSections,
} from "../../../../lib/app/program/show.ts";
import { assertEquals } from "../../../assert.ts";

/** What `act` prints, by stream. */
function printed(
  act: () => void,
): { readonly out: readonly string[]; readonly err: readonly string[] } {
  const { log, error } = console;
  const out: string[] = [];
  const err: string[] = [];
  console.log = (text: string) => out.push(text);
  console.error = (text: string) => err.push(text);
  try {
    act();
  } finally {
    Object.assign(console, { log, error });
  }
  return { out, err };
}

Deno.test("a line stays one line, and commands no terminal", () => {
  const line = "db\x1b[2J\nforged line\x9b";
  const safe = "db\\u001b[2J\\u000aforged line\\u009b";
  assertEquals(printed(() => show(line)), { out: [safe], err: [] });
  assertEquals(printed(() => showAside(line)), { out: [], err: [safe] });
});

Deno.test("several lines stay several", () => {
  assertEquals(printed(() => showLines("a\x1b\nb")).out, ["a\\u001b\nb"]);
});

Deno.test("JSON commands no terminal and is the same to a program", () => {
  const value = { schema: "cnapt.why/1", reason: "full\x9b2J\u202e" };
  const before = documentsPrinted();
  const [text = ""] = printed(() => printDocument(value)).out;
  assertEquals(text, '{"schema":"cnapt.why/1","reason":"full\\u009b2J\\u202e"}');
  assertEquals([JSON.parse(text), documentsPrinted()], [value, before + 1]);
  const indented = '{\n  "schema": "x/1",\n  "a": 1\n}';
  assertEquals(printed(() => printDocument({ schema: "x/1", a: 1 }, 2)).out, [indented]);
});

Deno.test("sections have no colours where no terminal is, and command none", () => {
  const sections = [{ title: "One\x1b", lines: ["a", "b\x9b"] }, { title: "Two", lines: [] }];
  assertEquals(printed(() => showSections(sections)).out, ["One\\u001b\na\nb\\u009b\n\nTwo"]);
});
