/**
 * Documents that the programs gave out are kept in tests/documents. What a later version does to its
 * schemas has to leave all that is in them where it is: fields are only added.
 */
import { closed, compiled, schemaText, withoutRequired } from "../../../json_documents.ts";
import { schemaFile } from "../../../../scripts/document_schemas/schema_file.ts";
import { assert, assertEquals } from "../../../assert.ts";

const SAMPLES = new URL("../../../documents/", import.meta.url);
const SCHEMAS = new URL("../../../../docs/schemas/", import.meta.url);

const samples = [...Deno.readDirSync(SAMPLES)].map(({ name }) => name).sort();

function sampleOf(name: string): { readonly schema: string } {
  return JSON.parse(Deno.readTextFileSync(new URL(name, SAMPLES)));
}

for (const name of samples) {
  const sample = sampleOf(name);
  Deno.test(`all that was in a document ${sample.schema} is there yet, and of its type`, () => {
    const validate = compiled(closed(withoutRequired(schemaText(sample.schema))));
    assert(validate(sample), JSON.stringify(validate.errors));
  });
}

Deno.test("of every document there is one that was kept", () => {
  const shipped = [...Deno.readDirSync(SCHEMAS)].map(({ name }) => name)
    .filter((name) => !name.includes(".yaml."));
  const kept = samples.map((name) => schemaFile(sampleOf(name).schema));
  assertEquals([...new Set(kept)].sort(), shipped.sort());
});

Deno.test("a schema as it is shipped says what it is of, and takes fields that it does not know", () => {
  for (const name of samples) {
    const sample = sampleOf(name);
    const schema = Object(schemaText(sample.schema));
    assertEquals(schema.title, sample.schema);
    const validate = compiled(withoutRequired(schema));
    assert(validate({ ...sample, added: { later: 1 } }), JSON.stringify(validate.errors));
  }
});

/** A document with one place in it changed, and where. */
function* spoiled(value: unknown, where = ""): Generator<readonly [unknown, string]> {
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) {
      for (const [other, place] of spoiled(one, `${where}[${index}]`)) {
        yield [value.with(index, other), place];
      }
    }
    yield ["no list", where];
  } else if (typeof value === "object" && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      for (const [other, place] of spoiled(one, `${where}.${name}`)) {
        yield [{ ...value, [name]: other }, place];
      }
    }
    yield [["no mapping"], where];
  } else if (value !== null) yield [{ no: "such thing" }, where]; // for null there may be one
}

Deno.test("a value of another type is refused wherever it stands", () => {
  let tried = 0;
  for (const name of samples) {
    const sample = sampleOf(name);
    const validate = compiled(withoutRequired(schemaText(sample.schema)));
    assert(validate(sample));
    for (const [wrong, place] of spoiled(sample)) {
      tried++;
      assert(!validate(wrong), `${sample.schema}: ${place} can be anything`);
    }
  }
  assert(tried > 500, `only ${tried}`);
});

Deno.test("a field that went away is missed, unless it may lack", () => {
  for (const name of samples) {
    const sample = sampleOf(name);
    const schema = Object(schemaText(sample.schema));
    const validate = compiled(schema);
    const required: readonly string[] = schema.required ?? [];
    for (const field of required.filter((one) => one in sample)) {
      const { [field]: _gone, ...rest } = Object(sample);
      validate(rest);
      const isMissed = validate.errors?.some(({ instancePath, params }) =>
        instancePath === "" && params["missingProperty"] === field
      );
      assert(isMissed, `${sample.schema}: ${field}`);
    }
  }
});

Deno.test("a field that a schema has lost is missed by what was kept", () => {
  const schema = Object(schemaText("cnapt.status/1"));
  const { uptimeMs: _gone, ...properties } = schema.properties;
  const later = compiled(closed(withoutRequired({ ...schema, properties })));
  assert(!later(sampleOf("cnapt.status.1.json")));
  const narrowed = { ...schema.properties, uptimeMs: { type: "string" } };
  const narrow = compiled(closed(withoutRequired({ ...schema, properties: narrowed })));
  assert(!narrow(sampleOf("cnapt.status.1.json")));
});
