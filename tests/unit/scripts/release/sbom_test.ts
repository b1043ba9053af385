import { sbom } from "../../../../scripts/release/sbom.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { RELEASE } from "./kit.ts";

const ROOT = new URL("../../../../", import.meta.url);
const LOCK = await Deno.readTextFile(new URL("deno.lock", ROOT));

/** An import of a package, of the whole of it or of a part. */
const PACKAGE = /(?:from |import |import\()"(?!node:)((?:@[\w-]+\/)?[\w-]+)(?:\/[\w\/.-]+)?"/g;

/** What a field of a JSON document is; a wrong path is undefined. */
function at(value: unknown, ...path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return at(Object.entries(value).find(([key]) => key === name)?.[1], ...rest);
}

function listAt(value: unknown, name: string): readonly unknown[] {
  const list = at(value, name);
  assert(Array.isArray(list), `${name} is no list`);
  return list;
}

Deno.test("the SBOM has what the schema of CycloneDX 1.5 asks for", () => {
  const made = JSON.parse(JSON.stringify(sbom(LOCK, RELEASE, "2.9.4")));
  assertEquals(at(made, "bomFormat"), "CycloneDX");
  assertEquals(at(made, "specVersion"), "1.5");
  assertEquals(at(made, "version"), 1);
  assertEquals(at(made, "metadata", "timestamp"), "2027-01-15T08:00:01.000Z");
  const types = new Set(["application", "library", "platform"]);
  const components = [at(made, "metadata", "component"), ...listAt(made, "components")];
  for (const component of components) {
    const name = at(component, "name");
    assert(typeof name === "string" && name !== "", JSON.stringify(component));
    assert(types.has(String(at(component, "type"))), JSON.stringify(component));
    for (const hash of at(component, "hashes") === undefined ? [] : listAt(component, "hashes")) {
      assertEquals(at(hash, "alg"), "SHA-512");
      assert(/^[0-9a-f]{128}$/.test(String(at(hash, "content"))), JSON.stringify(hash));
    }
  }
  const references = components.map((component) => at(component, "bom-ref"));
  assertEquals(new Set(references).size, references.length, "a reference is there twice");
  for (const dependency of listAt(made, "dependencies")) {
    for (const one of [at(dependency, "ref"), ...listAt(dependency, "dependsOn")]) {
      assert(references.includes(one), `nothing is called ${one}`);
    }
  }
});

Deno.test("the SBOM names the packages that the product imports, and none of the others", async () => {
  const made = JSON.parse(JSON.stringify(sbom(LOCK, RELEASE, "2.9.4")));
  const [self] = listAt(made, "dependencies");
  const listed = listAt(self, "dependsOn").map((purl) => /^pkg:npm\/(.*)@/.exec(String(purl))?.[1])
    .filter((name) => name !== undefined).map((name) => name.replace("%40", "@"));
  const imported = new Set<string>();
  for (const path of await sourcesIn("lib/")) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    for (const [, name = ""] of text.matchAll(PACKAGE)) imported.add(name);
  }
  assertEquals(listed.sort(), [...imported].sort());
});

Deno.test("the SBOM lists all that its packages depend on, and none that only tests need", () => {
  const made = JSON.stringify(sbom(LOCK, RELEASE, "2.9.4"));
  for (const name of ["asn1js", "tslib", "pvutils"]) {
    assert(made.includes(`pkg:npm/${name}@`), name);
  }
  for (const name of ["ajv", "axe-core", "playwright-core", "typescript", "%40types"]) {
    assert(!made.includes(name), name);
  }
});

/** TypeScript below a folder of the project, which ends in a slash. */
async function sourcesIn(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (isDirectory) found.push(...await sourcesIn(`${folder}${name}/`));
    else if (/\.tsx?$/.test(name)) found.push(`${folder}${name}`);
  }
  return found;
}

Deno.test("the SBOM of a lock file without a sum is refused", () => {
  const lock = {
    specifiers: { "npm:a@1": "1.0.0" },
    npm: { "a@1.0.0": { integrity: "sha1-AAAA" } },
  };
  assertThrows(() => sbom(JSON.stringify(lock), RELEASE, "2.9.4"), TypeError);
});
