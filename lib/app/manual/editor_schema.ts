/**
 * JSON Schema of a configuration, by which editors complete and check what is written: structure,
 * types and choices. What only shows between settings is said by `check`.
 */
import { unreachable } from "../../core/exhaustive.ts";
import { type FieldForm, type Form, NAME_PATTERN } from "../../config/form.ts";
import type { SettingsFile } from "./settings_files.ts";
import { formText, usualText } from "./setting_text.ts";

/** A part of a schema. */
export type SchemaPart = Readonly<Record<string, unknown>>;

/** The draft that every editor knows. */
const DRAFT = "http://json-schema.org/draft-07/schema#";

export function editorSchema({ name, summary, form }: SettingsFile): SchemaPart {
  const root = partOf(form);
  return { $schema: DRAFT, title: name, description: summary, ...orNothing(root, form) };
}

function partOf(form: Form): SchemaPart {
  switch (form.kind) {
    case "text":
      return {
        type: "string",
        ...(form.pattern === undefined ? {} : { pattern: form.pattern }),
        ...(form.example === undefined ? {} : { examples: [withoutQuotes(form.example)] }),
      };
    case "whole":
      return { type: "integer", minimum: form.min, maximum: form.max };
    case "number":
      return {
        type: "number",
        minimum: form.min,
        ...(form.max === null ? {} : { maximum: form.max }),
      };
    case "yesNo":
      return { type: "boolean" };
    case "choice":
      return { enum: form.choices };
    case "object": {
      const fields = Object.entries(form.fields);
      return {
        type: "object",
        properties: Object.fromEntries(fields.map(([name, field]) => [name, fieldPart(field)])),
        required: fields.filter(([, { isRequired }]) => isRequired).map(([name]) => name),
        additionalProperties: false,
      };
    }
    case "named":
      return {
        type: "object",
        propertyNames: { pattern: NAME_PATTERN },
        additionalProperties: orNothing(partOf(form.of), form.of),
      };
    case "list":
      return {
        type: "array",
        items: partOf(form.of),
        ...(form.least === undefined ? {} : { minItems: form.least }),
        ...(form.most === undefined ? {} : { maxItems: form.most }),
      };
    case "either":
      return { anyOf: form.forms.map(partOf) };
    default:
      return unreachable(form);
  }
}

/** What is empty is as what is not there, unless it has to be there. */
function fieldPart(field: FieldForm): SchemaPart {
  const usual = usualText(field);
  const without = usual === "" ? "" : `; without it: ${withoutQuotes(usual)}`;
  const description = `${field.says}\n\n${formText(field.form)}${without}`;
  const part = partOf(field.form);
  return field.isRequired
    ? { description, ...part }
    : { description, anyOf: [part, { type: "null" }] };
}

/** A mapping of which nothing is written is empty: which may be all that it needs. */
function orNothing(part: SchemaPart, form: Form): SchemaPart {
  const needsNothing = form.kind === "object" &&
    Object.values(form.fields).every(({ isRequired }) => !isRequired);
  return needsNothing ? { anyOf: [part, { type: "null" }] } : part;
}

function withoutQuotes(text: string): string {
  return text.replace(/^"(.*)"$/, "$1");
}
