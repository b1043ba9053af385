import { hasDenort } from "../../../scripts/compile.ts";
import { isTarget } from "../../../scripts/compile_target.ts";
import { releasedProgram } from "../../../scripts/release/released_program.ts";
import { assert } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { RELEASE, said } from "../../unit/scripts/release/kit.ts";

const HOST = Deno.build.target;

async function lacksRuntime(): Promise<boolean> {
  if (isTarget(HOST) && await hasDenort(HOST)) return false;
  console.log(`SKIPPED the test of the program of a release: no runtime for ${HOST} is here`);
  return true;
}

Deno.test(
  "the program of a release answers under both names, with all that its packages need",
  { ignore: Deno.build.os === "windows" || await lacksRuntime() },
  () =>
    inFolder(async (folder) => {
      assert(isTarget(HOST));
      const program = await releasedProgram(HOST, RELEASE.seconds, `${folder}/place`);
      assert(program !== null);
      for (const name of ["cnapt", "snapt"]) {
        const path = `${folder}/${name}`;
        await Deno.writeFile(path, program, { mode: 0o755 });
        assert((await said(path, ["--version"])).startsWith(`${name} `), name);
        assert((await said(path, ["--help"])).includes(name === "cnapt" ? "join" : "invite"), name);
      }
      // Where packages are read that `--version` does not need: X.509, YAML.
      await said(`${folder}/snapt`, ["init", "--config", `${folder}/snapt.yaml`], {
        XDG_STATE_HOME: `${folder}/state`,
      });
      await said(`${folder}/snapt`, ["check", "--config", `${folder}/snapt.yaml`], {
        XDG_STATE_HOME: `${folder}/state`,
      });
    }),
);
