/**
 * What can be written in a place of a configuration, as its reader says it of itself: from this
 * come docs/configuration.md, the man pages, and the JSON Schemas for editors.
 */
export type Form =
  | TextForm
  | { readonly kind: "whole"; readonly min: number; readonly max: number }
  | { readonly kind: "number"; readonly min: number; readonly max: number | null }
  | { readonly kind: "yesNo" }
  | { readonly kind: "choice"; readonly choices: readonly (string | boolean)[] }
  /** A mapping with just these fields. */
  | { readonly kind: "object"; readonly fields: FieldForms }
  /** A mapping from names of the user's choice; `what`: what is named so. */
  | { readonly kind: "named"; readonly what: string; readonly of: Form }
  | { readonly kind: "list"; readonly of: Form; readonly least?: number; readonly most?: number }
  | { readonly kind: "either"; readonly forms: readonly Form[] };

/** A text of a certain kind. */
export interface TextForm {
  readonly kind: "text";
  /** What it is: `a time`, `HOST:PORT`. */
  readonly what: string;
  /** A regular expression that fits all that the reader takes, if not only that. */
  readonly pattern?: string;
  /** How one is written. */
  readonly example?: string;
  /** What the reader makes of it, where that is a number. */
  readonly unit?: Unit;
}

export type Unit = "ms" | "bytes" | "share" | "percent";

/** What a setting is for. */
export interface About {
  /** One sentence, or two. */
  readonly says: string;
  /** How it is written, where the form has no example that fits. */
  readonly example?: string;
  /** What holds without it, where that is no value that could be written there. */
  readonly usual?: string;
  /** The version that it came with; `FIRST_VERSION` where nothing is said. */
  readonly since?: string;
}

/** The version that the first settings came with. */
export const FIRST_VERSION = "0.1.0";

/** A setting: what it is for, and what can be written there. */
export interface FieldForm extends About {
  readonly form: Form;
  readonly isRequired: boolean;
  /** What the reader gives where nothing is written; undefined where it is required. */
  readonly fallback: unknown;
}

export type FieldForms = Readonly<Record<string, FieldForm>>;

/** What a site, a service or a CNAPT can be called; DNS labels and YAML keys are such names. */
export const NAME_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$";
