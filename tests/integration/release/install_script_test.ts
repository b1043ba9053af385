import { isTarget } from "../../../scripts/compile_target.ts";
import { assert, assertEquals } from "../../assert.ts";
import { lacksProgram } from "../../lacks_program.ts";
import { said } from "../../unit/scripts/release/kit.ts";
import { OLD, SCRIPT, trial, type World } from "./kit/install_trial.ts";

const ignore = !isTarget(Deno.build.target) || Deno.build.os === "windows" ||
  lacksProgram("curl", "the test of the install script");

const lacksWget = ignore || lacksProgram("wget", "the test of the install script with wget");

Deno.test(
  "the install script puts both programs where it is told, also a second time",
  { ignore },
  () =>
    trial({ times: 2 }, async ({ code, stdout, stderr, bin }) => {
      assertEquals(code, 0, stderr);
      for (const program of ["cnapt", "snapt"]) {
        assertEquals(await said(`${bin}/${program}`, ["-v"]), `${program} 1.2.3 -v\n`);
      }
      assert(stdout.includes(`${bin} is not in PATH`), stdout);
      assertEquals([...Deno.readDirSync(bin)].length, 2, "something else is in the folder");
    }),
);

Deno.test(
  "the install script takes ~/.local/bin by itself, and the place of an older version",
  { ignore },
  () =>
    trial({ untold: true, old: "there" }, async ({ code, stderr, bin }) => {
      assertEquals(code, 0, stderr);
      for (const program of ["cnapt", "snapt"]) {
        assertEquals(await said(`${bin}/${program}`, []), `${program} 1.2.3 \n`);
      }
    }),
);

Deno.test(
  "the install script needs no curl where there is wget, and no xz",
  { ignore: lacksWget },
  () =>
    trial({ only: ["wget"] }, async ({ code, stderr, bin }) => {
      assertEquals(code, 0, stderr);
      assertEquals(await said(`${bin}/snapt`, []), "snapt 1.2.3 \n");
    }),
);

Deno.test(
  "the install script does without an xz that cannot unpack the archive",
  { ignore },
  () =>
    trial({ weakXz: true }, async ({ code, stderr, bin }) => {
      assertEquals(code, 0, stderr);
      assertEquals(await said(`${bin}/snapt`, []), "snapt 1.2.3 \n");
    }),
);

const REFUSED: readonly (readonly [string, World, string])[] = [
  ["the sum is another", { sum: "0".repeat(64) }, "is not what was published"],
  ["there is no such version", { version: "9.9.9" }, "v9.9.9/SHA256SUMS cannot be downloaded"],
  ["it is root and was not told where to", { user: "0", untold: true }, "this is root"],
  ["there is no program for the processor", { machine: "Linux" }, "the processor Linux"],
  ["there is no program for the system", { machine: "Plan9" }, "no program for Plan9"],
  ["nobody filled it in", { version: "@VERSION@" }, "does not know from where"],
  ["the download breaks off", { broken: true }, "tar.gz cannot be downloaded"],
  ["nothing can download", { only: [] }, "neither curl nor wget is here"],
  ["the program does not run", { program: "#!/bin/sh\nexit 1\n" }, "does not run on this machine"],
];

for (const [when, world, why] of REFUSED) {
  Deno.test(
    `the install script installs nothing when ${when}`,
    { ignore },
    async () => {
      await trial(world, async ({ code, stderr, bin }) => {
        assertEquals(code, 1);
        assert(stderr.includes("Cannot install cnapt: ") && stderr.includes(why), stderr);
        const found = await Deno.stat(bin).catch((error: unknown) => {
          if (error instanceof Deno.errors.NotFound) return null;
          throw error;
        });
        assertEquals(found, null, "the folder is there");
      });
    },
  );
}

for (
  const [when, world, why] of [
    ["the sum is another", { sum: "0".repeat(64), old: "there" }, "is not what was published"],
    ["the folder is not to be written", { old: "locked" }, "my programs cannot be written"],
  ] satisfies readonly (readonly [string, World, string])[]
) {
  Deno.test(
    `the install script leaves an older version alone when ${when}`,
    { ignore },
    () =>
      trial(world, async ({ code, stdout, stderr, bin }) => {
        assertEquals(code, 1, stderr);
        assert(stderr.includes(why), stderr);
        assertEquals(stdout.includes("Downloading"), world.old !== "locked", stdout);
        assertEquals([...Deno.readDirSync(bin)].map(({ name }) => name), ["cnapt"]);
        assertEquals(await Deno.readTextFile(`${bin}/cnapt`), OLD);
      }),
  );
}

Deno.test("the install script runs nothing of an archive whose sum is another", {
  ignore,
}, () =>
  trial({
    sum: "0".repeat(64),
    program: '#!/bin/sh\ntouch "$HOME/ran"\n',
    old: "there",
  }, ({ bin }) => {
    const home = [...Deno.readDirSync(`${bin}/..`)].map(({ name }) => name);
    assertEquals(home, ["my programs"]);
  }));

const lacksShellcheck = lacksProgram("shellcheck", "the test of the install script's style");

Deno.test("shellcheck has nothing to say against the install script", {
  ignore: lacksShellcheck,
}, async () => {
  assertEquals(await said("shellcheck", [SCRIPT]), "");
});
