import { Buffer } from "node:buffer";
import { hasDenort } from "../../scripts/compile.ts";
import { binaryName, isTarget, PROGRAMS } from "../../scripts/compile_target.ts";
import { assert, assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";

const HOST = Deno.build.target;
const canCompile = isTarget(HOST) && await hasDenort(HOST);
if (!canCompile) {
  console.log(
    `SKIPPED compile_test: no denort ${Deno.version.deno} for ${HOST} in Deno's cache; ` +
      "`deno task compile --host` fetches it where Deno's download host can be reached",
  );
}

Deno.test({
  name: "the compile task makes programs that run when their runtime is there",
  ignore: !canCompile,
  async fn() {
    assert(isTarget(HOST));
    const output = await Deno.makeTempDir({ prefix: "cnapt-compile-" });
    try {
      const compiled = await run(Deno.execPath(), [
        "run",
        "-q",
        "-P=scripts",
        "scripts/compile.ts",
        "--host",
        `--output=${output}`,
      ]);
      assertEquals(compiled.code, 0, compiled.stderr);
      for (const program of PROGRAMS) {
        const binary = `${output}/${binaryName(program, HOST)}`;
        const version = await run(binary, ["--version"]);
        assertEquals(version.code, 0, version.stderr);
        assert(
          /^(cnapt|snapt) \d+\.\d+\.\d+/.test(version.stdout) &&
            version.stdout.startsWith(`${program} `),
          `unexpected answer to --version: ${version.stdout}`,
        );
        const wrongUsage = await run(binary, ["--no-such-option"]);
        assertEquals(wrongUsage.code, 2, wrongUsage.stderr);
        // A file of axe-core, which is in the lock file for tests only.
        const bytes = Buffer.from(await Deno.readFile(binary));
        assertEquals(bytes.indexOf("axe.min.js"), -1, "packages that nobody imports are in it");
      }
    } finally {
      await Deno.remove(output, { recursive: true });
    }
  },
});

Deno.test({
  name: "deno compile -A by hand makes a program that reads and writes its configuration",
  ignore: !canCompile,
  fn: () =>
    inFolder(async (folder) => {
      const binary = `${folder}/${Deno.build.os === "windows" ? "snapt.exe" : "snapt"}`;
      const flags = ["-q", "-A", "--no-check", `--output=${binary}`];
      const compiled = await run(Deno.execPath(), ["compile", ...flags, "snapt.ts"]);
      assertEquals(compiled.code, 0, compiled.stderr);
      const config = `--config=${folder}/snapt.yaml`;
      for (const command of ["init", "check"]) {
        const { code, stderr } = await run(binary, [command, config]);
        assertEquals(code, 0, stderr);
      }
    }),
});

Deno.test("the compile task names the targets when it is asked for another", async () => {
  const { code, stderr } = await run(Deno.execPath(), [
    "run",
    "-q",
    "-P=scripts",
    "scripts/compile.ts",
    "--target=sparc",
  ]);
  assertEquals(code, 2);
  assert(stderr.includes("x86_64-unknown-linux-gnu"), stderr);
});

async function run(
  program: string,
  args: string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const result = await new Deno.Command(program, {
    args,
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: result.code, stdout: decode(result.stdout), stderr: decode(result.stderr) };
}
