import { tellNote } from "../../../../lib/relay/session/tell_note.ts";
import { Log } from "../../../../lib/app/program/log.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("SNAPT that says goodbye is not told as one that refuses", () => {
  const lines: string[] = [];
  const log = Log.open({ program: "cnapt", level: "debug", write: (line) => lines.push(line) });
  const refused = { kind: "note", level: "warn", event: "refused" } as const;
  tellNote(log, { ...refused, code: "shuttingDown", detail: "SNAPT ended the session" });
  tellNote(log, { ...refused, code: "revoked", detail: "laptop was revoked at SNAPT" });
  assertEquals(lines.map((line) => / reason_code=(\S+)/.exec(line)?.[1]), ["revoked"]);
});
