import { snaptLines } from "../../../../lib/app/screen/snapt_lines.ts";
import { widthOf } from "../../../../lib/app/screen/text_width.ts";
import { snaptDocument, type SnaptSnapshot } from "../../../../lib/status/snapt_document.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { servedSession, snaptSnapshot } from "../../status/kit/snapt_snapshot.ts";
import { NASTY_NAMES } from "./kit/nasty_names.ts";

const FACTS = { version: "1.2.3", now: new Date("2026-11-28T08:00:00Z"), memoryBytes: 0 };

function documentOf(changes: Partial<SnaptSnapshot>) {
  return snaptDocument(snaptSnapshot(changes), FACTS);
}

Deno.test("the verdict comes first, then what is offered and who is connected", () => {
  const sessions = [servedSession({
    streams: 2,
    applications: [
      { stream: 1, service: "ssh", opener: "client", source: "127.0.0.1:5" },
      { stream: 2, service: "ssh", opener: "client", source: "127.0.0.1:6" },
    ],
  })];
  assertEquals(snaptLines(documentOf({ sessions }), null), [
    "Site home: 1 connected",
    "",
    "  ssh  127.0.0.1:22/tcp",
    "laptop               connected from 198.51.100.1:40000, 12 ms, heard 0.2 s ago, " +
    "2 connections, 0 flows, 0 switches",
    "  127.0.0.1          ssh (2)",
  ]);
});

Deno.test("whatever the names are, lines fit 80 columns and no control goes to the terminal", () => {
  for (const name of NASTY_NAMES) {
    const outcome = { name, address: "", reason: name } as const;
    const clientServices = [{ ...outcome, protocol: "tcp", refused: 1 }] as const;
    const applications = [{ stream: 1, service: name, opener: "client", source: name }] as const;
    const sessions = [servedSession({ client: name, from: name, clientServices, applications })];
    const services = [{ name, to: name, protocol: "tcp" }] as const;
    for (const line of snaptLines(documentOf({ site: name, sessions, services }), 80)) {
      assert(widthOf(line) <= 80, `${widthOf(line)}: ${line}`);
      assert(!/[\p{Cc}\p{Cf}]/u.test(line), JSON.stringify(line));
    }
  }
});
