/**
 * Which of the two programs one file is, for what is published: a file holds both, so that nobody
 * downloads the runtime twice, and lies there under both names.
 */

/** The two programs. */
export type ProgramName = "cnapt" | "snapt";

/** A program, and the words that are left for it. */
export interface ChosenProgram {
  readonly program: ProgramName;
  readonly args: readonly string[];
}

/**
 * The program that was meant: the first word behind what the compiler put there if that is a
 * program's name (`cnapt snapt init`), else the name that the file was started by. Null: neither.
 *
 * @param startedAs `argv[0]`: the path or name that was typed, so that links keep their own
 * @param compiled how many of the `args` are the compiler's
 */
export function chosenProgram(
  startedAs: string,
  args: readonly string[],
  compiled: number,
): ChosenProgram | null {
  const word = args[compiled];
  if (isProgramName(word)) return { program: word, args: args.toSpliced(compiled, 1) };
  const file = startedAs.split(/[/\\]/).at(-1) ?? "";
  // What was downloaded may be called cnapt-x86_64-unknown-linux-gnu, or SNAPT.EXE.
  const [, program] = /^(cnapt|snapt)(?![a-z])/.exec(file.toLowerCase()) ?? [];
  return isProgramName(program) ? { program, args } : null;
}

function isProgramName(word: string | undefined): word is ProgramName {
  return word === "cnapt" || word === "snapt";
}
