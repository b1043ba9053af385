import { type Command, command } from "../program/command_table.ts";
import { UsageError } from "../program/usage_error.ts";
import { JSON_OPTION, SNAPT_FILES } from "./command_options.ts";
import { RELAY_ACTIONS } from "./relay_action.ts";
import { relayPlaces } from "./relay_file.ts";
import { runService, SERVICE_OPTIONS } from "./service_command.ts";

/** `relay [ACTION] [NAME]`: a relay of one's own. */
export function relayCommand(): Command {
  return command({
    name: "relay",
    summary: "runs a relay, on a server that is reached, for SNAPTs that are not",
    description: [
      "init writes relay.yaml, with comments, and an identity; without a word, or with run, the relay " +
      "runs. invite NAME prints a code, which `snapt through CODE` redeems at home while the relay " +
      "runs; list shows who is invited, status who is there and what the relay carries; limit NAME " +
      "--month SIZE gives one another limit; revoke NAME ends all that one has here, within a second. " +
      "reload has the running relay read relay.yaml again, as SIGHUP does where it has no terminal: " +
      "limits, timeouts and the log change, and what needs a restart is named.",
      "service install, uninstall, start, stop, status and logs look after a service of this machine, " +
      "as `snapt service` does; it is called snapt-relay.",
      "A relay reads the name that a connection asks for in TLS and nothing else of it: it carries " +
      "bytes that only CNAPT and SNAPT can read.",
    ],
    words: [
      {
        value: "ACTION",
        summary: RELAY_ACTIONS.join(", "),
        completes: RELAY_ACTIONS,
        optional: true,
      },
      { value: "NAME", summary: "the name of the SNAPT; of service what to do", optional: true },
    ],
    options: {
      ...SNAPT_FILES,
      config: {
        ...SNAPT_FILES.config,
        summary: "relay.yaml, instead of the first that is found where snapt.yaml is looked for",
      },
      address: {
        kind: "text",
        value: "HOST:PORT",
        summary: "of invite: where this relay is reached; also without :PORT",
      },
      expires: { kind: "text", value: "TIME", summary: "for how long the code is good; 24h" },
      month: {
        kind: "text",
        value: "SIZE",
        summary:
          "of invite and limit: how much it may have carried in a calendar month, as 100GB; none",
      },
      ...SERVICE_OPTIONS,
      ...JSON_OPTION,
    },
    examples: [
      {
        line: "snapt relay invite homepc --address relay.example.org:7787",
        what: "for a SNAPT at home",
      },
      { line: "snapt relay service install", what: "then `snapt relay service start`" },
    ],
    exits: ["notRunning", "refused", "unanswered", "configuration"],
    run: async ({ words: [word = "run", name = null], options }) => {
      const action = RELAY_ACTIONS.find((one) => one === word);
      if (action === undefined) {
        throw new UsageError(`Cannot do ${word}: there are ${RELAY_ACTIONS.join(", ")}`);
      }
      if (action === "service") {
        const { RELAY_OWNER } = await import("./relay_service.ts");
        return await runService("snapt-relay", name ?? "", options, RELAY_OWNER);
      }
      const { doWithRelay } = await import("./relay_actions.ts");
      await doWithRelay(action, {
        ...await relayPlaces(options),
        isNamed: options.config !== null,
        name,
        address: options.address,
        expires: options.expires,
        month: options.month,
        isJson: options.json,
      });
    },
  });
}
