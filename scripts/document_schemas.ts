/**
 * `deno task docs [--check]`: writes a JSON Schema (draft 2020-12) for each row of
 * lib/app/documents/document_table.ts, from its type.
 */
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { schemaFile } from "./document_schemas/schema_file.ts";
import { TypeSchema } from "./document_schemas/type_schema.ts";
import { writeGenerated } from "./generated_files.ts";

const TABLE = fileURLToPath(new URL("../lib/app/documents/document_table.ts", import.meta.url));
const DRAFT = "https://json-schema.org/draft/2020-12/schema";

/** The types of the interface `name` in a file, by the names of its fields. */
export function typesIn(
  file: string,
  name: string,
): { readonly checker: ts.TypeChecker; readonly types: ReadonlyMap<string, ts.Type> } {
  const program = ts.createProgram([file], {
    ...{ strict: true, noEmit: true, allowImportingTsExtensions: true, types: [] },
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.esnext.d.ts"],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const table = source?.statements.find((one) =>
    ts.isInterfaceDeclaration(one) && one.name.text === name
  );
  if (table === undefined) throw new TypeError(`Cannot find the interface ${name} in ${file}`);
  const rows = checker.getPropertiesOfType(checker.getTypeAtLocation(table));
  return {
    checker,
    types: new Map(rows.map((row) => [row.name, checker.getTypeOfSymbol(row)])),
  };
}

/** The schema of each document by the name of its file. */
export function documentSchemas(): ReadonlyMap<string, string> {
  const { checker, types } = typesIn(TABLE, "Documents");
  return new Map([...types].map(([schema, type]) => {
    const made = new TypeSchema(checker);
    const content = made.document(type, { schema: { const: schema } }, schema);
    const $defs = made.definitions();
    const named = Object.keys($defs).length === 0 ? {} : { $defs };
    const whole = { $schema: DRAFT, title: schema, ...content, ...named };
    return [schemaFile(schema), `${JSON.stringify(whole, null, 2)}\n`];
  }));
}

/** Writes or checks the schemas; returns the exit status. */
export async function writeDocumentSchemas(args: readonly string[]): Promise<number> {
  return await writeGenerated("docs/schemas", documentSchemas(), args);
}
