import { siteTaken } from "../../../../lib/app/commands/enter_cnapt.ts";
import type { AnnouncedService } from "../../../../lib/core/wire/record_message.ts";
import type { CnaptDocument } from "../../../../lib/status/cnapt_document.ts";
import { siteSnapshot } from "../../status/kit/site_snapshot.ts";
import { assertEquals } from "../../../assert.ts";

const SSH: AnnouncedService = { name: "ssh", port: 22, protocol: "tcp", compression: "none" };

function having(sites: Readonly<Record<string, readonly AnnouncedService[]>>) {
  const entries = Object.entries(sites).map(([name, services]) =>
    [name, siteSnapshot({ name, services })] as const
  );
  return { sites: Object.fromEntries(entries) } satisfies Pick<CnaptDocument, "sites">;
}

Deno.test("siteTaken is the site that is named, or the only one", () => {
  const two = having({ home: [], work: [SSH] });
  assertEquals(siteTaken(two, { target: "ssh", site: "home" }), "home");
  assertEquals(siteTaken(two, { target: "ssh", site: "nowhere" }), null);
  assertEquals(siteTaken(having({ home: [] }), { target: "a:1", site: null }), "home");
});

Deno.test("siteTaken is the site that offers it, before one that was not heard yet", () => {
  assertEquals(siteTaken(having({ home: [], work: [SSH] }), { target: "ssh", site: null }), "work");
  assertEquals(siteTaken(having({ work: [SSH], home: [] }), { target: "db", site: null }), "home");
});
