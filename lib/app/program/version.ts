/** The version of both programs. */
export const VERSION = "0.1.0";

/** What `deno task compile` puts in front of the arguments of the programs that it makes. */
export const BUILT_FROM = "--built-from=";

/** The commit that a program was compiled from, and the words that were typed behind it. */
export interface BuiltProgram {
  readonly commit: string;
  readonly args: readonly string[];
}

/** Takes what the compiler put there off; what is run from its sources is `dev`. */
export function builtProgram(args: readonly string[]): BuiltProgram {
  const [first = ""] = args;
  return first.startsWith(BUILT_FROM)
    ? { commit: first.slice(BUILT_FROM.length), args: args.slice(1) }
    : { commit: "dev", args };
}

/** The line of `--version`. */
export function versionLine(program: string, commit: string): string {
  const made = `commit ${commit}, Deno ${Deno.version.deno}, ${Deno.build.target}`;
  return `${program} ${VERSION} (${made})`;
}
