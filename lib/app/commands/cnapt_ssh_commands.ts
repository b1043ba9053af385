/** The commands of cnapt that are there for ssh. */
import { type Command, command } from "../program/command_table.ts";
import { CNAPT_CONFIG, cnaptFile, SITE_OPTION } from "./command_options.ts";

export const CNAPT_SSH_COMMANDS: readonly Command[] = [
  command({
    name: "stdio",
    summary: "makes standard input and output the connection, for ssh's ProxyCommand",
    description: [
      "Goes through the running CNAPT, which moves the connection like every other, and starts none: " +
      "when there is none it says how, or goes straight to --fallback.",
      "While SNAPT is not reached, the connection is kept; that is said on standard error, once, and " +
      "when it is reached again.",
    ],
    words: [{ value: "SERVICE|HOST:PORT", summary: "what to connect to" }],
    options: {
      ...CNAPT_CONFIG,
      ...SITE_OPTION,
      fallback: {
        kind: "text",
        value: "HOST:PORT",
        summary: "where to go straight to while CNAPT does not run",
      },
      quiet: { kind: "flag", summary: "says nothing while all that is needed is patience" },
    },
    examples: [
      { line: 'ssh -o ProxyCommand="cnapt stdio ssh" home', what: "needs no port" },
      {
        line: "cnapt stdio ssh --fallback home.example.org:22",
        what: "as ssh would without CNAPT",
      },
    ],
    exits: ["notRunning", "noNetwork", "refused", "unanswered", "configuration"],
    run: async ({ words: [target = ""], options }) => {
      const { loadCnaptConfig } = await import("../program/load_config.ts");
      const { cnaptStdio } = await import("./cnapt_stdio.ts");
      const configFile = cnaptFile(options);
      const config = await loadCnaptConfig(configFile);
      const { site, fallback, quiet: isQuiet } = options;
      await cnaptStdio({ configFile, config }, { target, site, fallback, isQuiet });
    },
  }),
];
