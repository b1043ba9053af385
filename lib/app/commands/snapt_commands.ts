import { type Command, command, type ProgramTable } from "../program/command_table.ts";
import { UsageError } from "../program/usage_error.ts";
import type { ServiceNeeds } from "../service/service_needs.ts";
import {
  JSON_OPTION,
  LOG_OPTIONS,
  SNAPT_FILES,
  snaptFile,
  snaptFileToExtend,
  snaptState,
  stateFileRows,
  WATCH_OPTION,
} from "./command_options.ts";
import { doctorCommand } from "./doctor_command.ts";
import { completionCommand } from "./completion_command.ts";
import { relayCommand } from "./relay_command.ts";
import { SNAPT_CLIENT_COMMANDS } from "./snapt_client_commands.ts";
import { serviceCommand } from "./service_command.ts";
import type { ServiceFiles } from "../service/service_owner.ts";

const COMMANDS: readonly Command[] = [
  command({
    name: "init",
    summary: "writes snapt.yaml, with comments, and the identity",
    description: [
      "What is there already is never overwritten; with --service a configuration that is there is " +
      "an error. Without --service it names ssh at 127.0.0.1:22.",
      "On a terminal it asks one thing, unless --mapping or --yes is there: whether SNAPT may ask " +
      "the router to open its port. `snapt` without a configuration, on a terminal, asks and does " +
      "all of it.",
    ],
    options: {
      ...SNAPT_FILES,
      service: {
        kind: "texts",
        value: "NAME=HOST:PORT",
        summary: "a server that CNAPTs are allowed to reach; /udp behind the port of a UDP service",
      },
      mapping: {
        kind: "text",
        value: "auto|off",
        summary: "whether SNAPT asks the router to open its port; off when nothing is said",
      },
      yes: { kind: "flag", summary: "for scripts: asks nothing" },
      ...JSON_OPTION,
    },
    examples: [{
      line: "snapt init --service db=10.0.0.5:5432 --service dns=127.0.0.1:53/udp --yes",
      what: "a configuration with two services",
    }],
    run: async ({ options }) => {
      const { snaptInit } = await import("./snapt_init.ts");
      const found = await snaptFileToExtend(options);
      const state = await snaptState(found, options);
      const { service: services, mapping, yes: isYes, json: isJson } = options;
      await snaptInit({ found, state, services, mapping, isYes, isJson });
    },
  }),
  ...SNAPT_CLIENT_COMMANDS,
  command({
    name: "through",
    summary: "redeems the code of a relay, by which this SNAPT is reached from then on",
    description: [
      "`snapt relay invite NAME` prints it on the relay. The relay is written into snapt.yaml, and a " +
      "SNAPT that runs goes by it at once; codes of `snapt invite` without --address go by the " +
      "first relay.",
    ],
    words: [{ value: "CODE", summary: "the code of the relay; - reads it from standard input" }],
    options: {
      ...SNAPT_FILES,
      name: { kind: "text", value: "NAME", summary: "what it is called here; else as there" },
      ...JSON_OPTION,
    },
    exits: ["noNetwork", "refused", "configuration"],
    run: async ({ words: [word = ""], options }) => {
      const { loadSnaptConfig } = await import("../program/load_config.ts");
      const { snaptThrough } = await import("./snapt_through.ts");
      const found = await snaptFile(options);
      const { paths } = await snaptState(found, options);
      await snaptThrough({
        configFile: found.file,
        keysFile: paths.relays,
        identityFile: paths.identity,
        config: await loadSnaptConfig(found),
        word,
        name: options.name,
        isJson: options.json,
      });
    },
  }),
  relayCommand(),
  command({
    name: "run",
    summary: "runs; also what happens without any command",
    description: [
      "Runs in the foreground until it is asked to end (SIGINT, SIGTERM, or its terminal is " +
      "closed); asked twice it ends at once. The log goes to standard error; on a terminal it is " +
      "what to type next and a sentence for each change.",
      "Without a terminal, as a service, SIGHUP does what `snapt reload` does.",
      "Where there is no configuration and none was named, it says on a terminal what it would do " +
      "and asks; then it makes a configuration with ssh (or the server that you name) and an " +
      "identity, prints a code as `snapt invite` does, and runs.",
    ],
    options: { ...SNAPT_FILES, ...LOG_OPTIONS },
    exits: ["unanswered", "configuration"],
    run: async ({ options }) => {
      const isJsonLog = options.json;
      if (isJsonLog) (await import("../program/open_log.ts")).failAsJson("snapt");
      const found = await snaptFile(options);
      const { runSnaptHere } = await import("./run_snapt.ts");
      await runSnaptHere(found, await snaptState(found, options), options);
    },
  }),
  command({
    name: "status",
    summary: "shows who is connected",
    description: ["First how SNAPT is, then what is wrong and what to do."],
    options: { ...SNAPT_FILES, ...WATCH_OPTION, ...JSON_OPTION },
    exits: ["notRunning", "refused", "unanswered", "configuration"],
    run: async ({ options }) => {
      const { loadSnaptConfig } = await import("../program/load_config.ts");
      const { snaptStatus } = await import("./snapt_status.ts");
      const found = await snaptFile(options);
      const { identity } = (await snaptState(found, options)).paths;
      const how = { isJson: options.json, isWatching: options.watch };
      await snaptStatus(identity, await loadSnaptConfig(found), how);
    },
  }),
  command({
    name: "switch",
    summary: "has SNAPT reached over one network alone, before another one goes",
    description: [
      "For a SNAPT that moves: it comes anew to its relays over that network, tells its CNAPTs its " +
      "addresses there and no others, and has those that come over other networks move, without a " +
      "pause. When all have moved the other network may go. A network that goes unannounced needs " +
      "none of this: CNAPTs look for SNAPT in all the places that they were told.",
    ],
    words: [{ value: "INTERFACE", summary: "the network to be reached over", optional: true }],
    options: {
      ...SNAPT_FILES,
      all: { kind: "flag", summary: "instead of an interface: over all that there are, again" },
      ...JSON_OPTION,
    },
    examples: [{ line: "snapt switch wlan0", what: "before the cable is pulled" }],
    exits: ["notRunning", "refused", "unanswered", "configuration"],
    run: async ({ words: [to], options }) => {
      if ((to === undefined) !== options.all) {
        throw new UsageError("Cannot switch: either INTERFACE or --all is wanted");
      }
      const { loadSnaptConfig } = await import("../program/load_config.ts");
      const { snaptSwitch } = await import("./snapt_switch.ts");
      const found = await snaptFile(options);
      const { identity: identityFile } = (await snaptState(found, options)).paths;
      const config = await loadSnaptConfig(found);
      await snaptSwitch({ identityFile, config, to: to ?? null, isJson: options.json });
    },
  }),
  command({
    name: "reload",
    summary: "has the running SNAPT read its configuration again",
    description: [
      "Services, destinations, client services, what each CNAPT may do, limits, timeouts, notices " +
      "and the level of the log change without touching what they do not concern; connections to " +
      "what is gone or not allowed any longer are reset. Settings that need a restart are named " +
      "and keep their value. A wrong file changes nothing.",
    ],
    options: { ...SNAPT_FILES, ...JSON_OPTION },
    exits: ["notRunning", "refused", "unanswered", "configuration"],
    run: async ({ options }) => {
      const { loadSnaptConfig } = await import("../program/load_config.ts");
      const { configToReload } = await import("./reload.ts");
      const { snaptReload } = await import("./snapt_reload.ts");
      const found = await snaptFile(options);
      const { identity } = (await snaptState(found, options)).paths;
      const config = await configToReload(loadSnaptConfig(found));
      await snaptReload(identity, config, options.json);
    },
  }),
  command({
    name: "check",
    summary: "reads the configuration and says what is wrong",
    description: ["Looks at the identity and the list of clients as well."],
    options: { ...SNAPT_FILES, ...JSON_OPTION },
    exits: ["configuration"],
    run: async ({ options }) => {
      const { loadSnaptConfig } = await import("../program/load_config.ts");
      const { snaptCheck } = await import("./snapt_check.ts");
      const found = await snaptFile(options);
      const state = await snaptState(found, options);
      await snaptCheck({ ...found, state }, await loadSnaptConfig(found), options.json);
    },
  }),
  doctorCommand("snapt", SNAPT_FILES, {
    summary: "tries what SNAPT needs on this machine, and says what to do",
    looks:
      "Ports, firewall, files and who can read them, limits, clock, whether each server answers, " +
      "and whether SNAPT is reached from outside, which a CNAPT that is connected from there shows: " +
      "what works, what does not, and what to do about it. What could not be seen is said.",
    examine: async (options) => {
      const { loadSnaptConfig } = await import("../program/load_config.ts");
      const { lookAtSnapt } = await import("./snapt_doctor.ts");
      const { runningSnapt } = await import("./running_snapt.ts");
      const found = await snaptFile(options);
      const config = await loadSnaptConfig(found);
      const state = await snaptState(found, options);
      const findings = await lookAtSnapt(found.file, state, config);
      const status = async () =>
        await (await runningSnapt(state.paths.identity, config)).get("/status.json");
      return { configFile: found.file, findings, status };
    },
  }),
];

/** What `check` looks at, for `service install`. */
async function needsOf({ configFile, stateFolder }: ServiceFiles): Promise<ServiceNeeds> {
  const { loadSnaptConfig } = await import("../program/load_config.ts");
  const { loadIdentity } = await import("../../config/identity.ts");
  const { snaptNeeds } = await import("../service/service_needs.ts");
  const config = await loadSnaptConfig({ file: configFile, from: "option" });
  const source = { file: configFile, from: "option", others: [] } as const;
  const { identity } = (await snaptState(source, { state: stateFolder })).paths;
  await loadIdentity(identity);
  return snaptNeeds(config, [identity]);
}

/** The commands of snapt: its command line, help, completions and man page come from here. */
export const SNAPT: ProgramTable = {
  name: "snapt",
  summary: "is the side of the servers; CNAPTs connect to it",
  description: [
    "snapt runs beside the servers, or where they are reached. It lets in those that were invited, " +
    "and connects what they relay to the services that its configuration names.",
  ],
  section: 8,
  commands: [
    ...COMMANDS,
    serviceCommand("snapt", SNAPT_FILES, {
      files: async (options) => {
        const found = await snaptFile(options);
        const { folder } = await snaptState(found, options);
        return { configFile: found.file, stateFolder: folder };
      },
      needs: needsOf,
    }),
    completionCommand("snapt", () => SNAPT),
  ],
  otherSide: {
    name: "cnapt",
    commands: [
      "join",
      "leave",
      "confirm",
      "why",
      "providers",
      "ping",
      "ssh-config",
      "stdio",
    ],
  },
  files: [
    {
      line: "$SNAPT_CONFIG",
      what: "the configuration (snapt.yaml(5)), when the variable is set and --config is not",
    },
    {
      line: "./snapt.yaml",
      what: "otherwise; refused when others can write it",
    },
    {
      line: "$XDG_CONFIG_HOME/snapt/snapt.yaml",
      what:
        "otherwise; ~/.config without the variable, on macOS ~/Library/Application Support, on " +
        "Windows %APPDATA%",
    },
    {
      line: "/etc/snapt/snapt.yaml",
      what: "otherwise; on macOS /Library/Application Support, on Windows %PROGRAMDATA%",
    },
    ...stateFileRows("snapt"),
    { line: "snapt.identity.json", what: "the key and certificate of this SNAPT, a secret" },
    { line: "snapt.clients.json", what: "who is invited, with their keys, a secret" },
    { line: "snapt.invitations.json", what: "the codes that were given out, a secret" },
    { line: "snapt.relays.json", what: "the keys for relays that it is reached through, a secret" },
    {
      line: "relay.yaml",
      what:
        "the configuration of `snapt relay`, in the places of snapt.yaml; relay.identity.json, " +
        "relay.snapts.json and relay.invitations.json are secrets that it writes; " +
        "relay.usage.json has what it has carried in this month",
    },
  ],
};
