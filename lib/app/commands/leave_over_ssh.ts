import { showDocument } from "../documents/show_document.ts";
import { show, showAside } from "../program/show.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import {
  isNothingLeft,
  leaveLines,
  leavePlan,
  TAKE_DOWN,
  takeDownValues,
} from "../server_setup/leave_plan.ts";
import { FIND } from "../server_setup/look_script.ts";
import { expectDone } from "../server_setup/script_failure.ts";
import { parseSshDestination } from "../server_setup/ssh_destination.ts";
import { SshServer } from "../server_setup/ssh_server.ts";
import { askYes, questionTerminal } from "../program/ask_line.ts";
import { lookAtServer } from "./look_at_server.ts";

/** What becomes of the server that `join ssh://…` has set up. */
export type ServerWish = "ask" | "yes" | "keep";

/** The server of a site that is left. */
export interface LeftServer {
  /** `ssh://…`, as cnapt.yaml remembers it. */
  readonly setUpOver: string;
  /** What SNAPT calls this CNAPT; null: no site here is left, only what is there without any CNAPT. */
  readonly client: string | null;
  readonly sshOptions: readonly string[];
  readonly wish: "ask" | "yes";
  readonly isJson: boolean;
  /** Has ssh go to the server without this CNAPT from now on. */
  readonly goStraight: () => Promise<unknown>;
}

/**
 * Takes back on the server what `join ssh://…` did there, as far as nobody else needs it.
 *
 * @throws {UsageError} nobody can be asked
 * @throws {CommandFailed} the server is not reached, or a step fails there; or the answer was no, and
 *   there is no site here to be left all the same
 */
export async function leaveServer(left: LeftServer): Promise<void> {
  const { setUpOver, client, sshOptions, wish, isJson } = left;
  const terminal = wish === "yes" ? null : questionTerminal();
  if (wish === "ask" && terminal === null) {
    throw new UsageError(
      `Cannot ask what becomes of SNAPT on ${setUpOver}: there is no terminal; --yes takes this ` +
        "machine out there, --keep-server does not",
    );
  }
  const tell = isJson ? showAside : show;
  const destination = parseSshDestination(setUpOver);
  await using server = await straightServer(
    () => SshServer.find(destination, { options: sshOptions }),
    left.goStraight,
  );
  const look = await lookAtServer(server);
  if (look.config.state === "wrong") {
    throw new CommandFailed(
      `Cannot take anything back on ${server.name}: its configuration is wrong: ${look.config.problem}`,
      { exit: "configuration" },
    );
  }
  const plan = leavePlan(look, client);
  if (isNothingLeft(plan)) {
    for (const line of leaveLines(plan, look, client)) tell(`On ${server.name} this will ${line}.`);
    return tell(`On ${server.name} there is nothing to take back.`);
  }
  tell(`On ${server.name} this will, over ssh:`);
  for (const line of leaveLines(plan, look, client)) tell(`  - ${line}`);
  const question = client === null ? "Do this?" : "Do this? No leaves the site here only.";
  if (terminal !== null && !await askYes(terminal, question)) {
    if (client !== null) return tell(`${server.name} stays as it is.`);
    throw new CommandFailed(
      `Cannot leave ${server.name}: the answer was no, and nothing was changed`,
      { exit: "unanswered" },
    );
  }
  expectDone(
    await server.run(FIND + TAKE_DOWN, takeDownValues(plan, client)),
    server.name,
    "leave",
  );
  tell(`Done on ${server.name}.`);
}

/** The session that ssh goes through would end in the middle. */
async function straightServer(
  find: () => Promise<SshServer>,
  goStraight: () => Promise<unknown>,
): Promise<SshServer> {
  const server = await find();
  if (!server.settings.isThroughCnapt) return server;
  await server[Symbol.asyncDispose]();
  await goStraight();
  return await find();
}

/** The same failure, with what to do about it. */
export function withKeepServer(error: CommandFailed): CommandFailed {
  return new CommandFailed(
    `${error.message}. The site stays here; --keep-server leaves it without the server`,
    { cause: error, exit: error.exit },
  );
}

/**
 * `cnapt leave ssh://…`: takes away what `join` has left on a server that nobody is joined with.
 *
 * @throws {UsageError} it is no server, or nobody can be asked
 * @throws {CommandFailed} the server is not reached, a step fails there, or the answer was no
 */
export async function leaveBareServer(word: string, { sshOptions, isYes, isJson }: {
  readonly sshOptions: readonly string[];
  readonly isYes: boolean;
  readonly isJson: boolean;
}): Promise<void> {
  await leaveServer({
    setUpOver: word,
    client: null,
    sshOptions,
    wish: isYes ? "yes" : "ask",
    isJson,
    goStraight: () => Promise.resolve(),
  });
  if (isJson) showDocument("cnapt.leave/1", { file: null, site: null, left: [], server: word });
}
