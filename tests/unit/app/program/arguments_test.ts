import { readArguments } from "../../../../lib/app/program/arguments.ts";
import { UsageError } from "../../../../lib/app/program/usage_error.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const KINDS = { config: "text", service: "texts", strict: "flag" } as const;

Deno.test("readArguments reads words, texts, repeated texts and flags in any order", () => {
  const args = ["--strict", "wlan0", "--service", "a=1", "--config=x.yaml", "--service=b=2"];
  const { positionals, options } = readArguments(args, ["the interface"], KINDS);
  assertEquals([...positionals], ["wlan0"]);
  assertEquals({ ...options }, { config: "x.yaml", service: ["a=1", "b=2"], strict: true });
});

Deno.test("readArguments says what is not given", () => {
  const { options } = readArguments([], [], KINDS);
  assertEquals({ ...options }, { config: null, service: [], strict: false });
});

Deno.test("readArguments takes what follows -- for words, whatever it looks like", () => {
  assertEquals([...readArguments(["--", "--strict"], ["x"], KINDS).positionals], ["--strict"]);
});

Deno.test("readArguments takes a single - for a word", () => {
  assertEquals([...readArguments(["-"], ["the ticket"], KINDS).positionals], ["-"]);
});

for (
  const [args, wanted, part] of [
    [["--confg", "x"], [], "did you mean --config?"],
    [["--xyz"], [], "no such option"],
    [["--xyz=1"], [], "Cannot understand --xyz:"],
    [["--config"], [], "--config"],
    [["--strict=yes"], [], "--strict"],
    [["-s"], [], "-s"],
    [["a"], [], "no further words"],
    [[], ["the ticket"], "the ticket is wanted"],
    [["a", "b"], ["the ticket"], "nothing else"],
    [["a"], ["this", "that"], "this and that are wanted"],
  ] as const
) {
  Deno.test(`readArguments refuses ${args.join(" ") || "nothing"}: ${part}`, () => {
    const { message } = assertThrows(() => readArguments(args, wanted, KINDS), UsageError, part);
    assertEquals(message.startsWith("Cannot "), true, message);
  });
}
