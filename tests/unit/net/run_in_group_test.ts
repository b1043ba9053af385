import { CommandBroken } from "../../../lib/net/command_broken.ts";
import { type GroupCommand, runInGroup, shellArgv } from "../../../lib/net/run_in_group.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";

const isUnix = Deno.build.os !== "windows";
const NEVER = new AbortController().signal;

function shell(line: string, more: Partial<GroupCommand> = {}): GroupCommand {
  return { argv: shellArgv(line), env: {}, limitMs: 20_000, ...more };
}

async function brokenBy(command: GroupCommand, signal = NEVER): Promise<CommandBroken> {
  try {
    await runInGroup(command, signal);
  } catch (error) {
    assert(error instanceof CommandBroken, String(error));
    return error;
  }
  throw new Error("Cannot go on: it did not fail");
}

async function isGone(pid: number): Promise<boolean> {
  for (let i = 0; i < 2_000; i++) {
    try {
      // A zombie that nobody has waited for counts as gone.
      const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
      if (/\) Z /.test(stat)) return true;
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return false;
}

Deno.test({
  name: "a command gets its environment and is waited for",
  ignore: !isUnix,
  fn: () =>
    inFolder(async (folder) => {
      const file = `${folder}/out`;
      await runInGroup(
        shell('echo "$CNAPT_ACTION $CNAPT_PROVIDER" >"$FILE"', {
          env: { CNAPT_ACTION: "up", CNAPT_PROVIDER: "lte", FILE: file },
        }),
        NEVER,
      );
      assertEquals(await Deno.readTextFile(file), "up lte\n");
    }),
});

Deno.test({
  name: "a command that fails is reported with its status and what it said",
  ignore: !isUnix,
  fn: async () => {
    const error = await brokenBy(shell("echo no carrier >&2; echo at all >&2; exit 4"));
    assertEquals(error.code, "failed");
    assertEquals(error.outcome, "ended with status 4; it said: no carrier / at all");
    assert(error.message.includes(error.outcome), error.message);
  },
});

Deno.test("a program that is not there is reported", async () => {
  const error = await brokenBy(shell("", { argv: ["/nowhere/at/all"] }));
  assertEquals(error.code, "notStarted");
  assert(error.outcome.startsWith("cannot be started: "), error.message);
});

Deno.test({
  name: "a command that hangs is ended with all that it started when the time is over",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      const file = `${folder}/pid`;
      const line = `sleep 1000 & echo $! >"$FILE"; echo dialling >&2; wait`;
      const error = await brokenBy(shell(line, { env: { FILE: file }, limitMs: 300 }));
      assertEquals(error.code, "timedOut");
      assert(error.message.includes("within 300 ms; it said: dialling"), error.message);
      assert(await isGone(Number(await Deno.readTextFile(file))), "its child is still there");
    }),
});

Deno.test({
  name: "a command that will not end is killed",
  ignore: !isUnix,
  fn: async () => {
    const line = "trap '' TERM; while :; do sleep 0.05; done";
    assertEquals((await brokenBy(shell(line, { limitMs: 200 }))).code, "timedOut");
  },
});

Deno.test({
  name: "a command is ended when the program stops",
  ignore: !isUnix,
  fn: async () => {
    const stopping = new AbortController();
    const broken = brokenBy(shell("sleep 1000"), stopping.signal);
    stopping.abort();
    assertEquals((await broken).code, "stopped");
  },
});

Deno.test({
  name: "what a command leaves behind stays and does not hold it up",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      const file = `${folder}/pid`;
      const stopping = new AbortController();
      await runInGroup(
        shell(`sleep 1000 & echo $! >"$FILE"`, { env: { FILE: file } }),
        stopping.signal,
      );
      stopping.abort();
      const pid = Number(await Deno.readTextFile(file));
      Deno.kill(pid, "SIGKILL"); // throws when it is gone
      assert(await isGone(pid));
    }),
});
