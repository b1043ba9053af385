import { readArguments } from "../program/arguments.ts";
import { type Command, runProgram, terminationSignal } from "../program/run_program.ts";
import { giveUp, unneededByCnapt } from "../program/unneeded_rights.ts";
import { VERSION } from "../program/version.ts";

const HELP = `cnapt: keeps the connections of your programs while the network changes

  cnapt join TICKET|-        writes cnapt.yaml; - reads the ticket from standard input
      --service NAME=ADDR:PORT   offer this service there (repeatable; /udp after the port of a
                                 UDP service); without it, every service on its own port
      --allow ADDRESS/LENGTH     these other hosts are allowed to use it (repeatable)
      --site NAME                the name of the site, instead of what SNAPT calls itself
  cnapt [run]                runs
  cnapt switch INTERFACE     moves to another network and prints the receipt
      --strict                   one network at a time: stop, drain, change, resume
      --site NAME                only this site, where there are several
      --json                     the receipt as JSON
      --auto                     instead of an interface: lets CNAPT choose again
  cnapt confirm [INTERFACE]  says yes to the network that CNAPT asks about
      --no                       says no
  cnapt why [--json]         which network CNAPT uses, why, and the last decisions
  cnapt providers [--probe]  the table of networks; --probe asks SNAPT over each of them now
      --json                     the same as JSON
  cnapt measure [INTERFACE]  moves 256 kB over a network and says what it carries; without a name,
                             over each that is not metered
      --json                     the same as JSON
  cnapt status [--json]      the network in use, what is connected, the last switches
  cnapt stdio SERVICE|HOST:PORT
                             standard input and output are the connection, as in
                             ssh -o ProxyCommand="cnapt stdio ssh" home
      --site NAME                through this site, where there are several
  cnapt check                reads the configuration and says what is wrong
  cnapt doctor [--json]      tries what CNAPT needs on this machine, and says what works, what does
                             not, and what to do

  --config FILE   instead of cnapt.yaml        --help   --version
Exit codes: 0 done, 1 failed, 2 wrong usage.`;

const CONFIG = { config: "text" } as const;

const commands: Readonly<Record<string, Command>> = {
  run: async (args) => {
    const { options } = readArguments(args, [], CONFIG);
    const configFile = fileOf(options.config);
    const { loadCnaptConfig } = await import("../program/load_config.ts");
    const { runCnapt } = await import("../cnapt/cnapt_run.ts");
    const config = await loadCnaptConfig(configFile);
    giveUp(unneededByCnapt(config));
    await runCnapt({ configFile, config, signal: terminationSignal() });
  },
  join: async (args) => {
    const { positionals, options } = readArguments(args, ["the ticket"], {
      ...CONFIG,
      service: "texts",
      allow: "texts",
      site: "text",
    });
    const { cnaptJoin } = await import("./cnapt_join.ts");
    await cnaptJoin({
      configFile: fileOf(options.config),
      ticket: positionals[0] ?? "",
      services: options.service,
      allow: options.allow,
      site: options.site,
    });
  },
  switch: async (args) => {
    const isAuto = args.includes("--auto");
    const { positionals, options } = readArguments(args, isAuto ? [] : ["the interface"], {
      ...CONFIG,
      site: "text",
      strict: "flag",
      json: "flag",
      auto: "flag",
    });
    const { loadCnaptConfig } = await import("../program/load_config.ts");
    if (isAuto) {
      const { cnaptRelease } = await import("./cnapt_switch.ts");
      return await cnaptRelease(await loadCnaptConfig(fileOf(options.config)));
    }
    const { cnaptSwitch } = await import("./cnapt_switch.ts");
    await cnaptSwitch(await loadCnaptConfig(fileOf(options.config)), {
      to: positionals[0] ?? "",
      site: options.site,
      isStrict: options.strict,
      isJson: options.json,
    });
  },
  confirm: async (args) => {
    const { positionals, options } = readArguments(args, interfaceIfAny(args), {
      ...CONFIG,
      no: "flag",
    });
    const { loadCnaptConfig } = await import("../program/load_config.ts");
    const { cnaptConfirm } = await import("./cnapt_confirm.ts");
    await cnaptConfirm(await loadCnaptConfig(fileOf(options.config)), {
      provider: positionals[0] ?? null,
      answer: options.no ? "no" : "yes",
    });
  },
  why: async (args) => {
    const { options } = readArguments(args, [], { ...CONFIG, json: "flag" });
    const { loadCnaptConfig } = await import("../program/load_config.ts");
    const { cnaptWhy } = await import("./cnapt_why.ts");
    await cnaptWhy(await loadCnaptConfig(fileOf(options.config)), options.json);
  },
  providers: async (args) => {
    const { options } = readArguments(args, [], { ...CONFIG, json: "flag", probe: "flag" });
    const { loadCnaptConfig } = await import("../program/load_config.ts");
    const { cnaptProviders } = await import("./cnapt_providers.ts");
    await cnaptProviders(await loadCnaptConfig(fileOf(options.config)), {
      isJson: options.json,
      isProbing: options.probe,
    });
  },
  measure: async (args) => {
    const { positionals, options } = readArguments(args, interfaceIfAny(args), {
      ...CONFIG,
      json: "flag",
    });
    const { loadCnaptConfig } = await import("../program/load_config.ts");
    const { cnaptMeasure } = await import("./cnapt_measure.ts");
    await cnaptMeasure(await loadCnaptConfig(fileOf(options.config)), {
      provider: positionals[0] ?? null,
      isJson: options.json,
    });
  },
  status: async (args) => {
    const { options } = readArguments(args, [], { ...CONFIG, json: "flag" });
    const { loadCnaptConfig } = await import("../program/load_config.ts");
    const { cnaptStatus } = await import("./cnapt_status.ts");
    await cnaptStatus(await loadCnaptConfig(fileOf(options.config)), options.json);
  },
  stdio: async (args) => {
    const { positionals, options } = readArguments(args, ["the service or HOST:PORT"], {
      ...CONFIG,
      site: "text",
    });
    const { loadCnaptConfig } = await import("../program/load_config.ts");
    const { cnaptStdio } = await import("./cnapt_stdio.ts");
    await cnaptStdio(await loadCnaptConfig(fileOf(options.config)), {
      target: positionals[0] ?? "",
      site: options.site,
    });
  },
  doctor: async (args) => {
    const { options } = readArguments(args, [], { ...CONFIG, json: "flag" });
    const { loadCnaptConfig } = await import("../program/load_config.ts");
    const { cnaptDoctor } = await import("./cnapt_doctor.ts");
    const configFile = fileOf(options.config);
    await cnaptDoctor(configFile, await loadCnaptConfig(configFile), options.json);
  },
  check: async (args) => {
    const { options } = readArguments(args, [], CONFIG);
    const { loadCnaptConfig } = await import("../program/load_config.ts");
    const { cnaptCheck } = await import("./cnapt_check.ts");
    const configFile = fileOf(options.config);
    await cnaptCheck(configFile, await loadCnaptConfig(configFile));
  },
};

/** The program `cnapt`: runs a command line, returns the exit code. */
export async function cnaptMain(args: readonly string[]): Promise<number> {
  return await runProgram({ name: "cnapt", version: VERSION, help: HELP, commands }, args);
}

/** What is wanted beside options: the name of an interface, where one was given. */
function interfaceIfAny(args: readonly string[]): readonly string[] {
  const hasName = args.some((word, index) =>
    !word.startsWith("-") && args[index - 1] !== "--config"
  );
  return hasName ? ["the interface"] : [];
}

function fileOf(config: string | null): string {
  return config ?? "cnapt.yaml";
}
