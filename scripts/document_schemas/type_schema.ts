/** JSON Schema of TypeScript's types, as far as JSON documents are made of them. */
import ts from "typescript";

/** A part of a schema. */
export type SchemaPart = Readonly<Record<string, unknown>>;

/** A type that no JSON can be of, or none that is known here. */
export class TypeNotJson extends Error {
  override readonly name = "TypeNotJson";
}

/** Makes the parts of one schema; what has a name becomes a definition that others refer to. */
export class TypeSchema {
  readonly #checker: ts.TypeChecker;
  readonly #names = new Map<ts.Type, string>();
  readonly #definitions = new Map<string, SchemaPart>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** The definitions that the parts refer to, by name. */
  definitions(): SchemaPart {
    return Object.fromEntries([...this.#definitions].sort(([a], [b]) => a < b ? -1 : 1));
  }

  /**
   * The schema of a type. `path`: where it is, for messages.
   *
   * @throws {TypeNotJson} it is no type of JSON
   */
  partOf(type: ts.Type, path: string): SchemaPart {
    const name = nameOf(type);
    if (name === null) return this.#inline(type, path);
    const known = this.#names.get(type);
    if (known !== undefined) return { $ref: `#/$defs/${known}` };
    const free = this.#freeName(name);
    this.#names.set(type, free);
    this.#definitions.set(free, {}); // its place is taken: it may refer to itself
    const part = this.#inline(type, path);
    const about = docOf(type.aliasSymbol ?? type.getSymbol(), this.#checker);
    this.#definitions.set(free, { ...about, ...part });
    return { $ref: `#/$defs/${free}` };
  }

  /** The schema of an object, its fields first those of `more`; a union has one for each kind. */
  document(type: ts.Type, more: SchemaPart, path: string): SchemaPart {
    if (type.isUnion()) {
      const kinds = type.types.map((one) => this.document(one, more, path));
      return { anyOf: kinds.sort((one, other) => rankOf(one) < rankOf(other) ? -1 : 1) };
    }
    return this.#object(type, path, more);
  }

  #freeName(name: string): string {
    for (let number = 1;; number++) {
      const free = number === 1 ? name : `${name}${number}`;
      if (!this.#definitions.has(free)) return free;
    }
  }

  #inline(type: ts.Type, path: string): SchemaPart {
    if (type.isUnion()) return this.#union(type.types, path);
    const plain = plainPart(type);
    if (plain !== null) return plain;
    if (type.isIntersection()) {
      // A text with a brand is a text.
      const branded = type.types.map(plainPart).find((one) => one !== null);
      if (branded !== undefined) return branded;
    }
    if (this.#checker.isTupleType(type)) return this.#tuple(type, path);
    if (this.#checker.isArrayType(type)) {
      const [item] = this.#argumentsOf(type);
      if (item !== undefined) return { type: "array", items: this.partOf(item, `${path}[]`) };
    }
    if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0) {
      return this.#object(type, path, {});
    }
    throw this.#notJson(type, path);
  }

  #union(types: readonly ts.Type[], path: string): SchemaPart {
    const given = types.filter((one) => (one.flags & ts.TypeFlags.Undefined) === 0);
    const literals: readonly ts.Type[] = given.filter((one) =>
      one.isStringLiteral() || one.isNumberLiteral()
    );
    const booleans = given.filter((one) => (one.flags & ts.TypeFlags.BooleanLiteral) !== 0);
    const others = given.filter((one) => !literals.includes(one) && !booleans.includes(one));
    const parts = [
      ...(literals.length === 0 ? [] : [enumPart(literals)]),
      ...(booleans.length === 2
        ? [{ type: "boolean" }]
        : booleans.map((one) => plainPart(one) ?? {})),
      ...others.map((one) => this.partOf(one, path)),
    ];
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return only;
    // The compiler numbers types as it meets them: what it has first may be last tomorrow.
    const sorted = parts.toSorted((one, other) => rankOf(one) < rankOf(other) ? -1 : 1);
    const names = sorted.map((part) => Object.keys(part).join() === "type" ? part["type"] : null);
    return names.includes(null) ? { anyOf: sorted } : { type: names };
  }

  #tuple(type: ts.Type, path: string): SchemaPart {
    const items = this.#argumentsOf(type);
    if (items.length === 0) return { type: "array", maxItems: 0 };
    const parts = items.map((one, index) => this.partOf(one, `${path}[${index}]`));
    return { type: "array", prefixItems: parts, minItems: parts.length, maxItems: parts.length };
  }

  #argumentsOf(type: ts.Type): readonly ts.Type[] {
    return this.#checker.getTypeArguments(type as ts.TypeReference);
  }

  #object(type: ts.Type, path: string, more: SchemaPart): SchemaPart {
    if (type.getCallSignatures().length + type.getConstructSignatures().length > 0) {
      throw this.#notJson(type, path);
    }
    const fields = this.#checker.getPropertiesOfType(type)
      .filter(({ name }) => !Object.hasOwn(more, name));
    const rest = this.#checker.getIndexInfoOfType(type, ts.IndexKind.String);
    const required = fields.filter(({ flags }) => (flags & ts.SymbolFlags.Optional) === 0);
    const properties = fields.map((field) => {
      const part = this.partOf(this.#checker.getTypeOfSymbol(field), `${path}.${field.name}`);
      return [field.name, { ...docOf(field, this.#checker), ...part }];
    });
    return {
      type: "object",
      ...(properties.length + Object.keys(more).length === 0
        ? {}
        : { properties: { ...more, ...Object.fromEntries(properties) } }),
      ...(rest === undefined ? {} : { additionalProperties: this.partOf(rest.type, `${path}.*`) }),
      required: [...Object.keys(more), ...required.map(({ name }) => name)],
    };
  }

  #notJson(type: ts.Type, path: string): TypeNotJson {
    return new TypeNotJson(
      `Cannot make a schema of ${path}: ${this.#checker.typeToString(type)} is no type of JSON`,
    );
  }
}

function plainPart(type: ts.Type): SchemaPart | null {
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
  const { flags } = type;
  if ((flags & ts.TypeFlags.StringLike) !== 0) return { type: "string" };
  if ((flags & ts.TypeFlags.NumberLike) !== 0) return { type: "number" };
  if ((flags & ts.TypeFlags.Null) !== 0) return { type: "null" };
  if ((flags & ts.TypeFlags.BooleanLiteral) !== 0) {
    return { const: "intrinsicName" in type && type.intrinsicName === "true" };
  }
  return (flags & ts.TypeFlags.Boolean) !== 0 ? { type: "boolean" } : null;
}

function enumPart(literals: readonly ts.Type[]): SchemaPart {
  const values = literals.map((one) =>
    one.isStringLiteral() || one.isNumberLiteral() ? one.value : null
  );
  return values.length === 1 ? { const: values[0] } : { enum: values.sort() };
}

/** Null stands last. */
function rankOf(part: SchemaPart): string {
  return `${part["type"] === "null" ? 1 : 0} ${JSON.stringify(part)}`;
}

/** The name of a type that was declared with one, and is the same wherever it is used; null: none. */
function nameOf(type: ts.Type): string | null {
  if (type.aliasSymbol !== undefined) {
    const isGeneric = (type.aliasTypeArguments ?? []).length > 0;
    return isGeneric || isFromLibrary(type.aliasSymbol) ? null : type.aliasSymbol.name;
  }
  const symbol = type.getSymbol();
  const isDeclared = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Interface) !== 0;
  return isDeclared && !isFromLibrary(symbol) ? symbol.name : null;
}

function isFromLibrary(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).every((one) => one.getSourceFile().isDeclarationFile);
}

function docOf(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): SchemaPart {
  const text = ts.displayPartsToString(symbol?.getDocumentationComment(checker) ?? [])
    .replaceAll(/\s+/g, " ").trim();
  return text === "" ? {} : { description: text };
}
