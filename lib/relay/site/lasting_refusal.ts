/** What CNAPT notes when SNAPT has ended the session by itself. */
export const GOODBYE_CODE = "shuttingDown";

const LASTING: ReadonlySet<string> = new Set(["unknownId", "badKey", "revoked", "version"]);

/** Whether repeating does not mend a refusal; applications are turned away until something does. */
export function isLastingRefusal(code: string): boolean {
  return LASTING.has(code);
}
