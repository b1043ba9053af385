import { CommandBroken } from "../../../lib/net/command_broken.ts";
import { type PipedCommand, pipedCommand } from "../../../lib/net/piped_command.ts";
import { shellArgv } from "../../../lib/net/run_in_group.ts";
import { assert, assertEquals } from "../../assert.ts";

const ignore = Deno.build.os === "windows";
const NEVER = new AbortController().signal;

function shell(line: string, more: Partial<PipedCommand> = {}): PipedCommand {
  return { argv: shellArgv(line), input: null, mostOut: 1_000, onWords: () => {}, ...more };
}

async function* texts(...all: readonly string[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const text of all) yield await Promise.resolve(new TextEncoder().encode(text));
}

async function brokenBy(command: PipedCommand, signal = NEVER): Promise<CommandBroken> {
  try {
    await pipedCommand(command, signal);
  } catch (error) {
    assert(error instanceof CommandBroken, String(error));
    return error;
  }
  throw new Error("Cannot go on: it did not fail");
}

Deno.test("a command reads its input, says something, and its status is handed back", {
  ignore,
}, async () => {
  const words: string[] = [];
  const command = shell("cat; echo one >&2; printf two >&2; exit 7", {
    input: texts("a", "b\n"),
    onWords: (line) => words.push(line),
  });
  assertEquals(await pipedCommand(command, NEVER), { code: 7, out: "ab\n" });
  assertEquals(words, ["one", "two"]);
});

Deno.test("a command need not read what it is given", { ignore }, async () => {
  const much = "x".repeat(300_000);
  const answer = await pipedCommand(shell("exit 3", { input: texts(much, much) }), NEVER);
  assertEquals(answer, { code: 3, out: "" });
});

Deno.test("a command that says too much is ended", { ignore }, async () => {
  const error = await brokenBy(shell("while :; do echo more and more; done"));
  assert(error.outcome.includes("more than 1000 bytes"), error.outcome);
});

Deno.test("a command that is called off is ended", { ignore }, async () => {
  const control = new AbortController();
  const command = shell("echo begun >&2; exec sleep 600", { onWords: () => control.abort() });
  assertEquals((await brokenBy(command, control.signal)).code, "stopped");
  assertEquals((await brokenBy(command, control.signal)).code, "stopped");
});

Deno.test("a line of words that never ends comes in pieces", { ignore }, async () => {
  const words: string[] = [];
  await pipedCommand(
    shell("i=0; while [ $i -lt 50 ]; do printf '%0100d' 1 >&2; i=$((i+1)); done", {
      onWords: (line) => words.push(line),
    }),
    NEVER,
  );
  assertEquals(words.join("").length, 5_000);
});

Deno.test("a command that is not there cannot be started", async () => {
  const error = await brokenBy({ ...shell(""), argv: ["/no/such/ssh"] });
  assertEquals(error.code, "notStarted");
});
