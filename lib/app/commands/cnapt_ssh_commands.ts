/** The commands of cnapt that are there for ssh. */
import { type Command, command } from "../program/command_table.ts";
import { UsageError } from "../program/usage_error.ts";
import { CNAPT_FILES, cnaptFile, cnaptState, JSON_OPTION, SITE_OPTION } from "./command_options.ts";

export const CNAPT_SSH_COMMANDS: readonly Command[] = [
  command({
    name: "ssh-config",
    summary: "prints or writes what makes `ssh SITE` go through CNAPT",
    description: [
      "A `Host` block for each service of the site that is called ssh or has port 22: SITE for the " +
      "first, SITE-SERVICE for others. ssh, scp, rsync, git and the remote mode of editors then work " +
      "by that name, without a port.",
      "With --write the blocks go into a file of their own, cnapt.conf in the folder of ssh (~/.ssh), " +
      "which its `config` includes in front; written again they are replaced, and what was chosen with " +
      "--name, --user, --service and --fallback is kept unless it is said anew (--remove forgets " +
      "it). A `Host` of your own stays as it is: take another name then.",
    ],
    words: [{
      value: "SITE",
      summary: "the name of the site, where there are several",
      optional: true,
    }],
    options: {
      ...CNAPT_FILES,
      write: { kind: "flag", summary: "writes them where ssh finds them" },
      remove: { kind: "flag", summary: "takes out what --write wrote" },
      name: { kind: "text", value: "NAME", summary: "the host, instead of the name of the site" },
      user: { kind: "text", value: "USER", summary: "who logs in, when that is somebody else" },
      service: { kind: "text", value: "NAME", summary: "only this service, whatever its port is" },
      fallback: {
        kind: "text",
        value: "HOST:PORT",
        summary: "where ssh goes straight to while CNAPT does not run",
      },
      ...JSON_OPTION,
    },
    examples: [
      { line: "cnapt ssh-config home --user me --write", what: "then `ssh home` is all" },
      { line: "cnapt ssh-config home", what: "only prints it" },
    ],
    exits: ["configuration"],
    run: async ({ words: [site = null], options }) => {
      const { write, remove, name, user, service, fallback, json: isJson } = options;
      if (write && remove) {
        throw new UsageError("Cannot use --write and --remove together: say which");
      }
      const { loadCnaptConfig } = await import("../program/load_config.ts");
      const { cnaptSshConfig } = await import("./cnapt_ssh_config.ts");
      const found = await cnaptFile(options);
      const kept = (await cnaptState(found, options)).paths;
      await cnaptSshConfig({ configFile: found.file, kept }, await loadCnaptConfig(found), {
        hosts: { site, name, user, service, fallback },
        action: write ? "write" : remove ? "remove" : "print",
        isJson,
      });
    },
  }),
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
      ...CNAPT_FILES,
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
      const { cnaptStdio } = await import("./cnapt_stdio.ts");
      const { askedCnapt } = await import("./running_cnapt.ts");
      const { file: configFile } = await cnaptFile(options);
      const cnapt = await askedCnapt(options);
      const { site, fallback, quiet: isQuiet } = options;
      await cnaptStdio({ configFile, cnapt }, { target, site, fallback, isQuiet });
    },
  }),
];
