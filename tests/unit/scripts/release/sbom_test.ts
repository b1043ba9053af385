import { sbom } from "../../../../scripts/release/sbom.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { RELEASE } from "./kit.ts";

const LOCK = await Deno.readTextFile(new URL("../../../../deno.lock", import.meta.url));

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

Deno.test("the SBOM lists every package of deno.lock but the types", () => {
  const text = JSON.stringify(sbom(LOCK, RELEASE, "2.9.4"));
  for (const name of Object.keys(JSON.parse(LOCK).npm)) {
    const found = text.includes(`pkg:npm/${name.replace(/^@/, "%40").split("_")[0]}`);
    assertEquals(found, !name.startsWith("@types/"), name);
  }
});

Deno.test("the SBOM of a lock file without a sum is refused", () => {
  const lock = { specifiers: {}, npm: { "a@1.0.0": { integrity: "sha1-AAAA" } } };
  assertThrows(() => sbom(JSON.stringify(lock), RELEASE, "2.9.4"), TypeError);
});
