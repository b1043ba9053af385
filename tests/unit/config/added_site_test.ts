import { withAddedSite } from "../../../lib/config/added_site.ts";
import { assertEquals } from "../../assert.ts";

const ENTRY = ["home:", "  ticket: T"];

for (
  const [what, before, after] of [
    ["an empty file", "", "sites:\n  home:\n    ticket: T\n"],
    ["a file without sites", "status: off", "status: off\nsites:\n  home:\n    ticket: T\n"],
    [
      "sites: with nothing in it",
      "sites: # mine\nlog: info\n",
      "sites: # mine\n  home:\n    ticket: T\nlog: info\n",
    ],
    ["sites: {}", "sites: {}  # none yet\n", "sites:  # none yet\n  home:\n    ticket: T\n"],
    [
      "another site, further settings and comments",
      "# a\nsites: # b\n  # c\n  work: # d\n    ticket: U\n    # e\n\n# f\nlog: info # g\n",
      "# a\nsites: # b\n  # c\n  work: # d\n    ticket: U\n    # e\n" +
      "  home:\n    ticket: T\n\n# f\nlog: info # g\n",
    ],
    [
      "a wider indentation",
      "sites:\n    work:\n        ticket: U\n",
      "sites:\n    work:\n        ticket: U\n    home:\n      ticket: T\n",
    ],
    [
      "a last line without an end",
      "sites:\n  work:\n    ticket: U",
      "sites:\n  work:\n    ticket: U\n  home:\n    ticket: T\n",
    ],
    [
      "an end of document",
      "sites:\n  work: { ticket: U }\n...\n",
      "sites:\n  work: { ticket: U }\n  home:\n    ticket: T\n...\n",
    ],
    ["sites in braces", "sites: { work: { ticket: U } }\n", null],
    ["a quoted key", '"sites":\n  work: { ticket: U }\n', null],
  ] as const
) {
  Deno.test(`withAddedSite extends ${what}`, () => {
    assertEquals(withAddedSite(before, ENTRY), after);
  });
}
