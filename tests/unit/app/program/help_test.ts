import { CNAPT } from "../../../../lib/app/commands/cnapt_commands.ts";
import { SNAPT } from "../../../../lib/app/commands/snapt_commands.ts";
import { commandHelp, exitsOf, programHelp } from "../../../../lib/app/program/help.ts";
import { assert, assertEquals } from "../../../assert.ts";

for (const program of [CNAPT, SNAPT]) {
  Deno.test(`the help of ${program.name} names every command in lines of 80 characters`, () => {
    const lines = programHelp(program).flatMap((section) => [section.title, ...section.lines]);
    for (const { name } of program.commands) {
      assert(lines.some((line) => line.startsWith(`  ${name}`)), name);
    }
    for (const line of lines) assert(line.length <= 80, line);
  });

  for (const command of program.commands) {
    Deno.test(`${program.name} help ${command.name} has its options, words and exit codes`, () => {
      const sections = commandHelp(program, command);
      const lines = sections.flatMap((section) => [section.title, ...section.lines]);
      for (const line of lines) assert(line.length <= 80, line);
      const text = lines.join("\n");
      for (const name of Object.keys(command.options)) assert(text.includes(`--${name}`), name);
      for (const { value } of command.words) assert(text.includes(value), value);
      assert(exitsOf(command).includes("usage"));
      assertEquals(command.summary.endsWith("."), false);
      assertEquals(new Set(command.exits).size, command.exits.length);
    });
  }

  Deno.test(`no two commands of ${program.name} have one name`, () => {
    const names = program.commands.map(({ name }) => name);
    assertEquals(new Set(names).size, names.length);
  });
}
