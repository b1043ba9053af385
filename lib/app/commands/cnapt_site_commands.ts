/** The commands of cnapt about its configuration and this machine. */
import { type Command, command } from "../program/command_table.ts";
import { UsageError } from "../program/usage_error.ts";
import {
  CNAPT_FILES,
  cnaptFile,
  cnaptFileToExtend,
  cnaptState,
  JSON_OPTION,
  LOG_OPTIONS,
} from "./command_options.ts";
import { doctorCommand } from "./doctor_command.ts";
import { OVER_SSH_OPTIONS, SSH_OPTION } from "./over_ssh_options.ts";

export const CNAPT_SITE_COMMANDS: readonly Command[] = [
  command({
    name: "join",
    summary: "redeems a code, and writes its site into cnapt.yaml",
    description: [
      "`snapt invite` beside the servers prints a code, which is good for one CNAPT and a day: " +
      "join connects to SNAPT, and both prove that they know it. O for 0, lower case, spaces and " +
      "missing dashes do no harm; what is mistyped is named by its group. A ticket, which `snapt " +
      "invite --offline` prints, is taken without a network.",
      "The site is added to the configuration, which only its owner may read; what is in it " +
      "already stays as it is. " +
      "Without --service, every service that SNAPT announces is offered on a port of its own. On a " +
      "terminal it asks whether `ssh SITE` is to go through CNAPT; --ssh and --no-ssh say so.",
      "With ssh://USER@HOST no code is needed: over your own ssh, with its configuration, keys and " +
      "questions, it looks what is on that machine, says what is missing, asks, puts SNAPT there, " +
      "lets the system start it, invites this machine and joins. What is there already stays; " +
      "again, it does only what is missing. `cnapt leave SITE` takes it back. CNAPT_SSH names " +
      "another program than ssh.",
    ],
    words: [{
      value: "CODE",
      summary:
        "the code, the ticket, or ssh://USER@HOST:PORT; - reads it from standard input; without, " +
        "the terminal is asked",
      optional: true,
    }],
    options: {
      ...CNAPT_FILES,
      service: {
        kind: "texts",
        value: "NAME=ADDR:PORT",
        summary: "offers this service there; /udp behind the port of a UDP service",
      },
      allow: {
        kind: "texts",
        value: "ADDRESS/LENGTH",
        summary: "these other hosts are allowed to use what they reach",
      },
      site: {
        kind: "text",
        value: "NAME",
        summary: "the name of the site, instead of what SNAPT calls itself",
      },
      ssh: { kind: "flag", summary: "also does what `cnapt ssh-config SITE --write` does" },
      "no-ssh": { kind: "flag", summary: "does not ask about that" },
      ...OVER_SSH_OPTIONS,
      ...JSON_OPTION,
    },
    examples: [
      {
        line: "cnapt join home.example.org/FE98K-QYR2Q-B2QWB-54SA8-WEW7Y-AA70",
        what: "all services, on ports of their own",
      },
      {
        line: "cnapt join --service ssh=127.0.0.1:2222",
        what: "asks for the code, where neither `ps` nor the history of the shell shows it",
      },
      {
        line: "cnapt join ssh://me@home.example.org",
        what: "has SNAPT run there, after it has said what it does and was told yes",
      },
    ],
    exits: ["noNetwork", "refused", "unanswered", "configuration"],
    run: async ({ words: [word = null], options }) => {
      const { ssh, "no-ssh": isWithout } = options;
      if (ssh && isWithout) throw new UsageError("Cannot use --ssh and --no-ssh together");
      const { cnaptJoin } = await import("./cnapt_join.ts");
      const { tellRunning } = await import("./reload_if_running.ts");
      const { expectOwn } = await import("../program/load_config.ts");
      const found = await cnaptFileToExtend(options);
      await expectOwn(found);
      const configFile = found.file;
      const kept = (await cnaptState(found, options)).paths;
      await cnaptJoin({
        configFile,
        from: found.from,
        kept,
        word,
        services: options.service,
        allow: options.allow,
        site: options.site,
        ssh: ssh ? "write" : isWithout ? "skip" : "ask",
        isJson: options.json,
        over: {
          client: options.name,
          address: options.address,
          port: options.port,
          program: options.program,
          sshOptions: options["ssh-option"],
          isYes: options.yes,
        },
      });
      await tellRunning(configFile, kept.token, options.json);
    },
  }),
  command({
    name: "leave",
    summary: "takes a site and its key out of cnapt.yaml",
    description: [
      "Comments and everything else in the file stay as they are. What `cnapt ssh-config --write` " +
      "wrote for the site is taken out of ssh's configuration.",
      "A CNAPT that runs with this file reloads it.",
      "Where `cnapt join ssh://HOST` has set up the server, it says what it takes back there and " +
      "asks: this machine out of SNAPT's list, and SNAPT itself where join put it and nobody else " +
      "is invited. SNAPT's configuration stays. With ssh://USER@HOST in the place of a site, it takes " +
      "away what join has left there without any CNAPT.",
    ],
    words: [{ value: "SITE", summary: "the name of the site, or ssh://USER@HOST" }],
    options: {
      ...CNAPT_FILES,
      yes: { kind: "flag", summary: "takes that back on the server without asking" },
      "keep-server": { kind: "flag", summary: "leaves the server as it is" },
      ...SSH_OPTION,
      ...JSON_OPTION,
    },
    exits: ["unanswered", "configuration"],
    run: async ({ words: [site = ""], options }) => {
      const { yes: isYes, "keep-server": isKept } = options;
      if (isYes && isKept) throw new UsageError("Cannot use --yes and --keep-server together");
      const sshOptions = options["ssh-option"];
      const { isSshDestination } = await import("../server_setup/ssh_destination.ts");
      if (isSshDestination(site)) {
        const { leaveBareServer } = await import("./leave_over_ssh.ts");
        return await leaveBareServer(site, { sshOptions, isYes, isJson: options.json });
      }
      const { loadCnaptConfig } = await import("../program/load_config.ts");
      const { cnaptLeave } = await import("./cnapt_leave.ts");
      const found = await cnaptFile(options);
      const config = await loadCnaptConfig(found);
      await cnaptLeave({
        configFile: found.file,
        kept: (await cnaptState(found, options)).paths,
        config,
        site,
        isJson: options.json,
        server: {
          wish: isYes ? "yes" : isKept ? "keep" : "ask",
          sshOptions: options["ssh-option"],
        },
      });
    },
  }),
  command({
    name: "run",
    summary: "runs; also what happens without any command",
    description: [
      "Runs in the foreground until it is asked to end (SIGINT, SIGTERM, or its terminal is " +
      "closed); asked twice it ends at once. The log goes to standard error; on a terminal it is " +
      "what to type next and a sentence for each change.",
      "Without a terminal, as a service, SIGHUP does what `cnapt reload` does.",
    ],
    options: { ...CNAPT_FILES, ...LOG_OPTIONS },
    examples: [{
      line: "cnapt --config ~/home.yaml",
      what: "the same as `cnapt run --config ~/home.yaml`",
    }],
    exits: ["configuration"],
    run: async ({ options }) => {
      const isJsonLog = options.json;
      if (isJsonLog) (await import("../program/open_log.ts")).failAsJson("cnapt");
      const found = await cnaptFile(options);
      const { loadCnaptConfig } = await import("../program/load_config.ts");
      const { runCnapt } = await import("../cnapt/cnapt_run.ts");
      const { runOnce } = await import("./run_once.ts");
      const { wordingHere } = await import("./wording_here.ts");
      const { giveUp, unneededByCnapt } = await import("../program/unneeded_rights.ts");
      const { programSignals } = await import("../program/termination_signal.ts");
      const wording = await wordingHere("cnapt", options.verbose);
      const config = await loadCnaptConfig(found);
      const state = await cnaptState(found, options);
      giveUp(unneededByCnapt(config));
      const running = {
        source: found,
        state,
        config,
        signals: programSignals(),
        isJsonLog,
        wording,
      };
      await runOnce("CNAPT", config.status, () => runCnapt(running));
    },
  }),
  command({
    name: "reload",
    summary: "has the running CNAPT read its configuration again",
    description: [
      "Sites, services, client services, proxies and addresses of a site, who may use what, " +
      "networks, what decides, limits, timeouts, notices and the level of the log change without " +
      "touching a connection that they do not concern. Settings that need a restart are named and " +
      "keep their value. A wrong file changes nothing.",
    ],
    options: { ...CNAPT_FILES, ...JSON_OPTION },
    exits: ["notRunning", "refused", "unanswered", "configuration"],
    run: async ({ options }) => {
      const { configToReload, reload } = await import("./reload.ts");
      const { askedCnapt, runningCnapt } = await import("./running_cnapt.ts");
      const cnapt = await configToReload(askedCnapt(options));
      await reload("cnapt", runningCnapt(cnapt), options.json);
    },
  }),
  command({
    name: "check",
    summary: "reads the configuration and says what is wrong",
    description: ["Without a mistake it says what the configuration comes to."],
    options: { ...CNAPT_FILES, ...JSON_OPTION },
    exits: ["configuration"],
    run: async ({ options }) => {
      const { loadCnaptConfig } = await import("../program/load_config.ts");
      const { cnaptCheck } = await import("./cnapt_check.ts");
      const found = await cnaptFile(options);
      await cnaptCheck(
        { ...found, state: await cnaptState(found, options) },
        await loadCnaptConfig(found),
        options.json,
      );
    },
  }),
  doctorCommand("cnapt", CNAPT_FILES, {
    summary: "tries what CNAPT needs on this machine, and says what to do",
    looks:
      "Binding to each interface, every site over every network, ports, files, limits: what works, " +
      "what does not, and what to do about it.",
    examine: async (options) => {
      const { lookAtCnapt } = await import("./cnapt_doctor.ts");
      const { askedCnapt, runningCnapt } = await import("./running_cnapt.ts");
      const found = await cnaptFile(options);
      const cnapt = await askedCnapt(options);
      const findings = await lookAtCnapt(found.file, cnapt);
      const status = async () => await runningCnapt(cnapt).get("/status.json");
      return { configFile: found.file, findings, status };
    },
  }),
];
