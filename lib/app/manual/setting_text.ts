/** What can be written in a configuration, and what holds without it, in words for people. */
import { unreachable } from "../../core/exhaustive.ts";
import type { FieldForm, Form, TextForm, Unit } from "../../config/form.ts";
import { formatHostPort } from "../../config/host_port.ts";

/** What can be written: `a time from 1s to 24d`. */
export function formText(form: Form): string {
  switch (form.kind) {
    case "text":
      return form.what;
    case "whole":
      return `a whole number from ${form.min} to ${form.max}`;
    case "number":
      return `a number from ${form.min}${form.max === null ? "" : ` to ${form.max}`}`;
    case "yesNo":
      return "true or false";
    case "choice":
      return inRow(form.choices.map(String));
    case "object":
      return "settings";
    case "named":
      return form.of.kind === "object"
        ? "settings for each name"
        : `${formText(form.of)} for each name`;
    case "list":
      return `a list of ${form.of.kind === "object" ? "settings" : formText(form.of)}` +
        (form.most === undefined ? "" : `, ${form.most} at most`);
    case "either":
      return inRow(
        form.forms.flatMap((one) =>
          one.kind === "choice" ? one.choices.map(String) : [formText(one)]
        ),
      );
    default:
      return unreachable(form);
  }
}

/** What holds without it: as it would be written, or in words; empty: nothing. */
export function usualText({ usual, form, fallback }: FieldForm): string {
  return usual ?? writtenValue(form, fallback) ?? "";
}

/** How it is written, behind its name; null: it has settings of its own. */
export function exampleText(field: FieldForm): string | null {
  return field.example ?? exampleOf(field.form) ?? writtenValue(field.form, field.fallback);
}

function exampleOf(form: Form): string | null {
  switch (form.kind) {
    case "text":
      return form.example ?? null;
    case "choice":
      return String(form.choices.at(-1));
    case "yesNo":
      return "true";
    case "either":
      return form.forms.map(exampleOf).find((one) => one !== null) ?? null;
    case "whole":
    case "number":
    case "object":
    case "named":
    case "list":
      return null;
    default:
      return unreachable(form);
  }
}

/** A value that was read, as it is written; null: it cannot be, or is empty. */
function writtenValue(form: Form, value: unknown): string | null {
  if (form.kind === "object" || form.kind === "named") return null;
  if (typeof value === "string" || typeof value === "boolean") return String(value);
  if (typeof value === "number") return form.kind === "text" ? withUnit(form, value) : `${value}`;
  if (Array.isArray(value)) return value.length === 1 ? writtenValue(form, value[0]) : null;
  if (isHostPort(value)) {
    const text = formatHostPort(value);
    return text.startsWith("[") ? `"${text}"` : text;
  }
  return null;
}

function isHostPort(value: unknown): value is { readonly host: string; readonly port: number } {
  return typeof value === "object" && value !== null && "host" in value && "port" in value;
}

/** The largest first. */
const UNITS: Readonly<Record<Unit, readonly (readonly [string, number])[]>> = {
  ms: [["d", 86_400_000], ["h", 3_600_000], ["m", 60_000], ["s", 1_000], ["ms", 1]],
  bytes: [["GiB", 1_073_741_824], ["MiB", 1_048_576], ["KiB", 1_024], ["B", 1]],
  share: [["%", 0.01]],
  percent: [["%", 1]],
};

function withUnit({ unit }: TextForm, value: number): string {
  if (unit === undefined) return `${value}`;
  const fits = UNITS[unit].find(([, size]) => value % size === 0) ?? UNITS[unit].at(-1);
  const [name, size] = fits ?? ["", 1];
  return `${Math.round(value / size)}${name}`;
}

function inRow(texts: readonly string[]): string {
  const [last = ""] = texts.slice(-1);
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(", ")} or ${last}`;
}
