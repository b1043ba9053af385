import { withAddedSite } from "../../../lib/config/added_site.ts";
import { withoutSite } from "../../../lib/config/removed_site.ts";
import { assertEquals } from "../../assert.ts";

const FILE = `# mine
status: off # quiet

sites:
  # the firm
  work:
    ticket: a
    # its own
    services:
      home: { listen: 127.0.0.1:1 }

  # at home
  home: # here
    ticket: b
# behind
log: debug
`;

Deno.test("withoutSite takes the lines of a site out and leaves every other line", () => {
  assertEquals(
    withoutSite(FILE, "home"),
    FILE.replace("  home: # here\n    ticket: b\n", ""),
  );
  const work = FILE.slice(FILE.indexOf("  work:"), FILE.indexOf("\n  # at home"));
  assertEquals(withoutSite(FILE, "work"), FILE.replace(work, ""));
});

Deno.test("withoutSite finds no site in a key of a service, of another section or in braces", () => {
  assertEquals(withoutSite("sites:\n  work:\n    home:\n      a: 1\n", "home"), null);
  assertEquals(withoutSite("sites:\n  work:\n    a: 1\nother:\n  home: 1\n", "home"), null);
  assertEquals(withoutSite("sites: { home: { ticket: a } }\n", "home"), null);
  assertEquals(withoutSite("log: debug\n", "home"), null);
});

Deno.test("withoutSite finds a name in quotes", () => {
  assertEquals(withoutSite('sites:\n  "1e3":\n    ticket: a\n', "1e3"), "sites:\n");
});

Deno.test("withoutSite takes back what withAddedSite has added", () => {
  const after = withAddedSite(FILE, ["third:", "  ticket: c"]) ?? "";
  assertEquals(withoutSite(after, "third"), FILE);
});
