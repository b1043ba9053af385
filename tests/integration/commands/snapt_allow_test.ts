import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { run } from "../kit/program.ts";

Deno.test("snapt allow changes what a CNAPT may use, and nothing where it cannot be", () =>
  inFolder(async (folder) => {
    const snapt = (...args: readonly string[]) => run("snapt", folder, args);
    assertEquals((await snapt("init", "--yes")).code, 0);
    const invite = ["invite", "laptop", "--offline", "--address", "home.example:7787"];
    assertEquals((await snapt(...invite)).code, 0);
    const less = await snapt("allow", "laptop", "--services", "ssh");
    assertEquals([less.code, less.out], [0, "laptop may use ssh from now on.\n"], less.err);
    const mayUseSsh = async () => /^laptop +invited .*ssh\n$/.test((await snapt("list")).out);
    assertEquals(await mayUseSsh(), true);
    for (
      const [code, hint, ...args] of [
        [2, "either --services", "laptop"],
        [2, "either --services", "laptop", "--all", "--services", "ssh"],
        [2, "did you mean ssh", "laptop", "--services", "shs"],
        [1, "no CNAPT of this name", "desktop", "--all"],
      ] as const
    ) {
      const refused = await snapt("allow", ...args);
      assertEquals(refused.code, code, refused.err);
      assert(refused.err.includes(hint), refused.err);
    }
    assertEquals(await mayUseSsh(), true);
    const all = await snapt("allow", "laptop", "--all");
    assertEquals([all.code, all.out], [0, "laptop may use all services from now on.\n"]);
  }));
