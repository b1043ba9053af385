import { CNAPT_HEAD } from "../../../../lib/app/commands/joined_site.ts";
import { parseCnaptConfig } from "../../../../lib/config/cnapt_config.ts";
import { encodeTicket } from "../../../../lib/config/ticket.ts";
import { assert, assertEquals } from "../../../assert.ts";

const SITE = `  home:\n    ticket: ${
  encodeTicket({
    name: "laptop",
    address: { host: "192.0.2.1", port: 7787 },
    site: "home",
    id: new Uint8Array(16),
    key: new Uint8Array(32),
    certificate: null,
  })
}\n`;

Deno.test("the settings that a new cnapt.yaml shows as comments are those that hold without them", () => {
  const shown = CNAPT_HEAD.match(/^# (?:timeouts|decision): \{.*\}$/gm) ?? [];
  assert(shown.length >= 3, shown.join("\n"));
  const usual = parseCnaptConfig(CNAPT_HEAD + SITE, "cnapt.yaml");
  for (const line of shown) {
    const told = parseCnaptConfig(`${CNAPT_HEAD}${SITE}${line.slice(2)}\n`, "cnapt.yaml");
    assertEquals([told.timeouts, told.decision], [usual.timeouts, usual.decision], line);
  }
});
