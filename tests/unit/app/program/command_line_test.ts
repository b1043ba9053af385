import { readCommandLine } from "../../../../lib/app/program/command_line.ts";
import {
  command,
  type OptionSpecs,
  type OptionValues,
  type ProgramTable,
  type WordSpec,
} from "../../../../lib/app/program/command_table.ts";
import { UsageError } from "../../../../lib/app/program/usage_error.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";

const OPTIONS = {
  config: { kind: "text", value: "FILE", summary: "the configuration" },
  service: { kind: "texts", value: "NAME", summary: "a service" },
  count: { kind: "count", value: "N", summary: "how often" },
  strict: { kind: "flag", summary: "strictly" },
} as const satisfies OptionSpecs;

const THIS: WordSpec = { value: "THIS", summary: "this one; or that" };
const MORE: WordSpec = { value: "MORE", summary: "more", optional: true };

/** What a command with these words is told when `args` are typed after it. */
async function told(args: readonly string[], words: readonly WordSpec[] = []) {
  let heard: { words: readonly string[]; options: OptionValues<typeof OPTIONS> } | null = null;
  const move = command({
    name: "move",
    summary: "moves",
    description: [],
    words,
    options: OPTIONS,
    run: (line) => {
      heard = line;
      return Promise.resolve();
    },
  });
  const table: ProgramTable = {
    name: "cnapt",
    summary: "",
    description: [],
    section: 1,
    files: [],
    commands: [move],
  };
  const { command: found, line } = await readCommandLine(table, ["move", ...args]);
  await found.run(line, { commit: "dev" });
  return heard;
}

const NOTHING = { config: null, service: [], count: null, strict: false };

Deno.test("a command line has words, texts, repeated texts, counts and flags in any order", async () => {
  const args = ["--strict", "x", "--service", "a=1", "--config=x.yaml", "--service=b=2"];
  assertEquals(await told([...args, "--count", "3"], [THIS]), {
    words: ["x"],
    options: { config: "x.yaml", service: ["a=1", "b=2"], count: 3, strict: true },
  });
});

Deno.test("what is not given is null, empty or false", async () => {
  assertEquals(await told([], [MORE]), { words: [], options: NOTHING });
});

Deno.test("what follows -- is a word, whatever it looks like", async () => {
  assertEquals(await told(["--", "--strict"], [THIS]), { words: ["--strict"], options: NOTHING });
});

Deno.test("a single - is a word", async () => {
  assertEquals(await told(["-"], [THIS]), { words: ["-"], options: NOTHING });
});

Deno.test("a ticket with its dots, dashes and = is a word", async () => {
  const ticket = "cnapt1.AB-_c=";
  assertEquals(await told([ticket], [THIS]), { words: [ticket], options: NOTHING });
});

for (
  const [args, wanted, part] of [
    [["--confg", "x"], [], "did you mean --config?"],
    [["--xyz"], [], "no such option"],
    [["--xyz=1"], [], "Cannot understand --xyz:"],
    [["--x"], [], "Cannot understand --x:"],
    [["--x=1"], [], "Cannot understand --x:"],
    [["--config"], [], "--config: it wants a value"],
    [["--config="], [], "it wants a value"],
    [["--config", "--strict"], [], "--config: it wants a value"],
    [["--config", "a", "--config", "b"], [], "--config"],
    [["--strict=perhaps"], [], "--strict"],
    [["--count", "0"], [], "0 is no number from 1"],
    [["--count", "many"], [], "many is no number"],
    [["-s"], [], "Cannot understand -s: there is no such option"],
    [["a"], [], "no further words"],
    [[], [THIS], "THIS (this one) is wanted"],
    [["a", "b"], [THIS], "nothing else"],
    [["a"], [THIS, { ...THIS, value: "THAT" }], "THIS (this one) and THAT (this one) are wanted"],
  ] as const
) {
  Deno.test(`the command line refuses ${args.join(" ") || "nothing"}: ${part}`, async () => {
    const { message } = await assertRejects(() => told(args, wanted), UsageError, part);
    assertEquals(message.startsWith("Cannot "), true, message);
  });
}
