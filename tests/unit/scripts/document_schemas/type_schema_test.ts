import { TypeNotJson, TypeSchema } from "../../../../scripts/document_schemas/type_schema.ts";
import { typesIn } from "../../../../scripts/document_schemas.ts";
import { closed, compiled } from "../../../json_documents.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";

const SOURCE = `
/** A length. */
export type Unit = "mm" | "inch";
interface Base { readonly name: string; readonly hidden: number; }
/** A part of it. */
interface Part extends Base { readonly unit: Unit; readonly inner?: Part; }
type Branded = string & { readonly brand: unique symbol };
export interface Documents {
  plain: {
    /** Whole
     * ones. */
    readonly count: number;
    readonly flag: boolean | null;
    readonly only: true;
    readonly key: Branded;
    readonly words: readonly string[];
    readonly pair: readonly [string, number];
    readonly none: readonly [];
  };
  parts: { readonly first: Omit<Part, "hidden">; readonly byName: Readonly<Record<string, Part>> };
  kinds: { readonly kind: "a"; readonly a: number } | { readonly kind: "b"; readonly b: string | 7 };
  some: Partial<Record<Unit, number>>;
  odd: { readonly when: Date; };
  call: { readonly call: () => void };
  any: { readonly what: unknown };
}
`;

await inFolder(async (folder) => {
  await Deno.writeTextFile(`${folder}/table.ts`, SOURCE);
  const { checker, types } = typesIn(`${folder}/table.ts`, "Documents");
  const schemaOf = (name: string) => {
    const type = types.get(name);
    assert(type !== undefined);
    const made = new TypeSchema(checker);
    const content = made.document(type, { schema: { const: name } }, name);
    return { ...content, $defs: made.definitions() };
  };
  const accepts = (name: string, value: object) =>
    compiled(closed(schemaOf(name)))({ schema: name, ...value });

  Deno.test("fields of every plain type have theirs, with what is said of them", () => {
    const { properties, required } = Object(schemaOf("plain"));
    assertEquals(properties, {
      schema: { const: "plain" },
      count: { description: "Whole ones.", type: "number" },
      flag: { type: ["boolean", "null"] },
      only: { const: true },
      key: { $ref: "#/$defs/Branded" },
      words: { type: "array", items: { type: "string" } },
      pair: {
        type: "array",
        prefixItems: [{ type: "string" }, { type: "number" }],
        minItems: 2,
        maxItems: 2,
      },
      none: { type: "array", maxItems: 0 },
    });
    assertEquals(required, Object.keys(properties));
  });

  Deno.test("a field that is missing, of another type or unknown is refused", () => {
    const right = { first: { name: "x", unit: "mm" }, byName: {} };
    assert(accepts("parts", right));
    assert(!accepts("parts", { ...right, first: { name: "x" } }));
    assert(!accepts("parts", { ...right, first: { name: 1, unit: "mm" } }));
    assert(!accepts("parts", { ...right, first: { name: "x", unit: "km" } }));
    assert(!accepts("parts", { ...right, first: { name: "x", unit: "mm", hidden: 1 } }));
    assert(!accepts("parts", { ...right, byName: { a: { name: "x", hidden: 1 } } }));
    const inner = { name: "i", hidden: 2, unit: "inch" };
    assert(accepts("parts", { ...right, byName: { a: { ...inner, inner } } }));
    assert(!accepts("parts", { ...right, byName: { a: { ...inner, inner: { name: "i" } } } }));
  });

  Deno.test("a union has each of its kinds, and fields that may lack are not required", () => {
    assert(accepts("kinds", { kind: "a", a: 1 }) && accepts("kinds", { kind: "b", b: 7 }));
    assert(!accepts("kinds", { kind: "a", b: 7 }) && !accepts("kinds", { kind: "b", b: 8 }));
    assert(accepts("some", {}) && accepts("some", { mm: 2 }) && !accepts("some", { mm: "2" }));
  });

  Deno.test("what no JSON can be of is told with its place", () => {
    for (const [name, place] of [["call", "call.call"], ["any", "any.what"]] as const) {
      const { message } = assertThrows(() => schemaOf(name), TypeNotJson);
      assert(message.includes(place), message);
    }
    assertThrows(() => schemaOf("odd"), TypeNotJson, "odd.when");
  });
});
