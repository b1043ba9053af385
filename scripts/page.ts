/**
 * `deno task page [--check]`: bundles the pages of `lib/page` into the text that the programs serve.
 *
 * `deno bundle` is esbuild with the runtime's own way of finding modules, in the version that comes
 * with the runtime: the same sources give the same bytes in every folder. What it makes is
 * committed, so that the programs run from the sources without a step before; `--check` says
 * whether it is what the sources give now.
 */
const ROOT = new URL("../", import.meta.url);
const ASSETS = new URL("lib/status/page/assets/", ROOT);
const PAGES = ["cnapt", "snapt"] as const;
const KINDS = ["js", "css"] as const;

/** One file of a page, by its name among the assets. */
interface Asset {
  readonly name: string;
  readonly text: string;
}

async function main(args: readonly string[]): Promise<number> {
  const assets = (await Promise.all(PAGES.map(bundle))).flat();
  if (!args.includes("--check")) {
    await Deno.mkdir(ASSETS, { recursive: true });
    for (const { name, text } of assets) {
      await Deno.writeTextFile(new URL(name, ASSETS), text);
      console.log(`made lib/status/page/assets/${name} (${(text.length / 1e3).toFixed(1)} kB)`);
    }
    return 0;
  }
  let status = 0;
  for (const { name, text } of assets) {
    if (await committed(name) === text) continue;
    console.error(`lib/status/page/assets/${name} is not what lib/page gives: deno task page`);
    status = 1;
  }
  return status;
}

async function bundle(page: typeof PAGES[number]): Promise<readonly Asset[]> {
  const folder = await Deno.makeTempDir({ prefix: "page-" });
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "bundle",
        "-q",
        "--minify",
        "--platform=browser",
        `--outdir=${folder}`,
        `lib/page/${page}/main.tsx`,
      ],
      cwd: ROOT,
      stdout: "null",
    }).output();
    if (!success) throw new Error(`Cannot bundle ${page}: ${new TextDecoder().decode(stderr)}`);
    return await Promise.all(KINDS.map(async (kind) => ({
      name: `${page}.${kind}`,
      text: await Deno.readTextFile(`${folder}/main.${kind}`),
    })));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function committed(name: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(new URL(name, ASSETS));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

Deno.exitCode = await main(Deno.args);
