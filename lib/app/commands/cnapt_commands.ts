import type { ProgramTable } from "../program/command_table.ts";
import type { ServiceNeeds } from "../service/service_needs.ts";
import { CNAPT_NETWORK_COMMANDS } from "./cnapt_network_commands.ts";
import { CNAPT_SITE_COMMANDS } from "./cnapt_site_commands.ts";
import { CNAPT_SSH_COMMANDS } from "./cnapt_ssh_commands.ts";
import { CNAPT_FILES, cnaptFile, cnaptState, stateFileRows } from "./command_options.ts";
import { completionCommand } from "./completion_command.ts";
import { serviceCommand } from "./service_command.ts";
import type { ServiceFiles } from "../service/service_owner.ts";

/** What `check` looks at, for `service install`. */
async function needsOf({ configFile }: ServiceFiles): Promise<ServiceNeeds> {
  const { loadCnaptConfig } = await import("../program/load_config.ts");
  const { cnaptNeeds } = await import("../service/service_needs.ts");
  return cnaptNeeds(await loadCnaptConfig({ file: configFile, from: "option" }));
}

/** The commands of cnapt: its command line, help, completions and man page come from here. */
export const CNAPT: ProgramTable = {
  name: "cnapt",
  summary: "keeps the connections of your programs while the network changes",
  description: [
    "cnapt runs beside the client. Programs connect to it on this machine; it relays each of their " +
    "connections to a snapt beside the servers, over the network that is there now, and moves all of " +
    "them to another network when that one gets bad, goes away, or is asked for.",
  ],
  section: 1,
  commands: [
    ...CNAPT_SITE_COMMANDS,
    ...CNAPT_NETWORK_COMMANDS,
    ...CNAPT_SSH_COMMANDS,
    serviceCommand("cnapt", CNAPT_FILES, {
      files: async (options) => {
        const found = await cnaptFile(options);
        const { folder } = await cnaptState(found, options);
        return { configFile: found.file, stateFolder: folder };
      },
      needs: needsOf,
    }),
    completionCommand("cnapt", () => CNAPT),
  ],
  otherSide: { name: "snapt", commands: ["init", "invite", "list", "revoke", "remove"] },
  files: [
    {
      line: "$CNAPT_CONFIG",
      what: "the configuration (cnapt.yaml(5)), when the variable is set and --config is not",
    },
    {
      line: "./cnapt.yaml",
      what: "otherwise; refused when it names commands and others can write it",
    },
    {
      line: "$XDG_CONFIG_HOME/cnapt/cnapt.yaml",
      what:
        "otherwise; ~/.config without the variable, on macOS ~/Library/Application Support, on " +
        "Windows %APPDATA%",
    },
    {
      line: "/etc/cnapt/cnapt.yaml",
      what: "otherwise; on macOS /Library/Application Support, on Windows %PROGRAMDATA%",
    },
    ...stateFileRows("cnapt"),
    {
      line: "cnapt.ports.json",
      what: "where services were offered last",
    },
    {
      line: "~/.ssh/cnapt.conf",
      what: "the hosts of ssh that go through CNAPT, which ~/.ssh/config includes",
    },
  ],
};
