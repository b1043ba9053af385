import { parseYaml } from "../../../../lib/config/yaml.ts";
import { filledScript } from "../../../../scripts/release/filled_script.ts";
import { homebrewFormula } from "../../../../scripts/release/homebrew.ts";
import { readSums, sumsFile } from "../../../../scripts/release/sums.ts";
import { wingetManifests } from "../../../../scripts/release/winget.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { lacksProgram } from "../../../lacks_program.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { RELEASE, said } from "./kit.ts";

const SUMS = new Map(
  ["linux-x64.tar.gz", "macos-arm64.tar.gz", "windows-x64.zip"].map((name, at) => [
    `cnapt-1.2.3-${name}`,
    `${at}`.repeat(64),
  ]),
);

Deno.test("the formula names each archive that there is, with its sum", () => {
  const formula = homebrewFormula(RELEASE, SUMS);
  for (const name of ["linux-x64.tar.gz", "macos-arm64.tar.gz"]) {
    const file = `cnapt-1.2.3-${name}`;
    assert(
      formula.includes(
        `      url "https://example.org/cnapt/releases/download/v1.2.3/${file}"\n` +
          `      sha256 "${SUMS.get(file)}"\n`,
      ),
      formula,
    );
  }
  assert(!formula.includes("linux-arm64") && !formula.includes("undefined"), formula);
});

const lacksRuby = lacksProgram("ruby", "the test of the formula with ruby");

Deno.test("ruby can read the formula", { ignore: lacksRuby }, () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/cnapt.rb`, homebrewFormula(RELEASE, SUMS));
    assertEquals(await said("ruby", ["-c", `${folder}/cnapt.rb`]), "Syntax OK\n");
  }));

Deno.test("the manifests of winget are YAML, and one of them has the sum", () => {
  const manifests = wingetManifests(RELEASE, SUMS);
  assertEquals(manifests.size, 3);
  for (const [name, text] of manifests) {
    const { value } = parseYaml(text, name);
    assert(typeof value === "object" && value !== null, name);
    const fields = new Map(Object.entries(value));
    assertEquals(fields.get("PackageIdentifier"), "Somebody.Cnapt", name);
    assertEquals(fields.get("PackageVersion"), "1.2.3", name);
    assertEquals(fields.get("ManifestVersion"), "1.6.0", name);
  }
  const installer = manifests.get("Somebody.Cnapt.installer.yaml") ?? "";
  assert(installer.includes(`InstallerSha256: ${"2".repeat(64)}`), installer);
});

Deno.test("without an archive for Windows there are no manifests", () => {
  assertEquals(wingetManifests(RELEASE, new Map()).size, 0);
});

Deno.test("sums are read as they were written", () => {
  assertEquals(readSums(sumsFile(SUMS)), SUMS);
  assertThrows(() => readSums("0123  file\n"), TypeError);
});

Deno.test("the install script gets nothing that a shell would obey", () => {
  const homepage = "https://example.org/'; rm -rf ~; '";
  const script = "base='@BASE@' version='@VERSION@'";
  assertThrows(() => filledScript(script, { ...RELEASE, homepage }), TypeError);
  assertThrows(() => filledScript("nothing to fill in", RELEASE), TypeError);
});
