import type { Note } from "../../core/session/common_effect.ts";
import type { RelayLog } from "../run/relay_log.ts";

/** Writes to the log what the core found worth a line. */
export function tellNote(log: RelayLog, note: Note): void {
  const { detail: reason } = note;
  if (note.level === "info") log.info(note.event, { reason });
  else if (note.event === "no-link-in-time") log.warn(note.event, { reason });
  else if (!isGoodbye(note)) log.warn(note.event, { reason_code: note.code, reason });
}

/** SNAPT that is stopped refuses nobody; `session-ended`, which follows, says what has happened. */
function isGoodbye({ event, code }: { readonly event: string; readonly code: string }): boolean {
  return event === "refused" && code === "shuttingDown";
}
