import { type FieldForm, type FieldForms, FIRST_VERSION, type Form } from "../../config/form.ts";
import { exampleText, formText, usualText } from "./setting_text.ts";

/** One setting of a configuration file, for people. */
export interface SettingRow {
  /** From the root of the file: `timeouts.switch`, `services.NAME.to`, `providers[].interface`. */
  readonly path: string;
  /** What can be written. */
  readonly form: string;
  /** What holds without it; empty: it has to be there, or its own settings say it. */
  readonly usual: string;
  /** Whether that is no value that could be written. */
  readonly isUsualInWords: boolean;
  readonly isRequired: boolean;
  /** How it is written, behind its name; empty: its own settings are written. */
  readonly example: string;
  readonly since: string;
  readonly says: string;
}

/** Settings that belong together. */
export interface SettingSection {
  /** Empty: those that belong to no group. */
  readonly title: string;
  readonly rows: readonly SettingRow[];
}

/** Every setting of a file: first those that stand alone, then each group of them. */
export function settingSections(form: Form): readonly SettingSection[] {
  const fields = form.kind === "object" ? Object.entries(form.fields) : [];
  const rowsOf = ([name, field]: readonly [string, FieldForm]) => rowsBelow(name, field);
  const alone = fields.filter(([, field]) => fieldsBelow(field.form) === null);
  const groups = fields.filter(([, field]) => fieldsBelow(field.form) !== null);
  return [
    { title: "", rows: alone.flatMap(rowsOf) },
    ...groups.map((one) => ({ title: one[0], rows: rowsOf(one) })),
  ];
}

function rowsBelow(path: string, field: FieldForm): readonly SettingRow[] {
  const { form, isRequired, says, since = FIRST_VERSION } = field;
  const row = {
    path,
    form: formText(form),
    usual: usualText(field),
    isUsualInWords: field.usual !== undefined && !isWritten(form, field.usual),
    isRequired,
    example: exampleText(field) ?? "",
    since,
    says,
  };
  const below = fieldsBelow(form);
  if (below === null) return [row];
  const rows = Object.entries(below.fields).flatMap(([name, one]) =>
    rowsBelow(`${path}${below.step}.${name}`, one)
  );
  return [row, ...rows];
}

/** Whether a text can stand there: a choice, or a number with its unit. */
function isWritten(form: Form, text: string): boolean {
  if (form.kind === "either") return form.forms.some((one) => isWritten(one, text));
  if (form.kind === "choice") return form.choices.includes(text);
  return form.kind === "text" && form.unit !== undefined && /^\d\S*$/.test(text);
}

/** The settings of a setting, and how the way to them is written; null: it has none. */
function fieldsBelow(
  form: Form,
): { readonly step: string; readonly fields: FieldForms } | null {
  if (form.kind === "object") return { step: "", fields: form.fields };
  if (form.kind === "either") {
    return form.forms.map(fieldsBelow).find((one) => one !== null) ?? null;
  }
  const step = form.kind === "named" ? ".NAME" : form.kind === "list" ? "[]" : null;
  if (step === null || (form.kind !== "named" && form.kind !== "list")) return null;
  const below = fieldsBelow(form.of);
  return below === null ? null : { step: `${step}${below.step}`, fields: below.fields };
}
