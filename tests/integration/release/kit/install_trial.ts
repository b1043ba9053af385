/** `scripts/install.sh` as people pipe it, against a server on loopback. */
import { fileURLToPath } from "node:url";
import { archiveFiles } from "../../../../scripts/release/archive_files.ts";
import { GZIP } from "../../../../scripts/release/packers.ts";
import { archiveName } from "../../../../scripts/release/release_target.ts";
import { sha256, sumsFile } from "../../../../scripts/release/sums.ts";
import { tar } from "../../../../scripts/release/tar.ts";
import { isTarget, type Target } from "../../../../scripts/compile_target.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { EXTRAS, PROGRAM, RELEASE } from "../../../unit/scripts/release/kit.ts";

export const SCRIPT = fileURLToPath(new URL("../../../../scripts/install.sh", import.meta.url));

/** What the script met, and where it had to put the programs. */
export interface Trial {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly bin: string;
}

/** What is wrong, or otherwise than usual, with the world of a trial. */
export interface World {
  readonly sum?: string;
  readonly version?: string;
  /** What `id -u` says. */
  readonly user?: string;
  /** Whether the script is told nothing and takes `~/.local/bin`. */
  readonly untold?: boolean;
  /** What `uname` says, whatever it is asked. */
  readonly machine?: string;
  /** The only programs that are there beside those of every system; else all of this machine. */
  readonly only?: readonly string[];
  /** Whether an older version is installed, and may not be written. */
  readonly old?: "there" | "locked";
  readonly program?: string;
  /** Whether the archive breaks off in the middle. */
  readonly broken?: boolean;
  readonly times?: number;
  /** Whether there is an archive packed by xz, and an xz that cannot unpack it. */
  readonly weakXz?: boolean;
}

/** What an older version of a program says. */
export const OLD = "#!/bin/sh\necho old\n";

/** What the script uses and every system has. */
const TOOLS = ["sh", "uname", "mktemp", "rm", "awk", "cut", "gzip", "tar", "mkdir", "cp", "mv"]
  .concat("ln", "ls", "basename", "grep", "sha256sum");

/** Runs the script in `world`; nothing may be left of it but the programs. */
export async function trial(
  world: World,
  check: (trial: Trial) => Promise<void> | void,
): Promise<void> {
  const target = Deno.build.target;
  assert(isTarget(target));
  const files = await published(target, world);
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    ({ url }) => answer(files.get(new URL(url).pathname), world.broken ?? false),
  );
  await inFolder(async (folder) => {
    const bin = `${folder}/home/${world.untold ? ".local/bin" : "my programs"}`;
    await prepare(folder, bin, world);
    const env = {
      HOME: `${folder}/home`,
      PATH: `${folder}/stubs${world.only === undefined ? `:${Deno.env.get("PATH")}` : ""}`,
      TMPDIR: `${folder}/tmp`,
      CNAPT_BASE: `http://127.0.0.1:${server.addr.port}/releases`,
      CNAPT_VERSION: world.version ?? RELEASE.version,
      ...(world.untold ? {} : { CNAPT_BIN: bin }),
    };
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    for (let time = 0; time < (world.times ?? 1); time++) {
      const [program, ...args] = shell(world);
      const { code, stdout, stderr } = await new Deno.Command(program, {
        args: [...args, SCRIPT],
        clearEnv: true,
        env,
      }).output();
      await check({ code, stdout: text(stdout), stderr: text(stderr), bin });
      const left = [...Deno.readDirSync(`${folder}/tmp`)].map(({ name }) => name);
      assertEquals(left, [], "the script left a folder");
    }
  });
}

/** Root may write everywhere: what is locked only locks out somebody else. */
function shell({ old }: World): readonly [string, ...string[]] {
  const isLockedOut = old === "locked" && Deno.uid() === 0;
  return isLockedOut
    ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/bin/sh"]
    : ["/bin/sh"];
}

/** The world as the script finds it. */
async function prepare(folder: string, bin: string, world: World): Promise<void> {
  const stubs = `${folder}/stubs`;
  await Deno.mkdir(stubs);
  await Deno.mkdir(`${folder}/tmp`);
  await stub(stubs, "id", world.user ?? "1000");
  if (world.machine !== undefined) await stub(stubs, "uname", world.machine);
  if (world.weakXz) await stub(stubs, "xz", "BusyBox");
  for (const name of world.only === undefined ? [] : [...TOOLS, ...world.only]) {
    const path = pathOf(name);
    if (path !== null) await Deno.symlink(path, `${stubs}/${name}`);
  }
  if (world.old === undefined) return;
  await Deno.mkdir(bin, { recursive: true });
  await Deno.writeTextFile(`${bin}/cnapt`, OLD, { mode: 0o755 });
  if (world.old === "locked") {
    await Deno.chmod(folder, 0o755);
    await Deno.chmod(`${folder}/tmp`, 0o777);
    await Deno.chmod(bin, 0o555);
  }
}

/** Where a program of this machine is. */
function pathOf(name: string): string | null {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    try {
      if (Deno.statSync(`${folder}/${name}`).isFile) return `${folder}/${name}`;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return null;
}

function answer(bytes: Uint8Array<ArrayBuffer> | undefined, isBroken: boolean): Response {
  if (bytes === undefined) return new Response(null, { status: 404 });
  if (!isBroken || bytes[0] !== 0x1f) return new Response(bytes);
  return new Response(
    new ReadableStream({
      pull(controller) {
        controller.enqueue(bytes.slice(0, bytes.length / 2));
        controller.close();
      },
    }),
    { headers: { "content-length": `${bytes.length}` } },
  );
}

/** What is on the server, by path. */
async function published(
  target: Target,
  { sum, program, weakXz }: World,
): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const { version, seconds } = RELEASE;
  const name = archiveName(target, version, "tar.gz");
  const bytes = program === undefined ? PROGRAM : new TextEncoder().encode(program);
  const files = archiveFiles(name.replace(/\.tar\.gz$/, ""), target, bytes, EXTRAS);
  const archive = new Uint8Array(await GZIP.pack(tar(files, seconds)));
  const sums = new Map([[name, sum ?? await sha256(archive)]]);
  const weak = archiveName(target, version, "tar.xz");
  if (weakXz) sums.set(weak, await sha256(archive));
  const folder = `/releases/v${version}`;
  return new Map([
    [`${folder}/${name}`, archive],
    [`${folder}/${weak}`, archive],
    [`${folder}/SHA256SUMS`, new TextEncoder().encode(sumsFile(sums))],
  ]);
}

async function stub(folder: string, name: string, answer: string): Promise<void> {
  await Deno.writeTextFile(`${folder}/${name}`, `#!/bin/sh\necho ${answer}\n`, { mode: 0o755 });
}
