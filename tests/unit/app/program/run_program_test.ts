import { command, type ProgramTable } from "../../../../lib/app/program/command_table.ts";
import {
  EXIT_REASONS,
  exitCodeOf,
  type ExitReason,
} from "../../../../lib/app/program/exit_code.ts";
import { ConfigInvalid } from "../../../../lib/config/config_invalid.ts";
import { printDocument } from "../../../../lib/app/program/show.ts";
import { runProgram } from "../../../../lib/app/program/run_program.ts";
import { CommandFailed, UsageError } from "../../../../lib/app/program/usage_error.ts";
import { assert, assertEquals } from "../../../assert.ts";

/** A program whose only command does `run`. */
function programThat(run: () => Promise<void>): ProgramTable {
  const only = command({ name: "run", summary: "runs", description: [], options: {}, run });
  return { name: "cnapt", summary: "", description: [], section: 1, files: [], commands: [only] };
}

/** What the program says on standard error when its only command ends with `error`. */
async function saidOf(
  error: Error,
  reason: ExitReason = "failed",
  args: readonly string[] = [],
): Promise<string> {
  const { write } = Deno.stderr;
  let said = "";
  Deno.stderr.write = (bytes) => {
    said += new TextDecoder().decode(bytes);
    return Promise.resolve(bytes.length);
  };
  try {
    assertEquals(
      await runProgram(programThat(() => Promise.reject(error)), args),
      exitCodeOf(reason),
    );
  } finally {
    Deno.stderr.write = write;
  }
  return said;
}

Deno.test("what a failed command quotes of others does not command the terminal", async () => {
  const quoted = "Cannot join: SNAPT says \x1b[2Jfull\x9b";
  assertEquals(
    await saidOf(new CommandFailed(quoted)),
    "Cannot join: SNAPT says \\u001b[2Jfull\\u009b\n",
  );
});

Deno.test("nor does what a mistake of ours quotes, and it still says where it is", async () => {
  const said = await saidOf(new RangeError("Cannot count \x1b[2J"));
  assert(said.startsWith("RangeError: Cannot count \\u001b[2J\n    at "), said);
});

for (const reason of EXIT_REASONS) {
  if (reason === "done" || reason === "usage") continue;
  Deno.test(`a command that fails because of ${reason} ends with its code of the table`, async () => {
    const said = await saidOf(new CommandFailed("Cannot do it: no", { exit: reason }), reason);
    assertEquals(said, "Cannot do it: no\n");
  });
}

Deno.test("a program ends with the codes of the table when it is done and when it is used wrongly", async () => {
  const table = programThat(() => Promise.resolve());
  assertEquals(await runProgram(table, []), 0);
  assertEquals(
    await saidOf(new UsageError("Cannot understand x: no"), "usage"),
    [
      "Cannot understand x: no",
      "See `cnapt --help`.\n",
    ].join("\n"),
  );
});

Deno.test("whoever uses a command wrongly is sent to the help of that command", async () => {
  const said = await saidOf(new UsageError("Cannot understand x: no"), "usage", ["run"]);
  assertEquals(said, "Cannot understand x: no\nSee `cnapt run --help`.\n");
});

Deno.test("a wrong configuration or identity is the configuration's code, whatever threw it", async () => {
  for (const name of ["ConfigInvalid", "IdentityInvalid"]) {
    const error = Object.assign(new Error("Cannot use it"), { name });
    assertEquals(await saidOf(error, "configuration"), "Cannot use it\n");
  }
});

/** A program whose command `look` prints `first`, if any, as its document, and then fails. */
function programThatLooks(first: { readonly schema: string } | null, error: Error): ProgramTable {
  const json = { kind: "flag", summary: "", prints: "document" } as const;
  const look = command({
    ...{ name: "look", summary: "looks", description: [], options: { json } },
    run: () => {
      if (first !== null) printDocument(first);
      return Promise.reject(error);
    },
  });
  return { ...programThat(() => Promise.resolve()), commands: [look] };
}

/** The documents that the program prints when `look` ends with `error`. */
async function documentsOf(
  error: Error,
  { first = null, args = ["look", "--json"] }: {
    readonly first?: { readonly schema: string } | null;
    readonly args?: readonly string[];
  } = {},
): Promise<readonly unknown[]> {
  const { log } = console;
  const { write } = Deno.stderr;
  const printed: string[] = [];
  console.log = (line: string) => printed.push(line);
  Deno.stderr.write = (bytes) => Promise.resolve(bytes.length);
  try {
    await runProgram(programThatLooks(first, error), args);
  } finally {
    console.log = log;
    Deno.stderr.write = write;
  }
  return printed.map((line) => JSON.parse(line));
}

Deno.test("a command with --json that has no document to give prints one that says why", async () => {
  const problem = { path: "limits.ring", line: 3, message: "it is too small" };
  const invalid = new ConfigInvalid("cnapt.yaml", [problem]);
  const exit = { code: 78, reason: "configuration" };
  const base = { schema: "cnapt.error/1", command: "look" };
  assertEquals(await documentsOf(invalid), [
    { ...base, error: "cnapt.yaml:3: limits.ring: it is too small", exit, problems: [problem] },
  ]);
  const failed = new CommandFailed("Cannot reload: no", { cause: invalid, exit: "configuration" });
  assertEquals(await documentsOf(failed), [
    { ...base, error: "Cannot reload: no", exit, problems: [problem] },
  ]);
  assertEquals(await documentsOf(new UsageError("Cannot"), { args: ["look", "--json", "--odd"] }), [
    {
      ...{ ...base, error: "Cannot understand --odd: there is no such option" },
      ...{ exit: { code: 2, reason: "usage" }, problems: [] },
    },
  ]);
});

Deno.test("a command that has printed its document, or is to print lines, prints no other", async () => {
  const first = { schema: "cnapt.look/1" };
  assertEquals(await documentsOf(new CommandFailed("Cannot"), { first }), [first]);
  assertEquals(await documentsOf(new CommandFailed("Cannot"), { args: ["look"] }), []);
});

Deno.test("the document of a failure has no ticket in it", async () => {
  const failed = new CommandFailed(`Cannot use cnapt1.${"A".repeat(60)}: it is cut off`);
  const [document] = await documentsOf(failed);
  assert(!JSON.stringify(document).includes("AAAA"), JSON.stringify(document));
});
