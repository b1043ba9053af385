import { ownCommand } from "../../../../lib/app/program/own_command.ts";
import { assertEquals } from "../../../assert.ts";

const compiled = (execPath: string, main: string) => ({
  execPath,
  mainModule: `file:///x/${main}`,
  isCompiled: true,
});

Deno.test("a compiled program starts itself, whatever its file is called", () => {
  for (const file of ["/usr/bin/cnapt", "/dist/cnapt-x86_64-unknown-linux-gnu", "/opt/tunnel"]) {
    assertEquals(ownCommand("cnapt", compiled(file, "cnapt.ts")), [file]);
  }
});

Deno.test("where one file holds both, the word says which, unless its name does", () => {
  assertEquals(ownCommand("snapt", compiled("/usr/bin/snapt", "either.ts")), ["/usr/bin/snapt"]);
  const windows = "C:\\Programs\\cnapt.exe";
  assertEquals(ownCommand("snapt", compiled(windows, "either.ts")), [windows, "snapt"]);
  assertEquals(ownCommand("cnapt", compiled(windows, "either.ts")), [windows]);
});

Deno.test("what is not compiled is Deno with the sources", () => {
  const words = ownCommand("cnapt");
  assertEquals([words[0], words[1], words.at(-2)], [Deno.execPath(), "run", "-P=programs"]);
});
