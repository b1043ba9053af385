import { readArguments } from "../program/arguments.ts";
import { type Command, runProgram, terminationSignal } from "../program/run_program.ts";
import { giveUp, unneededBySnapt } from "../program/unneeded_rights.ts";
import { VERSION } from "../program/version.ts";

const HELP = `snapt: the side of the servers; CNAPTs connect to it

  snapt init                 writes snapt.yaml, with comments, and the identity
  snapt invite NAME          prints a ticket for a new CNAPT: one line, a secret
      --address HOST:PORT        where that CNAPT reaches this SNAPT
      --services a,b             give it these services only
  snapt [run]                runs
  snapt list                 shows who is invited
  snapt revoke NAME          takes the invitation back and ends its session at once
  snapt status [--json]      shows who is connected
  snapt check                reads the configuration and says what is wrong

  --config FILE   instead of snapt.yaml        --help   --version
Exit codes: 0 done, 1 failed, 2 wrong usage.`;

const CONFIG = { config: "text" } as const;

const commands: Readonly<Record<string, Command>> = {
  run: async (args) => {
    const { options } = readArguments(args, [], CONFIG);
    const configFile = fileOf(options.config);
    const { loadSnaptConfig } = await import("../program/load_config.ts");
    const { runSnapt } = await import("../snapt/snapt_run.ts");
    const config = await loadSnaptConfig(configFile);
    giveUp(unneededBySnapt(config));
    await runSnapt({ configFile, config, signal: terminationSignal() });
  },
  init: async (args) => {
    const { options } = readArguments(args, [], CONFIG);
    const { snaptInit } = await import("./snapt_init.ts");
    await snaptInit(fileOf(options.config));
  },
  invite: async (args) => {
    const { positionals, options } = readArguments(args, ["the name of the CNAPT"], {
      ...CONFIG,
      address: "text",
      services: "text",
    });
    const { loadSnaptConfig } = await import("../program/load_config.ts");
    const { snaptInvite } = await import("./snapt_invite.ts");
    const configFile = fileOf(options.config);
    await snaptInvite({
      configFile,
      config: await loadSnaptConfig(configFile),
      name: positionals[0] ?? "",
      address: options.address,
      services: options.services,
    });
  },
  revoke: async (args) => {
    const { positionals, options } = readArguments(args, ["the name of the CNAPT"], CONFIG);
    const { loadSnaptConfig } = await import("../program/load_config.ts");
    const { snaptRevoke } = await import("./snapt_revoke.ts");
    const configFile = fileOf(options.config);
    await snaptRevoke(configFile, await loadSnaptConfig(configFile), positionals[0] ?? "");
  },
  list: async (args) => {
    const { options } = readArguments(args, [], CONFIG);
    const { snaptList } = await import("./snapt_list.ts");
    await snaptList(fileOf(options.config));
  },
  status: async (args) => {
    const { options } = readArguments(args, [], { ...CONFIG, json: "flag" });
    const { loadSnaptConfig } = await import("../program/load_config.ts");
    const { snaptStatus } = await import("./snapt_status.ts");
    const configFile = fileOf(options.config);
    await snaptStatus(configFile, await loadSnaptConfig(configFile), options.json);
  },
  check: async (args) => {
    const { options } = readArguments(args, [], CONFIG);
    const { loadSnaptConfig } = await import("../program/load_config.ts");
    const { snaptCheck } = await import("./snapt_check.ts");
    const configFile = fileOf(options.config);
    await snaptCheck(configFile, await loadSnaptConfig(configFile));
  },
};

/** The program `snapt`: runs a command line, returns the exit code. */
export async function snaptMain(args: readonly string[]): Promise<number> {
  return await runProgram({ name: "snapt", version: VERSION, help: HELP, commands }, args);
}

function fileOf(config: string | null): string {
  return config ?? "snapt.yaml";
}
