import { isExposed, readSecretFile, writeSecretFile } from "../../../lib/config/secret_file.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { lacks } from "../../system_needs.ts";
import { inFolder } from "../../temporary_folder.ts";

const ignore = lacks("fileModes", "the tests of modes of files");

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test({
  name: "a secret file is for its owner only, also when it was open to all before",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/secret`;
      await writeSecretFile(path, "new");
      assertEquals(modeOf(path), 0o600);
      await Deno.writeTextFile(path, "old");
      await Deno.chmod(path, 0o644);
      assertEquals(await isExposed(path), true);
      await writeSecretFile(path, "newer");
      assertEquals([modeOf(path), await isExposed(path)], [0o600, false]);
      assertEquals(await readSecretFile(path), "newer");
    }),
});

Deno.test("a reader sees the old or the new text of a secret file, never half of it", {
  ignore: lacks("atomicRename", "readers of a secret file that is written"),
}, () =>
  inFolder(async (folder) => {
    const path = `${folder}/secret`;
    const texts = ["a".repeat(300_000), "b".repeat(500_000)];
    await writeSecretFile(path, texts[0] ?? "");
    let isWriting = true;
    const reading = (async () => {
      while (isWriting) assert(texts.includes(await readSecretFile(path)), "half a file was seen");
    })();
    for (let i = 0; i < 20; i++) await writeSecretFile(path, texts[i % 2] ?? "");
    isWriting = false;
    await reading;
  }));

Deno.test({
  name: "what a link points at is written, and the link stays",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/elsewhere`);
      await Deno.writeTextFile(`${folder}/elsewhere/real`, "old");
      await Deno.symlink("elsewhere/real", `${folder}/link`);
      await writeSecretFile(`${folder}/link`, "new");
      assert((await Deno.lstat(`${folder}/link`)).isSymlink);
      assertEquals(await Deno.readTextFile(`${folder}/elsewhere/real`), "new");
      assertEquals(namesIn(`${folder}/elsewhere`), ["real"]);
    }),
});

Deno.test({
  name: "a link that points at nothing yet gets its file",
  ignore,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/elsewhere`);
      await Deno.symlink("elsewhere/real", `${folder}/link`);
      await writeSecretFile(`${folder}/link`, "new");
      assert((await Deno.lstat(`${folder}/link`)).isSymlink);
      assertEquals(await Deno.readTextFile(`${folder}/elsewhere/real`), "new");
    }),
});

Deno.test("a secret file that cannot be written leaves nothing behind", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/taken/by/a/folder`, { recursive: true });
    await assertRejects(() => writeSecretFile(`${folder}/taken`, "text"));
    assertEquals(namesIn(folder), ["taken"]);
    await assertRejects(() => writeSecretFile(`${folder}/nowhere/file`, "text"));
    assertEquals(namesIn(folder), ["taken"]);
  }));

Deno.test({
  name: "what root writes belongs to the owner of the folder, or to whom it belonged",
  ignore: Deno.uid() !== 0,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/secret`;
      await Deno.chown(folder, 1_234, 1_235);
      const owner = async () => {
        const { uid, gid, mode } = await Deno.stat(path);
        return [uid, gid, (mode ?? 0) & 0o777];
      };
      await writeSecretFile(path, "one");
      assertEquals(await owner(), [1_234, 1_235, 0o600]);
      await Deno.chown(path, 4_321, 4_322);
      await writeSecretFile(path, "two");
      assertEquals(await owner(), [4_321, 4_322, 0o600]);
    }),
});
