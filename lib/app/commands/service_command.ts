import { type Command, command, type OptionSpec } from "../program/command_table.ts";
import type { ExitReason } from "../program/exit_code.ts";
import { UsageError } from "../program/usage_error.ts";
import { JSON_OPTION } from "./command_options.ts";
import { SERVICE_ACTIONS } from "../service/service_action.ts";
import type { ServiceName } from "../service/service_plan.ts";
import type { ServiceOwner } from "../service/service_owner.ts";

const EXITS: readonly ExitReason[] = ["notRunning", "refused", "configuration"];

/** What is said with each action. */
export const SERVICE_OPTIONS = {
  user: { kind: "flag", summary: "a service of this user" },
  system: { kind: "flag", summary: "a service of the machine; root only" },
  "run-as": { kind: "text", value: "USER", summary: "whom a service of the machine runs as" },
  program: {
    kind: "text",
    value: "FILE",
    completes: "file",
    summary: "the compiled program, where it is not the one that is asked",
  },
  print: { kind: "flag", summary: "prints what install would write, and changes nothing" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** What was typed of them. */
interface ServiceOptions {
  readonly config: string | null;
  readonly state: string | null;
  readonly user: boolean;
  readonly system: boolean;
  readonly "run-as": string | null;
  readonly program: string | null;
  readonly print: boolean;
  readonly json: boolean;
}

/**
 * Does with the service `name` what `word` says.
 *
 * @throws {UsageError} there is no such action, or the options do not go together
 * @throws {CommandFailed} the configuration is wrong, or the system refuses
 */
export async function runService(
  name: ServiceName,
  word: string,
  options: ServiceOptions,
  owner: ServiceOwner,
): Promise<void> {
  const action = SERVICE_ACTIONS.find((one) => one === word);
  if (action === undefined) {
    throw new UsageError(`Cannot do ${word}: there are ${SERVICE_ACTIONS.join(", ")}`);
  }
  if (options.user && options.system) {
    throw new UsageError("Cannot do both: --user and --system exclude each other");
  }
  const { doWithService } = await import("./service_actions.ts");
  await doWithService(action, {
    program: name,
    ...await owner.files({ config: options.config, state: options.state }),
    needs: owner.needs,
    scope: options.user ? "user" : options.system ? "system" : null,
    runAs: options["run-as"],
    programFile: options.program,
    isPrint: options.print,
    isJson: options.json,
  });
}

/** `service ACTION`: the same for both programs. */
export function serviceCommand(
  name: "cnapt" | "snapt",
  config: Readonly<Record<"config" | "state", OptionSpec & { readonly kind: "text" }>>,
  owner: ServiceOwner,
): Command {
  return command({
    name: "service",
    summary: "lets the system start it, and looks after that",
    description: [
      "install writes a unit of systemd, a property list of launchd or a task of Windows, which " +
      "starts with the machine; start, stop, status and logs ask that system. Twice does no harm.",
      "An ordinary user gets a service of his own (--user), root one of the machine (--system), " +
      "which runs as the owner of the configuration or as --run-as says, closed in as far as the " +
      "configuration allows.",
    ],
    words: [{ value: "ACTION", summary: SERVICE_ACTIONS.join(", "), completes: SERVICE_ACTIONS }],
    options: {
      ...config,
      ...SERVICE_OPTIONS,
      ...JSON_OPTION,
    },
    examples: [
      { line: `${name} service install`, what: "then `service start`, or the next start does it" },
      {
        line: `sudo ${name} service install --run-as ${name} --config /etc/${name}/${name}.yaml`,
        what: "for the machine, as a user of its own",
      },
    ],
    exits: EXITS,
    run: ({ words: [word = ""], options }) => runService(name, word, options, owner),
  });
}
