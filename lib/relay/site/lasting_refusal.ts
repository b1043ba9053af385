/** What CNAPT notes when SNAPT has ended the session by itself. */
export const GOODBYE_CODE = "shuttingDown";

/** SNAPT has no such session: it was started anew, or has ended the session. */
export const UNKNOWN_CODE = "unknownSession";

/** Another CNAPT with the same ticket has the place of this one. */
export const DISPLACED_CODE = "displaced";

const LASTING: ReadonlySet<string> = new Set([
  "unknownId",
  "badKey",
  "revoked",
  "version",
  DISPLACED_CODE,
]);

/** Whether repeating does not mend a refusal; applications are turned away until something does. */
export function isLastingRefusal(code: string): boolean {
  return LASTING.has(code);
}
