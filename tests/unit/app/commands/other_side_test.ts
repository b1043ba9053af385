import { CNAPT } from "../../../../lib/app/commands/cnapt_commands.ts";
import { SNAPT } from "../../../../lib/app/commands/snapt_commands.ts";
import { commandNamed } from "../../../../lib/app/program/command_line.ts";
import { UsageError } from "../../../../lib/app/program/usage_error.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

for (const [program, other] of [[CNAPT, SNAPT], [SNAPT, CNAPT]] as const) {
  Deno.test(`${program.name} knows which commands people look for that are ${other.name}'s`, () => {
    assertEquals(program.otherSide?.name, other.name);
    for (const name of program.otherSide?.commands ?? []) {
      assertEquals(commandNamed(other, name).name, name);
      assertThrows(
        () => commandNamed(program, name),
        UsageError,
        `\`${other.name} ${name}\` is one`,
      );
    }
  });
}
