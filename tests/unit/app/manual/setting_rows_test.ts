/** What docs/configuration.md says of each setting is so. */
import { type FieldForm, type Form } from "../../../../lib/config/form.ts";
import { configurationPage } from "../../../../lib/app/manual/configuration_page.ts";
import { SETTINGS_FILES } from "../../../../lib/app/manual/settings_files.ts";
import { settingSections } from "../../../../lib/app/manual/setting_rows.ts";
import { exampleText } from "../../../../lib/app/manual/setting_text.ts";
import { editorSchemas } from "../../../../scripts/settings_docs.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { ALL_SETTINGS } from "./kit/settings_readers.ts";

const DOCS = new URL("../../../../docs/", import.meta.url);

Deno.test("docs has the page and the schemas as the readers are", async () => {
  const page = await Deno.readTextFile(new URL("configuration.md", DOCS));
  assertEquals(page, configurationPage(SETTINGS_FILES));
  for (const [name, wanted] of editorSchemas()) {
    assertEquals(await Deno.readTextFile(new URL(`schemas/${name}`, DOCS)), wanted, name);
  }
});

/** The way to one setting: names and numbers of entries, the first outermost. */
type Way = readonly (string | number)[];

/** Every setting of a form that has an example, and the way to it. */
function* examplesIn(form: Form, way: Way): Generator<readonly [Way, FieldForm]> {
  switch (form.kind) {
    case "object":
      for (const [name, field] of Object.entries(form.fields)) {
        yield [[...way, name], field];
        yield* examplesIn(field.form, [...way, name]);
      }
      return;
    case "named":
      return yield* examplesIn(form.of, [...way, "one"]);
    case "list":
      return yield* examplesIn(form.of, [...way, 0]);
    case "either":
      for (const one of form.forms) yield* examplesIn(one, way);
  }
}

/** A configuration in which `text` stands at the end of the way, and around it what has to be there. */
function around(form: Form, [step, ...rest]: Way, text: string): string {
  if (step === undefined) return text;
  if (form.kind === "either") {
    const fitting = form.forms.find((one) => one.kind === (step === 0 ? "list" : "object"));
    return fitting === undefined ? text : around(fitting, [step, ...rest], text);
  }
  if (form.kind === "list") return `[${around(form.of, rest, text)}]`;
  if (form.kind === "named") return `{ ${step}: ${around(form.of, rest, text)} }`;
  if (form.kind !== "object") return text;
  const others = Object.entries(form.fields).filter(([name, one]) =>
    one.isRequired && name !== step
  );
  const field = form.fields[step];
  const own = field === undefined ? text : around(field.form, rest, text);
  return `{ ${
    [`${step}: ${own}`, ...others.map(([name, one]) => `${name}: ${least(one)}`)].join(", ")
  } }`;
}

/** The least that can stand there. */
function least(field: FieldForm): string {
  const { form } = field;
  if (form.kind === "named" && form.of.kind === "object") {
    const fields = Object.entries(form.of.fields).filter(([, one]) => one.isRequired);
    return `{ other: { ${fields.map(([name, one]) => `${name}: ${least(one)}`).join(", ")} } }`;
  }
  return exampleText(field) ?? "{}";
}

for (const settings of ALL_SETTINGS) {
  const { name, form } = settings.file;
  Deno.test(`every example of ${name} is one that the program and the schema take`, () => {
    let count = 0;
    for (const [way, field] of examplesIn(form, [])) {
      const example = exampleText(field);
      if (example === null) continue;
      count++;
      const text = around(form, way, example);
      assertEquals([settings.saidByReader(text), settings.saidBySchema(text)], ["", ""], text);
    }
    assert(count > 10, `only ${count}`);
  });

  Deno.test(`every setting of ${name} is told of once, in sentences, with an example or its own settings`, () => {
    const rows = settingSections(form).flatMap(({ rows }) => rows);
    const paths = rows.map(({ path }) => path);
    assertEquals(paths.length, new Set(paths).size);
    for (const { path, says, example } of rows) {
      assert(/^[A-Z].*[.)]$/.test(says), `${path}: ${says}`);
      const hasOwn = paths.some((other) =>
        other.startsWith(`${path}.`) || other.startsWith(`${path}[`)
      );
      assert(example !== "" || hasOwn, `${path} has no example`);
    }
  });
}
