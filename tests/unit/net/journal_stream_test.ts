import { isJournalOnStandardError } from "../../../lib/net/journal_stream.ts";
import { assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";

Deno.test("standard error is the journal's when it is the stream that is named, and no other", () =>
  inFolder(async (folder) => {
    const path = `${folder}/stream`;
    await Deno.writeTextFile(path, "");
    const { dev, ino } = await Deno.stat(path);
    assertEquals(isJournalOnStandardError(`${dev}:${ino}`, path), true);
    for (const other of [`${dev}:${Number(ino) + 1}`, `${dev + 1}:${ino}`, "", "8:x", ":"]) {
      assertEquals(isJournalOnStandardError(other, path), false, other);
    }
  }));

Deno.test("without a name, or without a standard error, there is no journal", () =>
  inFolder((folder) => {
    assertEquals(isJournalOnStandardError("1:2", `${folder}/none`), false);
    return Promise.resolve();
  }));

Deno.test("where the system does not say what standard error is, there is no journal", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    assertEquals(isJournalOnStandardError("1:2", `${folder}/file/2`), false);
  }));
