import { CNAPT_YAML } from "../../../lib/app/manual/cnapt_yaml.ts";
import { SNAPT_YAML } from "../../../lib/app/manual/snapt_yaml.ts";
import { parseYaml } from "../../../lib/config/yaml.ts";
import { manPages } from "../../../scripts/man_pages.ts";
import { assert, assertEquals } from "../../assert.ts";
import { lacksProgram } from "../../lacks_program.ts";

const FOLDER = new URL("../../../docs/man/", import.meta.url);
/** Below these stand names of the user. */
const NAMED: ReadonlySet<string> = new Set(["sites", "services", "clients", "clientServices"]);
/** What stands below these is in the text of their row. */
const WHOLE: ReadonlySet<string> = new Set(["weights", "roundTrip", "jitter", "loss", "signal"]);

Deno.test("docs/man has the pages as the tables are", async () => {
  for (const [name, wanted] of manPages()) {
    assertEquals(await Deno.readTextFile(new URL(name, FOLDER)), wanted, name);
  }
});

/** The names of all settings in a configuration. */
function settingsIn(value: unknown, isNames = false): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => settingsIn(one));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, below]) => [
    ...(isNames ? [] : [name]),
    ...(WHOLE.has(name) ? [] : settingsIn(below, !isNames && NAMED.has(name))),
  ]);
}

for (const page of [CNAPT_YAML, SNAPT_YAML]) {
  Deno.test(`${page.name}(5) names every setting that there is`, async () => {
    const file = new URL(`../../config/valid/${page.program}-everything.yaml`, import.meta.url);
    const { value } = parseYaml(await Deno.readTextFile(file), page.name);
    const told = new Set(
      page.sections.flatMap(({ settings }) => settings).flatMap(([path]) => path.split(".")),
    );
    assertEquals(settingsIn(value).filter((name) => !told.has(name)), []);
  });
}

const ignore = lacksProgram("mandoc", "the test of the man pages with mandoc");

Deno.test("mandoc has nothing to say against the man pages", { ignore }, async () => {
  for (const name of manPages().keys()) {
    const { code, stdout } = await new Deno.Command("mandoc", {
      args: ["-Tlint", "-Wwarning", name],
      cwd: FOLDER,
    }).output();
    assertEquals([code, new TextDecoder().decode(stdout)], [0, ""], name);
  }
});

const lacksGroff = lacksProgram("groff", "the test of the man pages with groff");

Deno.test("groff renders the man pages without a warning", { ignore: lacksGroff }, async () => {
  for (const name of manPages().keys()) {
    const { stdout, stderr } = await new Deno.Command("groff", {
      args: ["-mdoc", "-Tascii", "-ww", name],
      cwd: FOLDER,
    }).output();
    assertEquals(new TextDecoder().decode(stderr), "", name);
    assert(new TextDecoder().decode(stdout).includes("DESCRIPTION".charAt(0)), name);
  }
});
