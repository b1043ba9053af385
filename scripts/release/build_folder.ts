/**
 * A copy of what is compiled that is the same everywhere. `deno compile` writes down when each file
 * was changed and, in stacks of errors, where it lies: two clones would give two programs.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Where every release is made. */
export const BUILD_PLACE = Deno.build.os === "windows" ? "C:\\cnapt-release" : "/tmp/cnapt-release";

/** What a program is made from. */
const SOURCES = ["deno.json", "deno.lock", "either.ts", "lib"];

/** What packages have for compilers, debuggers and readers: all files of a package are compiled in. */
const NOT_RUN = /\.(d\.[cm]?ts|map|html|tsbuildinfo)$/;
/** What they have for programs that do not import, and for browsers. */
const FOR_OTHERS = new RegExp(
  "/(hono/[^/]+/dist/cjs|@stricli/core/[^/]+/dist/index\\.cjs|@peculiar/x509/[^/]+/build/x509\\.js|" +
    "js-yaml/[^/]+/(index\\.js|lib|dist/js-yaml(\\.min)?\\.js))$",
);

/** Where one is compiled as everywhere. */
export interface BuildFolder {
  readonly sources: string;
  /** Deno's cache: what runs of the packages copied, so not to be checked; the runtimes as they are. */
  readonly denoDir: string;
}

/**
 * Makes the folder for as long as `build` takes. That it must not be there yet keeps away what
 * another user has put there.
 *
 * @param path where it is; what is made depends on it
 * @param denoDir the cache that has the packages already
 * @param seconds when everything in it was changed, since 1970
 * @throws {TypeError} it is there: another build runs, or one was ended
 */
export async function inBuildFolder<T>(
  path: string,
  denoDir: string,
  seconds: number,
  build: (folder: BuildFolder) => Promise<T>,
): Promise<T> {
  await Deno.mkdir(path, { mode: 0o700 }).catch((cause: unknown) => {
    if (!(cause instanceof Deno.errors.AlreadyExists)) throw cause;
    throw new TypeError(
      `Cannot build: ${path} is there already. Wait for the other build, or remove it if there is none`,
      { cause },
    );
  });
  try {
    const folder = { sources: `${path}/sources`, denoDir: `${path}/deno` };
    for (const name of SOURCES) {
      await copy(`${ROOT}/${name}`, `${folder.sources}/${name}`, seconds);
    }
    await copy(`${denoDir}/npm`, `${folder.denoDir}/npm`, seconds);
    await Deno.symlink(`${denoDir}/dl`, `${folder.denoDir}/dl`, { type: "junction" });
    return await build(folder);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

async function copy(from: string, to: string, seconds: number): Promise<void> {
  const { isDirectory } = await Deno.stat(from);
  if (isDirectory) {
    await Deno.mkdir(to, { recursive: true });
    for await (const { name } of Deno.readDir(from)) {
      if (NOT_RUN.test(name) || FOR_OTHERS.test(`${from}/${name}`)) continue;
      await copy(`${from}/${name}`, `${to}/${name}`, seconds);
    }
  } else {
    await Deno.mkdir(dirname(to), { recursive: true });
    await Deno.copyFile(from, to);
  }
  await Deno.utime(to, seconds, seconds);
}
