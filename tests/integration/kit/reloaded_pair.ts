import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { type PairFiles, ProcessPair } from "./process_pair.ts";
import { asUsersDo, type ProgramName } from "./program.ts";
import { echo } from "./server_application.ts";

/** A pair whose file of one program a test may rewrite. */
export class ReloadedPair {
  readonly pair: ProcessPair;
  constructor(pair: ProcessPair) {
    this.pair = pair;
  }

  file(program: "cnapt" | "snapt"): string {
    const { snaptFolder, cnaptFolder } = this.pair;
    return `${program === "snapt" ? snaptFolder : cnaptFolder}/${program}.yaml`;
  }

  async edit(program: "cnapt" | "snapt", change: (yaml: string) => string): Promise<string> {
    const before = await Deno.readTextFile(this.file(program));
    const after = change(before);
    assert(before !== after, before);
    await Deno.writeTextFile(this.file(program), after);
    return before;
  }

  /** Edits the file and has it read; what the command said. */
  async reload(program: "cnapt" | "snapt", change: (yaml: string) => string): Promise<string> {
    await this.edit(program, change);
    const { code, out, err } = await this.pair.command(program, "reload");
    assertEquals([code, err], [0, ""]);
    return out;
  }
}

/** Whether SIGHUP has a program read its configuration again. */
export const HAS_HANGUP = Deno.build.os === "linux";

/** Without a terminal, whoever runs the tests. */
export function asServices(name: ProgramName): readonly string[] {
  return HAS_HANGUP ? ["setsid", ...asUsersDo(name)] : asUsersDo(name);
}

/** Runs `test` beside a pair, with a server that sends back what it gets, at `port`. */
export async function besidePair(
  test: (pair: ReloadedPair, port: number) => Promise<void>,
  files: PairFiles = {},
): Promise<void> {
  await inFolder(async (folder) => {
    await using server = echo();
    const launched = { ...files, launch: asServices };
    await using pair = await ProcessPair.start(folder, server.port, launched);
    await test(new ReloadedPair(pair), server.port);
  });
}
