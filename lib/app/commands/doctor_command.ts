import type { Examined } from "../doctor/examined.ts";
import { type Command, command, type OptionSpec } from "../program/command_table.ts";
import { UsageError } from "../program/usage_error.ts";
import { JSON_OPTION } from "./command_options.ts";

/** What differs between the two programs. */
export interface DoctorOwner {
  readonly summary: string;
  /** What is looked at, for the description. */
  readonly looks: string;
  examine(options: Readonly<Record<"config" | "state", string | null>>): Promise<Examined>;
}

/** `doctor [FILE]`: the same for both programs. */
export function doctorCommand(
  name: "cnapt" | "snapt",
  config: Readonly<Record<"config" | "state", OptionSpec & { readonly kind: "text" }>>,
  owner: DoctorOwner,
): Command {
  return command({
    name: "doctor",
    summary: owner.summary,
    description: [
      owner.looks,
      "With --bundle all that a bug report needs goes into one file: versions, configuration, " +
      "findings, status. Tickets, keys, passwords and commands are taken out, and the text is shown " +
      "before it is written.",
    ],
    words: [{
      value: "FILE",
      summary: `where --bundle writes, instead of ${name}-report.txt`,
      optional: true,
      completes: "file",
    }],
    options: {
      ...config,
      bundle: { kind: "flag", summary: "writes one file for a bug report" },
      yes: { kind: "flag", summary: "writes it without showing it and without asking" },
      ...JSON_OPTION,
    },
    examples: [{ line: `${name} doctor --bundle`, what: "shows the report, asks, writes it" }],
    exits: ["unanswered", "configuration"],
    run: async ({ words: [file], options }, { commit }) => {
      if (file !== undefined && !options.bundle) {
        throw new UsageError(`Cannot understand ${file}: it is wanted with --bundle only`);
      }
      const examined = await owner.examine({ config: options.config, state: options.state });
      const { yes: isYes, json: isJson } = options;
      if (!options.bundle) {
        const { tellFindings } = await import("./tell_findings.ts");
        return tellFindings(name, examined.findings, isJson);
      }
      const { writeBundle } = await import("./doctor_bundle.ts");
      const wish = { file: file ?? `${name}-report.txt`, isYes, isJson };
      await writeBundle({ name, commit }, examined, wish);
    },
  });
}
