/** The table of exit codes, held against every command of both programs. */
import { CNAPT } from "../../../lib/app/commands/cnapt_commands.ts";
import { SNAPT } from "../../../lib/app/commands/snapt_commands.ts";
import type { Command, ProgramTable } from "../../../lib/app/program/command_table.ts";
import { exitCodeOf, type ExitReason } from "../../../lib/app/program/exit_code.ts";
import { runProgram } from "../../../lib/app/program/run_program.ts";
import { encodeTicket } from "../../../lib/config/ticket.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { freeAddress } from "../kit/process_pair.ts";
import { run } from "../kit/program.ts";

const TICKET = encodeTicket({
  name: "laptop",
  address: { host: "127.0.0.1", port: 1 },
  site: "home",
  id: new Uint8Array(16).fill(1),
  key: new Uint8Array(32).fill(2),
  certificate: null,
});

/** Commands of cnapt and snapt that end with `reason` by their tables. */
function endingWith(reason: ExitReason): readonly (readonly [ProgramTable, Command])[] {
  return [CNAPT, SNAPT].flatMap((table) =>
    table.commands.filter(({ exits }) => exits.includes(reason)).map((one) => [table, one] as const)
  );
}

/** Runs it in this process; what it says on standard error. */
async function saidBy(table: ProgramTable, args: readonly string[], reason: ExitReason) {
  const { write } = Deno.stderr;
  let said = "";
  Deno.stderr.write = (bytes) => {
    said += new TextDecoder().decode(bytes);
    return Promise.resolve(bytes.length);
  };
  try {
    assertEquals(await runProgram(table, args), exitCodeOf(reason), said);
  } finally {
    Deno.stderr.write = write;
  }
  return said;
}

/** A word for each that a command wants. */
function wordsFor({ name, words }: Command): readonly string[] {
  if (name === "service") return ["install"];
  const all = name === "switch" ? words : words.filter(({ optional }) => optional !== true);
  return all.map(() => "home");
}

for (const table of [CNAPT, SNAPT]) {
  for (const command of table.commands) {
    Deno.test(`${table.name} ${command.name} with an option that there is not is wrong usage`, async () => {
      const said = await saidBy(table, [command.name, "--no-such-option"], "usage");
      assert(said.startsWith("Cannot understand --no-such-option"), said);
    });
  }
}

for (const [table, command] of endingWith("configuration")) {
  if (command.name === "join") continue; // it writes the file that the others miss
  Deno.test(`${table.name} ${command.name} without a configuration ends with its code`, () =>
    inFolder(async (folder) => {
      const args = [command.name, ...wordsFor(command), "--config", `${folder}/none.yaml`];
      assert((await saidBy(table, args, "configuration")).includes("no such file"));
    }));
}

/** A folder with the configurations of both, whose status endpoints are at `address`. */
async function withConfigs(address: string, test: (folder: string) => Promise<void>) {
  await inFolder(async (folder) => {
    const site = `{ home: { ticket: ${TICKET}, services: {} } }`;
    const yaml = { cnapt: `sites: ${site}`, snapt: "services: { ssh: { to: 127.0.0.1:22 } }" };
    for (const [name, settings] of Object.entries(yaml)) {
      const text = `status: ${address}\n${settings}\n`;
      await Deno.writeTextFile(`${folder}/${name}.yaml`, text, { mode: 0o600 });
    }
    assertEquals((await run("snapt", folder, ["init"])).code, 0);
    await test(folder);
  });
}

Deno.test("every command that asks a program that does not run ends with its code", () =>
  withConfigs(freeAddress(), async (folder) => {
    for (const [table, command] of endingWith("notRunning")) {
      if (command.name === "service") continue; // it asks the system: service_test.ts
      const config = ["--config", `${folder}/${table.name}.yaml`];
      const args = [command.name, ...wordsFor(command), ...config];
      assert((await saidBy(table, args, "notRunning")).includes("is it running?"), command.name);
    }
  }));

Deno.test("a program that does not answer in time is the code for no answer", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await withConfigs(`127.0.0.1:${silent.addr.port}`, async (folder) => {
    const args = ["status", "--config", `${folder}/cnapt.yaml`];
    assert((await saidBy(CNAPT, args, "unanswered")).includes("no answer within"));
  });
});
