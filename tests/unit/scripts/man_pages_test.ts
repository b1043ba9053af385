import { manPages } from "../../../scripts/man_pages.ts";
import { assert, assertEquals } from "../../assert.ts";
import { lacksProgram } from "../../lacks_program.ts";

const FOLDER = new URL("../../../docs/man/", import.meta.url);
Deno.test("docs/man has the pages as the tables are", async () => {
  for (const [name, wanted] of manPages()) {
    assertEquals(await Deno.readTextFile(new URL(name, FOLDER)), wanted, name);
  }
});

const ignore = lacksProgram("mandoc", "the test of the man pages with mandoc");

Deno.test("mandoc has nothing to say against the man pages", { ignore }, async () => {
  for (const name of manPages().keys()) {
    const { code, stdout } = await new Deno.Command("mandoc", {
      args: ["-Tlint", "-Wwarning", name],
      cwd: FOLDER,
    }).output();
    assertEquals([code, new TextDecoder().decode(stdout)], [0, ""], name);
  }
});

const lacksGroff = lacksProgram("groff", "the test of the man pages with groff");

Deno.test("groff renders the man pages without a warning", { ignore: lacksGroff }, async () => {
  for (const name of manPages().keys()) {
    const { stdout, stderr } = await new Deno.Command("groff", {
      args: ["-mdoc", "-Tascii", "-ww", name],
      cwd: FOLDER,
    }).output();
    assertEquals(new TextDecoder().decode(stderr), "", name);
    assert(new TextDecoder().decode(stdout).includes("DESCRIPTION".charAt(0)), name);
  }
});
