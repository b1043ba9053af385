import { fileURLToPath } from "node:url";
import { chosenProgram, type ProgramName } from "./chosen_program.ts";

/** How this program was started. */
export interface StartedAs {
  readonly execPath: string;
  readonly mainModule: string;
  readonly isCompiled: boolean;
}

/**
 * The words that start `program` again, from whatever folder: the program itself, or Deno with its
 * sources. Where one file holds both, and is called like the other one, the word says which.
 */
export function ownCommand(
  program: ProgramName,
  { execPath, mainModule, isCompiled }: StartedAs = {
    execPath: Deno.execPath(),
    mainModule: Deno.mainModule,
    isCompiled: Deno.build.standalone,
  },
): readonly string[] {
  if (isCompiled) {
    const holdsBoth = mainModule.endsWith("/either.ts");
    const isNamedSo = chosenProgram(execPath, [], 0)?.program === program;
    return holdsBoth && !isNamedSo ? [execPath, program] : [execPath];
  }
  const main = fileURLToPath(mainModule);
  const settings = fileURLToPath(new URL("deno.json", mainModule));
  return [execPath, "run", "-q", "--config", settings, "-P=programs", main];
}
