import { writeNewFile } from "../../../lib/config/new_file.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";

Deno.test("a new file has all of its text, and is never written over", () =>
  inFolder(async (folder) => {
    const path = `${folder}/new`;
    await writeNewFile(path, "first\n");
    await assertRejects(() => writeNewFile(path, "second\n"), Deno.errors.AlreadyExists);
    assertEquals(await Deno.readTextFile(path), "first\n");
  }));
