import { debianPackage } from "../../../scripts/release/debian/debian_package.ts";
import { GZIP } from "../../../scripts/release/packers.ts";
import { assert, assertEquals } from "../../assert.ts";
import { lacksProgram } from "../../lacks_program.ts";
import { inFolder } from "../../temporary_folder.ts";
import { EXTRAS, PROGRAM, RELEASE, said } from "../../unit/scripts/release/kit.ts";

const ignore = lacksProgram("dpkg-deb", "the test of the Debian package");

async function inPackage(check: (deb: string, folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const deb = `${folder}/cnapt_1.2.3_amd64.deb`;
    await Deno.writeFile(deb, await debianPackage(PROGRAM, EXTRAS, RELEASE, GZIP));
    await check(deb, folder);
  });
}

Deno.test(
  "dpkg reads the package's fields and scripts",
  { ignore },
  () =>
    inPackage(async (deb, folder) => {
      const field = async (name: string) => (await said("dpkg-deb", ["-f", deb, name])).trim();
      assertEquals(await field("Package"), "cnapt");
      assertEquals(await field("Version"), "1.2.3");
      assertEquals(await field("Architecture"), "amd64");
      await said("dpkg-deb", ["-e", deb, `${folder}/control`]);
      for (const script of ["postinst", "prerm", "postrm"]) {
        const path = `${folder}/control/${script}`;
        assertEquals((await Deno.stat(path)).mode?.toString(8), "100755", script);
        assertEquals(await said("sh", ["-n", path]), "", script);
      }
    }),
);

Deno.test(
  "dpkg unpacks the package, and the sums in it are right",
  { ignore },
  () =>
    inPackage(async (deb, folder) => {
      await said("dpkg-deb", ["-x", deb, `${folder}/root`]);
      assertEquals(await said(`${folder}/root/usr/bin/snapt`, ["list"]), "snapt 1.2.3 list\n");
      assert((await Deno.stat(`${folder}/root/usr/lib/systemd/system/snapt.service`)).isFile);
      await said("dpkg-deb", ["-e", deb, `${folder}/root/control`]);
      const check = 'cd "$0" && md5sum --quiet -c control/md5sums';
      assertEquals(await said("sh", ["-c", check, `${folder}/root`]), "");
      const sums = await Deno.readTextFile(`${folder}/root/control/md5sums`);
      for (const program of ["cnapt", "snapt"]) {
        assert(sums.includes(`  usr/bin/${program}\n`), sums);
      }
      const listed = await said("dpkg-deb", ["-c", deb]);
      assert(listed.split("\n").every((line) => line === "" || line.includes("root/root")), listed);
    }),
);

Deno.test("the same files give the same package", { ignore }, async () => {
  const [one, two] = await Promise.all(
    [1, 2].map(() => debianPackage(PROGRAM, EXTRAS, RELEASE, GZIP)),
  );
  assertEquals(one, two);
});

const lacksLintian = ignore || lacksProgram("lintian", "the test of the Debian package by lintian");

Deno.test(
  "lintian finds no error in the package",
  { ignore: lacksLintian },
  () =>
    inPackage(async (deb) => {
      await said("lintian", ["--allow-root", "--fail-on", "error", deb]);
    }),
);
