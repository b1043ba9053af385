import { openToken, readToken } from "../../../lib/config/token_file.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";

Deno.test("a token is made once, for its owner only, and is the same for all who make it at once", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/state/cnapt.token`;
    assertEquals(await readToken(path), null);
    const tokens = await Promise.all(Array.from({ length: 8 }, () => openToken(path)));
    assertEquals(new Set(tokens).size, 1);
    assertEquals(await readToken(path), tokens[0] ?? "");
    if (Deno.build.os !== "windows") {
      assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    }
    const left = await Array.fromAsync(Deno.readDir(`${folder}/state`), ({ name }) => name);
    assertEquals(left, ["cnapt.token"]);
  });
});

Deno.test("a damaged token is replaced, and another folder has another", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/cnapt.token`, "");
    const token = await openToken(`${folder}/cnapt.token`);
    assertEquals(await openToken(`${folder}/cnapt.token`), token);
    assert(token !== await openToken(`${folder}/office.token`));
  });
});
