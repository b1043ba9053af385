import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import { ListenFailed } from "../../net/listen.ts";
import { NO_ACCESS, StatusClient, StatusUnreachable } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";

/** Whoever has the port and says nothing is another program. */
const LIMIT_MS = 1_000;

/**
 * Runs a program to its end. Where it finds a port taken, and the one that has it is the same program,
 * started before, that is said: whoever types `cnapt` in a second terminal looks for no strange program.
 *
 * @throws {CommandFailed} it runs already
 * @throws {ListenFailed} a port cannot be listened on for another reason
 */
export async function runOnce(
  program: "CNAPT" | "SNAPT",
  /** Where its status endpoint is; null: off. */
  status: HostPort | null,
  run: () => Promise<unknown>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ListenFailed) || error.code !== "taken" || status === null) throw error;
    if (!await answers(program, status)) throw error;
    const name = program.toLowerCase();
    throw new CommandFailed(
      `Cannot run: ${program} runs here already, and answers at ${formatHostPort(status)}. ` +
        `\`${name} status\` shows what it does; another one beside it needs other ports`,
      { cause: error },
    );
  }
}

async function answers(program: "CNAPT" | "SNAPT", status: HostPort): Promise<boolean> {
  try {
    await new StatusClient(program, status, NO_ACCESS).get("/healthz", LIMIT_MS);
    return true;
  } catch (error) {
    if (!(error instanceof StatusUnreachable)) throw error;
    return false; // another program has the port
  }
}
