import {
  hasNoSections,
  sectionLines,
  SshSectionTorn,
  withoutSection,
  withSection,
} from "../../../lib/config/ssh_sections.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

const HOME = ["Host home", "  User me"];
const WORK = ["Host work"];

Deno.test("withSection makes a file, adds to it, and replaces what has the same key", () => {
  const first = withSection(null, "home", HOME);
  assert(first.startsWith("# Written by"), first);
  const second = withSection(first, "work", WORK);
  assertEquals(second, `${first}\n# BEGIN cnapt: work\nHost work\n# END cnapt: work\n`);
  assertEquals(withSection(second, "home", HOME), second);
  assertEquals(
    withSection(second, "home", ["Host box"]),
    second.replace(HOME.join("\n"), "Host box"),
  );
});

Deno.test("sectionLines gives the lines of one section, and none where there is none", () => {
  const both = withSection(withSection(null, "home", HOME), "work", WORK);
  assertEquals(sectionLines(both, "home"), HOME);
  assertEquals(sectionLines(both, "work"), WORK);
  assertEquals(sectionLines(both, "hom"), []);
});

Deno.test("withoutSection takes one out, and leaves what others wrote there", () => {
  const own = withSection(null, "home", HOME) + "Host mine\n";
  const both = withSection(own, "work", WORK);
  assertEquals(withoutSection(both, "work"), own);
  const rest = withoutSection(own, "home") ?? "";
  assert(rest.endsWith("Host mine\n") && !hasNoSections(rest), rest);
  assertEquals(withoutSection(own, "hom"), null);
});

Deno.test("what is left after the last section is nothing", () => {
  assert(hasNoSections(withoutSection(withSection(null, "home", HOME), "home") ?? "none"));
});

Deno.test("a section without an end is not guessed", () => {
  const torn = "# BEGIN cnapt: home\nHost home\n";
  const within = `${torn}# BEGIN cnapt: work\n# END cnapt: work\n# END cnapt: home\n`;
  for (const text of [torn, within]) {
    assertThrows(() => withoutSection(text, "home"), SshSectionTorn, "has no");
    assertThrows(() => withSection(text, "home", HOME), SshSectionTorn, "has no");
  }
});

Deno.test("sections are found in lines that end as Windows ends them", () => {
  const text = withSection(null, "home", HOME).replaceAll("\n", "\r\n");
  assert(hasNoSections((withoutSection(text, "home") ?? "none").replaceAll("\r", "")));
});
