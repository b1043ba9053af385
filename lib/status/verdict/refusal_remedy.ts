import type { RefusalCode } from "../../core/wire/message.ts";

const NEW_CODE = "ask who runs SNAPT for a new code (`snapt invite NAME`), and `cnapt join` it";

const REMEDIES: Readonly<Record<RefusalCode, string>> = {
  unknownId: NEW_CODE,
  badKey: NEW_CODE,
  revoked: NEW_CODE,
  full: "wait, or ask who runs SNAPT to raise its `limits:`",
  version: "install the same version of CNAPT and SNAPT",
  unknownSession: "nothing: CNAPT begins a new session",
  staleEpoch: "nothing: CNAPT begins a new session",
  malformed: "see that both have the same version, and what SNAPT's log says",
  shuttingDown: "nothing: CNAPT comes back when SNAPT runs again",
  displaced: "end the other CNAPT that has this ticket, or give each machine a code of its own",
};

/** What to do about a refusal; newer ones of SNAPT have codes that nobody here knows. */
export function refusalRemedy(code: string): string {
  return Object.hasOwn(REMEDIES, code)
    ? REMEDIES[code as RefusalCode]
    : "ask who runs SNAPT, or see its log";
}
