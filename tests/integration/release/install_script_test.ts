/** `scripts/install.sh` as people pipe it, against a server on loopback. */
import { fileURLToPath } from "node:url";
import { archiveFiles } from "../../../scripts/release/archive_files.ts";
import { GZIP } from "../../../scripts/release/packers.ts";
import { archiveName } from "../../../scripts/release/release_target.ts";
import { sha256, sumsFile } from "../../../scripts/release/sums.ts";
import { tar } from "../../../scripts/release/tar.ts";
import { isTarget, type Target } from "../../../scripts/compile_target.ts";
import { assert, assertEquals } from "../../assert.ts";
import { lacksProgram } from "../../lacks_program.ts";
import { inFolder } from "../../temporary_folder.ts";
import { EXTRAS, PROGRAM, RELEASE, said } from "../../unit/scripts/release/kit.ts";

const SCRIPT = fileURLToPath(new URL("../../../scripts/install.sh", import.meta.url));
const HOST = Deno.build.target;
const ignore = !isTarget(HOST) || Deno.build.os === "windows" ||
  lacksProgram("curl", "the test of the install script");

/** What the script met, and where it had to put the programs. */
interface Trial {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly bin: string;
}

/** What is wrong with the world of a trial. */
interface Wrong {
  readonly sum?: string;
  readonly version?: string;
  /** What `id -u` says. */
  readonly user?: string;
  /** Whether the script is told nothing and takes `~/.local/bin`. */
  readonly untold?: boolean;
  readonly processor?: string;
}

async function trial(
  wrong: Wrong,
  check: (trial: Trial) => Promise<void> | void,
): Promise<void> {
  assert(isTarget(HOST));
  const files = await published(HOST, wrong);
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    ({ url }) => {
      const bytes = files.get(new URL(url).pathname);
      return new Response(bytes ?? null, { status: bytes === undefined ? 404 : 200 });
    },
  );
  await inFolder(async (folder) => {
    const bin = `${folder}/home/${wrong.untold ? ".local/bin" : "my programs"}`;
    await stub(`${folder}/stubs`, "id", wrong.user ?? "1000");
    if (wrong.processor !== undefined) {
      await stub(`${folder}/stubs`, "uname", wrong.processor);
    }
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: [SCRIPT],
      clearEnv: true,
      env: {
        HOME: `${folder}/home`,
        PATH: `${folder}/stubs:${Deno.env.get("PATH")}`,
        TMPDIR: folder,
        CNAPT_BASE: `http://127.0.0.1:${server.addr.port}/releases`,
        CNAPT_VERSION: wrong.version ?? RELEASE.version,
        ...(wrong.untold ? {} : { CNAPT_BIN: bin }),
      },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    await check({ code, stdout: text(stdout), stderr: text(stderr), bin });
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals(left.filter((name) => name.startsWith("tmp.")), [], "the script left a folder");
  });
}

/** What is on the server, by path. */
async function published(
  target: Target,
  { sum }: Wrong,
): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const { version, seconds } = RELEASE;
  const name = archiveName(target, version, "tar.gz");
  const files = archiveFiles(name.replace(/\.tar\.gz$/, ""), target, PROGRAM, EXTRAS);
  const archive = new Uint8Array(await GZIP.pack(tar(files, seconds)));
  const sums = sumsFile(new Map([[name, sum ?? await sha256(archive)]]));
  const folder = `/releases/v${version}`;
  return new Map([
    [`${folder}/${name}`, archive],
    [`${folder}/SHA256SUMS`, new TextEncoder().encode(sums)],
  ]);
}

async function stub(folder: string, name: string, answer: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/${name}`, `#!/bin/sh\necho ${answer}\n`, { mode: 0o755 });
}

Deno.test(
  "the install script puts both programs where it is told",
  { ignore },
  () =>
    trial({}, async ({ code, stdout, stderr, bin }) => {
      assertEquals(code, 0, stderr);
      for (const program of ["cnapt", "snapt"]) {
        assertEquals(await said(`${bin}/${program}`, ["-v"]), `${program} 1.2.3 -v\n`);
      }
      assert(stdout.includes(`${bin} is not in PATH`), stdout);
      assertEquals([...Deno.readDirSync(bin)].length, 2, "something else is in the folder");
    }),
);

Deno.test(
  "the install script takes ~/.local/bin by itself",
  { ignore },
  () =>
    trial({ untold: true }, async ({ code, stderr, bin }) => {
      assertEquals(code, 0, stderr);
      assert((await Deno.stat(`${bin}/snapt`)).isFile);
    }),
);

const REFUSED: readonly (readonly [string, Wrong, string])[] = [
  ["the sum is another", { sum: "0".repeat(64) }, "is not what was published"],
  ["there is no such version", { version: "9.9.9" }, "v9.9.9/SHA256SUMS cannot be downloaded"],
  ["it is root and was not told where to", { user: "0", untold: true }, "this is root"],
  ["there is no program for the processor", { processor: "Linux" }, "the processor Linux"],
  ["nobody filled it in", { version: "@VERSION@" }, "does not know from where"],
];

for (const [when, wrong, why] of REFUSED) {
  Deno.test(
    `the install script installs nothing when ${when}`,
    { ignore },
    () =>
      trial(wrong, async ({ code, stderr, bin }) => {
        assertEquals(code, 1);
        assert(stderr.includes("Cannot install cnapt: ") && stderr.includes(why), stderr);
        const found = await Deno.stat(bin).catch((error: unknown) => {
          if (error instanceof Deno.errors.NotFound) return null;
          throw error;
        });
        assertEquals(found, null, "the folder is there");
      }),
  );
}

const lacksShellcheck = lacksProgram("shellcheck", "the test of the install script's style");

Deno.test("shellcheck has nothing to say against the install script", {
  ignore: lacksShellcheck,
}, async () => {
  assertEquals(await said("shellcheck", [SCRIPT]), "");
});
