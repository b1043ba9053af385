import { askLine, askYes } from "../../../../lib/app/program/ask_line.ts";
import { assertEquals } from "../../../assert.ts";
import { ScriptedTerminal } from "../kit/scripted_terminal.ts";

Deno.test("a line is what was typed, however it comes, and null when nothing comes", async () => {
  const terminal = new ScriptedTerminal(["lap", " top \n", "half"]);
  assertEquals(await askLine(terminal, "Name?"), "lap top");
  assertEquals(await askLine(terminal, "Name?"), "half");
  assertEquals(await askLine(terminal, "Name?"), null);
  assertEquals(terminal.shown, "Name? Name? Name? ");
});

Deno.test("a question commands no terminal", async () => {
  const terminal = new ScriptedTerminal(["\n"]);
  await askLine(terminal, "\x1b[2J?");
  assertEquals(terminal.shown, "\\u001b[2J? ");
});

for (
  const [typed, expected] of [
    ["\n", true],
    ["Y\n", true],
    [" yes \n", true],
    ["n\n", false],
    ["perhaps\n", false],
    [null, false],
  ] as const
) {
  Deno.test(`${JSON.stringify(typed)} is ${expected ? "a yes" : "no yes"}`, async () => {
    const terminal = new ScriptedTerminal(typed === null ? [] : [typed]);
    assertEquals(await askYes(terminal, "Go on?"), expected);
    assertEquals(terminal.shown, "Go on? [Y/n] ");
  });
}
