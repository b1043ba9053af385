import {
  failureOf,
  readScript,
  sentScript,
} from "../../../../lib/app/server_setup/remote_script.ts";
import { shellWord } from "../../../../lib/app/server_setup/shell_word.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("what has no mark is left out, and what has one is kept in its order", () => {
  const said = readScript("m-1", "Welcome!\nm-1 note a  b\nm-2 note x\nm-1 note c\nm-1 end -\n");
  assertEquals(said?.get("note"), ["a  b", "c"]);
});

Deno.test("a script that did not come to its end has said nothing", () => {
  assertEquals(readScript("m", "m note a\n"), null);
  assertEquals(readScript("m", ""), null);
  assertEquals(readScript("m", "m ?? x\nm end -\n"), null);
});

Deno.test("a step that failed is told with its words", () => {
  const said = readScript("m", "m failed program No space left on device\n") ?? new Map();
  assertEquals(failureOf(said), { step: "program", words: "No space left on device" });
  assertEquals(failureOf(new Map([["end", ["-"]]])), null);
});

Deno.test("values are words of the shell, whatever is in them", () => {
  assertEquals(shellWord("it's $(id) `id` \\"), "'it'\\''s $(id) `id` \\'");
  const { input } = sentScript("m", "say a b", { NAME: "a'; rm -rf /; '" });
  assert(new TextDecoder().decode(input).startsWith("NAME='a'\\''; rm -rf /; '\\'''\nMARK='m'\n"));
});

Deno.test("the command has nothing that fish and csh read in another way than sh", () => {
  const { command, input } = sentScript("m", "say a b", {});
  assertEquals(
    command,
    `exec sh -c 'eval "$(dd bs=1 count=${input.length} 2>/dev/null)"'`,
  );
});
