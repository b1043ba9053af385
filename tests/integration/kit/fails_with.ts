import { exitCodeOf, type ExitReason } from "../../../lib/app/program/exit_code.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type Finished, type ProgramName, run } from "./program.ts";

/** Runs a command of a program in a folder, and looks at how it fails. */
export type ExpectFailure = (
  name: ProgramName,
  folder: string,
  args: readonly string[],
  parts: readonly string[],
) => Promise<Finished>;

/** The command ends with `reason`, says all of `parts`, and nothing of the inside. */
export function failsWith(reason: ExitReason): ExpectFailure {
  return async (
    name,
    folder,
    args,
    parts,
  ) => {
    const finished = await run(name, folder, args);
    assertEquals([finished.code, finished.out], [exitCodeOf(reason), ""], finished.err);
    const { err } = finished;
    for (const part of parts) assert(err.includes(part), `"${part}" is not in: ${err}`);
    assert(!/\n\s+at /.test(err), `a stack is shown: ${err}`);
    return finished;
  };
}
