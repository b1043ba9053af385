/** What happens to somebody who types the commands of Deno itself and forgets the rights. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../../assert.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

for (const args of [["test"], ["compile", "cnapt.ts"], ["compile", "snapt.ts"]]) {
  Deno.test(`deno ${args.join(" ")} names the flag that is missing, and does nothing else`, async () => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: ROOT,
      env: { NO_COLOR: "1" },
      stdin: "null",
    }).output();
    assertEquals(code, 1);
    const [said = ""] = new TextDecoder().decode(stderr).split("\n");
    assert(said.includes("`-P` or a permission flag"), said);
  });
}
