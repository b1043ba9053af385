import { OWN_SURROUNDINGS } from "../../../../lib/app/places/surroundings.ts";
import { assertEquals } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";

const isRoot = Deno.uid() === 0;

Deno.test(
  "root may write into the folder that a package has made for its service",
  { ignore: !isRoot },
  () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/state`);
      await Deno.chmod(`${folder}/state`, 0o700);
      await Deno.chown(`${folder}/state`, 65534, 65534);
      assertEquals(await OWN_SURROUNDINGS.isWritable(`${folder}/state`), true);
      assertEquals(await OWN_SURROUNDINGS.isWritable(`${folder}/state/new/folder`), true);
    }),
);

Deno.test(
  "nobody else may write into a folder that is locked",
  { ignore: isRoot || Deno.build.os === "windows" },
  () =>
    inFolder(async (folder) => {
      await Deno.chmod(folder, 0o500);
      assertEquals(await OWN_SURROUNDINGS.isWritable(folder), false);
      await Deno.chmod(folder, 0o700);
      assertEquals(await OWN_SURROUNDINGS.isWritable(`${folder}/new`), true);
    }),
);
