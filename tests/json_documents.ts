/**
 * What the programs print for programs, held against docs/schemas. A reader takes fields that it
 * does not know; here a field that its schema lacks is a fault, so that none comes unsaid.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { schemaFile } from "../scripts/document_schemas/schema_file.ts";

const FOLDER = new URL("../docs/schemas/", import.meta.url);

/** A document that is not as its schema says. */
export class DocumentWrong extends Error {
  override readonly name = "DocumentWrong";
}

const validators = new Map<string, ValidateFunction>();

/**
 * @throws {DocumentWrong} the document names no schema that there is, or is not as that says, or has
 *   a field that it lacks
 */
export function expectDocument(document: unknown): void {
  const schema: unknown = Object(document).schema;
  if (typeof schema !== "string") throw new DocumentWrong("Cannot find the schema of a document");
  let validate = validators.get(schema);
  if (validate === undefined) {
    validate = compiled(closed(schemaText(schema)));
    validators.set(schema, validate);
  }
  if (validate(document)) return;
  const faults = (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${JSON.stringify(params)}`
  );
  throw new DocumentWrong(`Cannot accept ${schema}: ${faults.join("; ")}`);
}

/**
 * The one document that a command with `--json` printed.
 *
 * @throws {DocumentWrong} it is none, or more, or not as its schema says
 */
export function expectPrinted(out: string): void {
  let document: unknown;
  try {
    document = JSON.parse(out);
  } catch (cause) {
    throw new DocumentWrong(`Cannot read one document in ${JSON.stringify(out)}`, { cause });
  }
  expectDocument(document);
}

/** Compiles a schema of draft 2020-12. */
export function compiled(schema: object): ValidateFunction {
  return new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
}

/** The schema of a document as it is shipped. @throws {DocumentWrong} there is none */
export function schemaText(schema: string): object {
  try {
    return JSON.parse(Deno.readTextFileSync(new URL(schemaFile(schema), FOLDER)));
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new DocumentWrong(`Cannot find the schema ${schema}: it is in no row`, { cause });
  }
}

/** The same, with nothing in any object but what is named. */
export function closed<T>(schema: T): T {
  return changed(schema, (fields) => {
    const isObject = fields["type"] === "object" && !("additionalProperties" in fields);
    return isObject ? { ...fields, additionalProperties: false } : fields;
  });
}

/** The same, in which anything may lack: what an earlier version gave out has not all that is there now. */
export function withoutRequired<T>(schema: T): T {
  return changed(schema, ({ required, ...fields }) =>
    // A field may be called so as well.
    Array.isArray(required) || required === undefined ? fields : { ...fields, required });
}

type Fields = Readonly<Record<string, unknown>>;

/** Each part of a schema as `change` has it, the innermost first. */
function changed<T>(part: T, change: (fields: Fields) => Fields): T {
  if (Array.isArray(part)) return part.map((one) => changed(one, change)) as T;
  if (typeof part !== "object" || part === null) return part;
  const inner = Object.entries(part).map(([name, one]) => [name, changed(one, change)] as const);
  return change(Object.fromEntries(inner)) as T;
}
