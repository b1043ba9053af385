/** Makes what needs every archive of a release. */
import { filledScript } from "./filled_script.ts";
import { homebrewFormula } from "./homebrew.ts";
import type { Release } from "./release_target.ts";
import { sbom } from "./sbom.ts";
import { sha256, sumsFile } from "./sums.ts";
import { wingetManifests } from "./winget.ts";

const ROOT = new URL("../../", import.meta.url);

/** Reads the archives in `output`, and writes the rest there. */
export async function collect(release: Release, output: string): Promise<void> {
  const write = (name: string, text: string) => Deno.writeTextFile(`${output}/${name}`, text);
  const script = await Deno.readTextFile(new URL("scripts/install.sh", ROOT));
  const list = sbom(
    await Deno.readTextFile(new URL("deno.lock", ROOT)),
    release,
    Deno.version.deno,
  );
  await write("install.sh", filledScript(script, release));
  await write(`cnapt-${release.version}.cdx.json`, `${JSON.stringify(list, null, 2)}\n`);
  const sums = await sumsIn(output, release.version);
  await write("SHA256SUMS", sumsFile(sums));
  await Deno.mkdir(`${output}/homebrew`, { recursive: true });
  await write("homebrew/cnapt.rb", homebrewFormula(release, sums));
  await Deno.mkdir(`${output}/winget`, { recursive: true });
  for (const [name, text] of wingetManifests(release, sums)) await write(`winget/${name}`, text);
}

/** The sums of what is downloaded; nothing that an older version has left. */
async function sumsIn(output: string, version: string): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>();
  for await (const { name, isFile } of Deno.readDir(output)) {
    const ofVersion = name.startsWith(`cnapt-${version}`) || name.startsWith(`cnapt_${version}_`);
    if (!isFile || !(ofVersion || name === "install.sh")) continue;
    sums.set(name, await sha256(await Deno.readFile(`${output}/${name}`)));
  }
  return sums;
}
