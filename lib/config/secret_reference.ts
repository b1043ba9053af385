/** Where a secret is that does not stand in the configuration: `{ file: PATH }`, `{ credential: NAME }`. */
import { dirname, join, resolve } from "node:path";

/** More than any ticket has; whoever names another file by mistake learns nothing of it. */
const MOST_BYTES = 65_536;

/** Reads what a reference in a configuration names. */
export type SecretReader = (reference: unknown) => string;

/**
 * The reader for the references of `configFile`: a relative path counts from its folder, a
 * credential is a file in `$CREDENTIALS_DIRECTORY`, where systemd puts them.
 *
 * @throws {TypeError} the reader, when the reference is none or the file cannot be read; quotes nothing of it
 */
export function secretReader(configFile: string): SecretReader {
  return (reference) => {
    const path = pathOf(reference, dirname(configFile));
    try {
      const text = Deno.readTextFileSync(path);
      if (text.length <= MOST_BYTES) return text.trim();
    } catch (cause) {
      const detail = cause instanceof Deno.errors.NotFound
        ? "there is no such file"
        : cause instanceof Deno.errors.PermissionDenied
        ? "this user is not allowed to read it"
        : cause instanceof Error
        ? cause.message
        : String(cause);
      throw new TypeError(`${path} cannot be read: ${detail}`, { cause });
    }
    throw new TypeError(`${path} is too large for a secret`);
  };
}

function pathOf(reference: unknown, folder: string): string {
  const fields = typeof reference === "object" && reference !== null
    ? Object.entries(reference)
    : [];
  const [[kind, name] = []] = fields;
  const isOne = fields.length === 1 && typeof name === "string" && name !== "";
  if (isOne && kind === "file") return resolve(folder, name);
  if (!isOne || kind !== "credential") {
    throw new TypeError("write { file: PATH } or { credential: NAME }");
  }
  if (!/^[\w.-]+$/.test(name) || name === "." || name === "..") {
    throw new TypeError('the name of a credential has letters, digits, ".", "_" and "-"');
  }
  const credentials = Deno.env.get("CREDENTIALS_DIRECTORY") ?? "";
  if (credentials === "") {
    throw new TypeError(
      `there are no credentials: $CREDENTIALS_DIRECTORY is not set, which systemd does for ` +
        `LoadCredential=${name}:…`,
    );
  }
  return join(credentials, name);
}
