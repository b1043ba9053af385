/** The file of a schema: that of `cnapt.status/1` is `cnapt.status.1.schema.json`. */
export function schemaFile(schema: string): string {
  return `${schema.replace("/", ".")}.schema.json`;
}
