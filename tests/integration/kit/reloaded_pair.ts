import { RELOAD_ANSWER_MS } from "../../../lib/app/commands/reload.ts";
import { cnaptAccess, runningCnapt } from "../../../lib/app/commands/running_cnapt.ts";
import { formatReload, readOutcome } from "../../../lib/app/program/reload_outcome.ts";
import { StatusClient } from "../../../lib/app/program/status_client.ts";
import { parseCnaptConfig } from "../../../lib/config/cnapt_config.ts";
import { loadIdentity } from "../../../lib/config/identity.ts";
import { parseSnaptConfig } from "../../../lib/config/snapt_config.ts";
import { snaptStatusToken } from "../../../lib/config/status_token.ts";
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
    await this.write(program, after);
    return before;
  }

  /** Puts another file in the place of that of a program, at once and as a whole. */
  async write(program: "cnapt" | "snapt", yaml: string): Promise<void> {
    const file = this.file(program);
    await Deno.writeTextFile(`${file}.new`, yaml, { mode: 0o600 });
    await Deno.rename(`${file}.new`, file);
  }

  /** The endpoint of a program, as its commands reach it. */
  async endpoint(program: "cnapt" | "snapt"): Promise<StatusClient> {
    const file = this.file(program);
    const yaml = await Deno.readTextFile(file);
    if (program === "cnapt") {
      const access = await cnaptAccess(file.replace("cnapt.yaml", "cnapt.token"));
      return runningCnapt({ config: parseCnaptConfig(yaml, file), access });
    }
    const { secret } = await loadIdentity(file.replace("snapt.yaml", "snapt.identity.json"));
    const { status } = parseSnaptConfig(yaml, file);
    return new StatusClient("SNAPT", status, { token: snaptStatusToken(secret), absence: "" });
  }

  /** Edits the file and has it read; what the command would say, without starting one. */
  async reload(program: "cnapt" | "snapt", change: (yaml: string) => string): Promise<string> {
    await this.edit(program, change);
    const { body } = await (await this.endpoint(program)).post("/reload", {}, RELOAD_ANSWER_MS);
    const outcome = readOutcome(body);
    assert(outcome?.outcome === "reloaded", body);
    assertEquals(outcome.failed, []);
    return `${formatReload(outcome).join("\n")}\n`;
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
