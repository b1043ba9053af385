import { chosenProgram } from "../../../../lib/app/program/chosen_program.ts";
import { assertEquals } from "../../../assert.ts";

const BY_NAME: readonly (readonly [string, string | null])[] = [
  ["cnapt", "cnapt"],
  ["/usr/bin/snapt", "snapt"],
  ["./cnapt-x86_64-unknown-linux-gnu", "cnapt"],
  ["C:\\Programs\\SNAPT.EXE", "snapt"],
  ["snapt-0.1.0", "snapt"],
  ["/opt/cnapt/either", null],
  ["snapter", null],
  ["", null],
];

for (const [startedAs, program] of BY_NAME) {
  Deno.test(`a file started as "${startedAs}" is ${program ?? "neither program"}`, () => {
    assertEquals(chosenProgram(startedAs, ["status"], 0)?.program ?? null, program);
  });
}

Deno.test("the first word wins over the name of the file and is gone from the rest", () => {
  assertEquals(chosenProgram("cnapt", ["snapt", "init"], 0), { program: "snapt", args: ["init"] });
});

Deno.test("what the compiler put before the first word stays where it is", () => {
  const args = ["--built-from=x", "snapt", "list"];
  assertEquals(chosenProgram("cnapt.exe", args, 1), {
    program: "snapt",
    args: ["--built-from=x", "list"],
  });
});

Deno.test("a program's name further behind is a word like any other", () => {
  const args = ["revoke", "snapt"];
  assertEquals(chosenProgram("snapt", args, 0), { program: "snapt", args });
});
