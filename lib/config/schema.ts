import { ConfigInvalid, type ConfigProblem } from "./config_invalid.ts";
import { type About, type Form, NAME_PATTERN } from "./form.ts";
import { didYouMean } from "./did_you_mean.ts";
import { shownValue } from "./shown_value.ts";
import { parseYaml, type YamlDocument } from "./yaml.ts";

/** Reads one value of a configuration; reports through `at` and goes on with a stand-in. */
export interface Reader<T> {
  (value: unknown, at: Place): T;
  /** What it takes. */
  readonly form: Form;
}

/** A reader that is written out: `form` says what `read` takes. */
export function reader<T>(form: Form, read: (value: unknown, at: Place) => T): Reader<T> {
  return Object.assign((value: unknown, at: Place) => read(value, at), { form });
}

/** Where in the file a reader is, and where it reports what is wrong. */
export class Place {
  readonly #path: readonly (string | number)[];
  readonly #document: YamlDocument;
  readonly #problems: ConfigProblem[];

  constructor(
    document: YamlDocument,
    problems: ConfigProblem[],
    path: readonly (string | number)[] = [],
  ) {
    this.#document = document;
    this.#problems = problems;
    this.#path = path;
  }

  field(step: string | number): Place {
    return new Place(this.#document, this.#problems, [...this.#path, step]);
  }

  problem(message: string): void {
    this.#problems.push({
      path: this.#path.map(shownStep).join("."),
      line: this.#document.lineOf(this.#path),
      message,
    });
  }
}

/** A name that is none is quoted, so that a path stays on its line and can be told from the message. */
function shownStep(step: string | number): string {
  return /^[\w.-]+$/.test(String(step)) ? String(step) : shownValue(step);
}

/** For values that are in no file: what is reported is of no interest. */
const NOWHERE = new Place({ value: null, lineOf: () => 1 }, []);

/**
 * Reads a whole file with `read`; `check` may report what only shows between fields.
 *
 * @throws {ConfigInvalid} with every problem of the file
 */
export function readConfig<T>(
  text: string,
  file: string,
  read: Reader<T>,
  check: (config: T, at: Place) => void = () => {},
): T {
  const document = parseYaml(text, file);
  const problems: ConfigProblem[] = [];
  const config = read(document.value ?? {}, new Place(document, problems));
  const between: ConfigProblem[] = [];
  check(config, new Place(document, between));
  // What was said of a stand-in is of no interest: the field has a problem of its own.
  problems.push(...between.filter(({ path }) => !problems.some((one) => isWithin(path, one.path))));
  if (problems.length > 0) throw new ConfigInvalid(file, problems);
  return config;
}

/** Whether one path is the other, or leads to it. */
function isWithin(one: string, other: string): boolean {
  return `${one}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${one}.`);
}

/** What a parser that throws `TypeError` reads; `standIn` is used after a problem. */
export function parsed<T>(parse: (value: unknown) => T, standIn: T, form: Form): Reader<T> {
  return reader(form, (value, at) => {
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      at.problem(error.message);
      return standIn;
    }
  });
}

export function text(what: string, example?: string): Reader<string> {
  return parsed(
    (value) => {
      if (typeof value === "string" && value !== "") return value;
      throw new TypeError(`${shownValue(value)} is not ${what}: a text is wanted`);
    },
    "",
    { kind: "text", what, pattern: ".", ...(example === undefined ? {} : { example }) },
  );
}

export function wholeNumber(min: number, max: number): Reader<number> {
  return parsed(
    (value) => {
      if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) {
        return value;
      }
      throw new TypeError(`${shownValue(value)} is no whole number from ${min} to ${max}`);
    },
    min,
    { kind: "whole", min, max },
  );
}

export function oneOf<const T extends string>(...choices: readonly [T, ...T[]]): Reader<T> {
  return parsed(
    (value) => {
      const choice = choices.find((one) => one === value);
      if (choice !== undefined) return choice;
      const guess = typeof value === "string" ? didYouMean(value, choices) : null;
      const hint = guess === null ? "" : ` (did you mean ${guess}?)`;
      throw new TypeError(`${shownValue(value)} is not one of ${choices.join(", ")}${hint}`);
    },
    choices[0],
    { kind: "choice", choices },
  );
}

type Fields = Readonly<Record<string, Field<unknown>>>;
/** A setting: how it is read, and what it is for. */
export interface Field<T> {
  readonly read: Reader<T>;
  readonly fallback: (() => T) | null;
  /** What to do when a field without a fallback is missing. */
  readonly remedy?: string | undefined;
  readonly about: About;
}
type Shape<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** `about`: what the setting is for, one sentence at least. */
export function required<T>(read: Reader<T>, remedy: string, about: string | About): Field<T> {
  return { read, fallback: null, remedy, about: aboutOf(about) };
}

/** `about`: what the setting is for, one sentence at least. */
export function optional<T, const D>(
  read: Reader<T>,
  fallback: D,
  about: string | About,
): Field<T | D> {
  return { read, fallback: () => fallback, about: aboutOf(about) };
}

function aboutOf(about: string | About): About {
  return typeof about === "string" ? { says: about } : about;
}

function formOf(fields: Fields): Form {
  const forms = Object.entries(fields).map(([name, { read, fallback, about }]) => {
    const isRequired = fallback === null;
    return [name, { ...about, form: read.form, isRequired, fallback: fallback?.() }] as const;
  });
  return { kind: "object", fields: Object.fromEntries(forms) };
}

/** A mapping with just these fields; others are errors with a suggestion. */
export function object<F extends Fields>(fields: F): Reader<Shape<F>> {
  return reader(formOf(fields), (value, at) => {
    const given = asMapping(value, at);
    for (const key of Object.keys(given)) {
      if (Object.hasOwn(fields, key)) continue;
      const guess = didYouMean(key, Object.keys(fields));
      const hint = guess === null
        ? `there are ${Object.keys(fields).join(", ")}`
        : `did you mean ${guess}?`;
      at.field(key).problem(`there is no such setting (${hint})`);
    }
    const result: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(fields)) {
      const raw = given[key];
      if (raw !== undefined && raw !== null) result[key] = field.read(raw, at.field(key));
      else if (field.fallback !== null) result[key] = field.fallback();
      else {
        const remedy = field.remedy === undefined ? "" : `: ${field.remedy}`;
        at.field(key).problem(`it is missing${remedy}`);
        result[key] = field.read(undefined, NOWHERE);
      }
    }
    return result as Shape<F>;
  });
}

/** What a group of settings is when none of them is given. */
export function defaultsOf<T>(read: Reader<T>): T {
  return read({}, NOWHERE);
}

const NAME = new RegExp(NAME_PATTERN);

/** What a site, a service or a CNAPT can be called; DNS labels and YAML keys are such names. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** A name as `isName` knows it. */
export function nameOf(what: string): Reader<string> {
  return parsed(
    (value) => {
      if (typeof value === "string" && isName(value)) return value;
      const isQuoteMissing = typeof value !== "string" && isName(String(value));
      const remedy = isQuoteMissing
        ? "YAML takes it for something else than a text; put it in quotes"
        : 'letters, digits, ".", "_" and "-" can';
      throw new TypeError(
        `${shownValue(value)} cannot name ${what}: ${remedy}`,
      );
    },
    "",
    { kind: "text", what: "a name", pattern: NAME.source, example: "home" },
  );
}

/** A mapping from names of the user's choice. */
export function named<T>(what: string, read: Reader<T>): Reader<ReadonlyMap<string, T>> {
  return reader({ kind: "named", what, of: read.form }, (value, at) => {
    const result = new Map<string, T>();
    for (const [name, one] of Object.entries(asMapping(value, at))) {
      nameOf(`a ${what}`)(name, at.field(name));
      result.set(name, read(one ?? {}, at.field(name)));
    }
    return result;
  });
}

export function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  return reader({ kind: "list", of: read.form }, (value, at) => {
    if (!Array.isArray(value)) {
      at.problem("a list is wanted, with a line beginning with - for each entry");
      return [];
    }
    return value.map((one, index) => read(one, at.field(index)));
  });
}

/** One, or a list of at least one; a list of one is the same as that one. */
export function oneOrMore<T>(read: Reader<T>): Reader<readonly T[]> {
  const readList = listOf(read);
  const list: Form = { kind: "list", of: read.form, least: 1 };
  return reader({ kind: "either", forms: [read.form, list] }, (value, at) => {
    if (!Array.isArray(value)) return [read(value, at)];
    if (value.length === 0) at.problem("the list is empty: name at least one");
    return readList(value, at);
  });
}

function asMapping(value: unknown, at: Place): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value));
  }
  if (value !== undefined) at.problem("settings are wanted here, each on a line `name: value`");
  return {};
}
