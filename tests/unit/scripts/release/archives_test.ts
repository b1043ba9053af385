import { archiveFiles } from "../../../../scripts/release/archive_files.ts";
import { plainFile } from "../../../../scripts/release/packed_file.ts";
import { GZIP } from "../../../../scripts/release/packers.ts";
import { tar } from "../../../../scripts/release/tar.ts";
import { zip } from "../../../../scripts/release/zip.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { lacksProgram } from "../../../lacks_program.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { EXTRAS, PROGRAM, RELEASE, said } from "./kit.ts";

const LINUX = archiveFiles("cnapt-1.2.3", "x86_64-unknown-linux-gnu", PROGRAM, EXTRAS);
const WINDOWS = archiveFiles("cnapt-1.2.3", "x86_64-pc-windows-msvc", PROGRAM, EXTRAS);

const lacksTar = lacksProgram("tar", "the test of the release's tar archives");

Deno.test(
  "tar unpacks an archive with both names of the one program",
  { ignore: lacksTar },
  () =>
    inFolder(async (folder) => {
      const archive = await GZIP.pack(tar(LINUX, RELEASE.seconds));
      await Deno.writeFile(`${folder}/archive.tar.gz`, archive);
      const listed = await said("tar", ["--full-time", "-tvzf", `${folder}/archive.tar.gz`]);
      for (const line of listed.trim().split("\n")) {
        assert(line.includes("root/root") && line.includes("2027-01-15 08:00:01"), line);
      }
      assert(listed.includes("cnapt-1.2.3/snapt link to cnapt-1.2.3/cnapt"), listed);
      await said("tar", ["-xzf", `${folder}/archive.tar.gz`, "-C", folder]);
      assertEquals(await said(`${folder}/cnapt-1.2.3/snapt`, ["run"]), "snapt 1.2.3 run\n");
      assertEquals(await Deno.readTextFile(`${folder}/cnapt-1.2.3/man/cnapt.1`), ".Dd\n");
      assertEquals(await Deno.readTextFile(`${folder}/cnapt-1.2.3/LICENSE`), EXTRAS.license);
      const schema = `${folder}/cnapt-1.2.3/schemas/notice.1.schema.json`;
      assertEquals(await Deno.readTextFile(schema), "{}\n");
    }),
);

const lacksUnzip = lacksProgram("unzip", "the test of the release's zip archives");

Deno.test(
  "unzip accepts the archive for Windows",
  { ignore: lacksUnzip },
  () =>
    inFolder(async (folder) => {
      await Deno.writeFile(`${folder}/archive.zip`, zip(WINDOWS, RELEASE.seconds));
      assert((await said("unzip", ["-t", `${folder}/archive.zip`])).includes("No errors detected"));
      await said("unzip", ["-q", `${folder}/archive.zip`, "-d", folder]);
      assertEquals(await Deno.readFile(`${folder}/cnapt-1.2.3/cnapt.exe`), PROGRAM);
      const command = await Deno.readTextFile(`${folder}/cnapt-1.2.3/snapt.cmd`);
      assert(command.includes('cnapt.exe" snapt %*\r\n'), command);
    }),
);

Deno.test("archives are the same whatever the order of their files", () => {
  for (const pack of [tar, zip]) {
    assertEquals(
      pack(WINDOWS.toReversed(), RELEASE.seconds),
      pack(WINDOWS, RELEASE.seconds),
      pack.name,
    );
  }
});

Deno.test("tar refuses a path that it would cut", () => {
  assertThrows(() => tar([plainFile("a".repeat(101), "")], 0), RangeError);
});

Deno.test("zip refuses a link", () => {
  assertThrows(() => zip(LINUX, RELEASE.seconds), TypeError);
});

Deno.test("systemd's unit is in the archives for Linux only", () => {
  const hasUnit = (files: typeof LINUX) => files.some(({ path }) => path.endsWith(".service"));
  assertEquals([hasUnit(LINUX), hasUnit(WINDOWS)], [true, false]);
});
