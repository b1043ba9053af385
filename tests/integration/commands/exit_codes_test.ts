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
import { run, Running } from "../kit/program.ts";

const TICKET = encodeTicket({
  name: "laptop",
  address: { host: "127.0.0.1", port: 1 },
  site: "home",
  id: new Uint8Array(16).fill(1),
  key: new Uint8Array(32).fill(2),
  certificate: null,
});

/** What is tried elsewhere: it takes more than a program that asks another. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "cnapt join: noNetwork": "pairing_test.ts",
  "cnapt join: refused": "pairing_test.ts",
  "cnapt join: configuration": "cnapt_commands_test.ts", // it writes the file that others miss
  "cnapt join: unanswered": "join_over_ssh_test.ts", // a question, as of the two below
  "cnapt leave: unanswered": "join_over_ssh_test.ts",
  "snapt run: unanswered": "first_run_test.ts",
  "cnapt measure: noNetwork": "exit_codes_test.ts",
  "cnapt service: refused": "../../lab/service_test.ts",
  "snapt service: refused": "../../lab/service_test.ts",
  "snapt doctor: unanswered": "new_commands_test.ts", // both have it from one row
  "cnapt doctor: unanswered": "new_commands_test.ts", // a question to whoever sits there
  "snapt through: noNetwork": "relay_commands_test.ts", // it asks a relay
  "snapt through: refused": "relay_commands_test.ts",
  "snapt relay: notRunning": "relay_commands_test.ts", // it has a configuration of its own
  "snapt relay: refused": "relay_commands_test.ts",
  "snapt relay: unanswered": "relay_commands_test.ts",
  "cnapt switch: noNetwork": "exit_codes_test.ts",
  "cnapt confirm: noNetwork": "exit_codes_test.ts",
  "cnapt ping: noNetwork": "new_commands_test.ts",
  "cnapt stdio: noNetwork": "stdio_ends_test.ts",
  "cnapt service: notRunning": "service_test.ts", // it asks the system
  "snapt service: notRunning": "service_test.ts",
};

function isElsewhere({ name }: ProgramTable, command: Command, reason: ExitReason): boolean {
  return Object.hasOwn(ELSEWHERE, `${name} ${command.name}: ${reason}`);
}

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
  if (isElsewhere(table, command, "configuration")) continue;
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
    await Deno.writeTextFile(`${folder}/cnapt.token`, "5e".repeat(32), { mode: 0o600 });
    assertEquals((await run("snapt", folder, ["init"])).code, 0);
    await test(folder);
  });
}

Deno.test("every command that asks a program that does not run ends with its code", () =>
  withConfigs(freeAddress(), async (folder) => {
    for (const [table, command] of endingWith("notRunning")) {
      if (isElsewhere(table, command, "notRunning")) continue;
      const config = ["--config", `${folder}/${table.name}.yaml`];
      const args = [command.name, ...wordsFor(command), ...config];
      assert((await saidBy(table, args, "notRunning")).includes("is it running?"), command.name);
    }
  }));

/** Does `work` while nobody is waited for longer than a moment. */
async function impatiently(work: () => Promise<void>): Promise<void> {
  const { timeout } = AbortSignal;
  AbortSignal.timeout = () => timeout.call(AbortSignal, 20);
  try {
    await work();
  } finally {
    AbortSignal.timeout = timeout;
  }
}

/** The commands of `table` that ask the program that runs at `address` end with `reason`. */
async function eachAsking(table: ProgramTable, address: string, reason: ExitReason, part: string) {
  await withConfigs(address, async (folder) => {
    for (const [{ name }, command] of endingWith(reason)) {
      if (name !== table.name || isElsewhere(table, command, reason)) continue;
      const isAboutSomebody = command.name === "revoke" || command.name === "remove";
      const invite = ["invite", "home", "--offline", "--address", "h:1"];
      if (isAboutSomebody) assertEquals((await run("snapt", folder, invite)).code, 0);
      const args = [command.name, ...wordsFor(command), "--config", `${folder}/${name}.yaml`];
      const said = await saidBy(table, args, reason);
      assert(said.includes(part), `${command.name}: ${said}`);
      if (isAboutSomebody) await Deno.remove(`${folder}/snapt.clients.json`);
    }
  });
}

for (const table of [CNAPT, SNAPT]) {
  Deno.test(`every command of ${table.name} that gets no answer in time ends with its code`, async () => {
    using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const address = `127.0.0.1:${silent.addr.port}`;
    await impatiently(() => eachAsking(table, address, "unanswered", "no answer within"));
  });

  Deno.test(`every command of ${table.name} that is refused ends with its code`, async () => {
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response("{}", { status: 401, headers: { server: table.name } }),
    );
    try {
      const address = `127.0.0.1:${server.addr.port}`;
      await eachAsking(table, address, "refused", "it refuses the token");
    } finally {
      await server.shutdown();
    }
  });
}

Deno.test("cnapt confirm of a network over which SNAPT is not reached ends with its code", async () => {
  const failed = { outcome: "failed", provider: "lte", error: "Cannot use lte: so it is" };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => Response.json(failed, { status: 409, headers: { server: "cnapt" } }),
  );
  try {
    await withConfigs(`127.0.0.1:${server.addr.port}`, async (folder) => {
      const args = ["confirm", "--config", `${folder}/cnapt.yaml`];
      assertEquals(await saidBy(CNAPT, args, "noNetwork"), `${failed.error}\n`);
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("cnapt measure when nothing reaches SNAPT ends with its code", async () => {
  const failed = { provider: "lte", problem: "did not answer", down: null, up: null };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) =>
      Response.json(
        new URL(request.url).pathname === "/measure"
          ? { home: [failed] }
          : { sites: { home: { state: "connecting", refusal: null } } },
        { headers: { server: "cnapt" } },
      ),
  );
  const { log } = console;
  try {
    console.log = () => {}; // what it prints is not about the code
    await withConfigs(`127.0.0.1:${server.addr.port}`, async (folder) => {
      const said = await saidBy(
        CNAPT,
        ["measure", "--config", `${folder}/cnapt.yaml`],
        "noNetwork",
      );
      assert(said.includes("no network carried anything"), said);
    });
  } finally {
    console.log = log;
    await server.shutdown();
  }
});

Deno.test("snapt revoke where somebody else answers in SNAPT's place has failed", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("hello"),
  );
  try {
    await withConfigs(`127.0.0.1:${server.addr.port}`, async (folder) => {
      const invite = ["invite", "home", "--offline", "--address", "h:1"];
      assertEquals((await run("snapt", folder, invite)).code, 0);
      const args = ["revoke", "home", "--config", `${folder}/snapt.yaml`];
      assert((await saidBy(SNAPT, args, "failed")).includes("is no SNAPT"));
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("cnapt switch while SNAPT is not reached ends with its code", () =>
  withConfigs(freeAddress(), async (folder) => {
    await using cnapt = new Running("cnapt", folder);
    await cnapt.line(/ started /);
    const args = ["switch", "eth0", "--config", `${folder}/cnapt.yaml`];
    const said = await saidBy(CNAPT, args, "noNetwork");
    assert(said.startsWith("Cannot switch home: there is no session with SNAPT"), said);
  }));

Deno.test("every code that a command may end with is tried here or where it is said", async () => {
  const here: readonly ExitReason[] = ["configuration", "notRunning", "unanswered", "refused"];
  for (const table of [CNAPT, SNAPT]) {
    for (const command of table.commands) {
      for (const reason of command.exits) {
        const key = `${table.name} ${command.name}: ${reason}`;
        const file = ELSEWHERE[key];
        assert(file !== undefined || here.includes(reason), `nothing tries ${key}`);
        if (file === undefined) continue;
        const text = await Deno.readTextFile(new URL(file, import.meta.url));
        const code = exitCodeOf(reason);
        assert(text.includes(`"${reason}"`) || new RegExp(`\\b${code}\\b`).test(text), key);
      }
    }
  }
});
