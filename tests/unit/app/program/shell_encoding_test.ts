import { foreignEncoding } from "../../../../lib/app/program/shell_encoding.ts";
import { assertEquals } from "../../../assert.ts";

for (
  const [what, environment, expected] of [
    ["nothing", {}, null],
    ["an empty variable", { LC_ALL: "", LANG: "en_GB.UTF-8" }, null],
    ["UTF-8 as macOS writes it", { LC_CTYPE: "UTF-8" }, null],
    ["UTF-8 as some write it", { LANG: "C.utf8" }, null],
    ["C", { LANG: "C" }, "LANG=C"],
    ["C before all else", { LC_ALL: "C", LANG: "de_DE.UTF-8" }, "LC_ALL=C"],
    ["Latin 1", { LC_CTYPE: "de_DE.ISO-8859-1" }, "LC_CTYPE=de_DE.ISO-8859-1"],
  ] as const
) {
  Deno.test(`foreignEncoding is ${expected ?? "none"} when the shell is set to ${what}`, () => {
    const variables: Readonly<Record<string, string>> = environment;
    assertEquals(foreignEncoding((name) => variables[name]), expected);
  });
}
