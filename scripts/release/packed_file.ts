/** What one archive holds, before it is an archive. */
export type PackedFile =
  | {
    readonly kind: "file";
    readonly path: string;
    readonly mode: number;
    readonly bytes: Uint8Array;
  }
  /** A second name for a file that is packed before it. */
  | { readonly kind: "link"; readonly path: string; readonly to: string };

/** A file that anybody may read. */
export function plainFile(path: string, content: string | Uint8Array): PackedFile {
  return { kind: "file", path, mode: 0o644, bytes: inBytes(content) };
}

/** A file that anybody may start. */
export function programFile(path: string, content: string | Uint8Array): PackedFile {
  return { kind: "file", path, mode: 0o755, bytes: inBytes(content) };
}

/**
 * The files in an order that depends on their names only; links last, because their file has to be
 * there before them.
 */
export function sorted(files: readonly PackedFile[]): readonly PackedFile[] {
  const key = ({ kind, path }: PackedFile) => `${kind === "link" ? 1 : 0}${path}`;
  return files.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function inBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}
