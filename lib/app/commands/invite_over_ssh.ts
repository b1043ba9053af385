import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { showAside } from "../program/show.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { FIND } from "../server_setup/look_script.ts";
import { reachHint } from "../server_setup/reach_hint.ts";
import { expectDone } from "../server_setup/script_failure.ts";
import type { ServerLook } from "../server_setup/server_look.ts";
import { INVITE, TAKE_BACK } from "../server_setup/set_up_script.ts";
import type { SshServer } from "../server_setup/ssh_server.ts";

/** What an invitation over ssh needs. */
interface Invited {
  readonly look: ServerLook;
  readonly client: string;
  /** Where SNAPT is reached from here. */
  readonly address: HostPort;
  /** A code that nobody has redeemed is taken back first. */
  readonly isAgain: boolean;
  /** Joins with the code; the name of the site. */
  readonly join: (code: string) => Promise<string>;
}

/**
 * Has SNAPT invite this machine, and joins with the code. Where that fails, the code is taken back.
 *
 * @throws {CommandFailed} SNAPT refuses, or is not reached from here
 */
export async function inviteAndJoin(
  server: SshServer,
  { look, client, address, isAgain, join }: Invited,
): Promise<string> {
  const said = await server.run(FIND + INVITE, {
    CLIENT: client,
    ADDRESS: formatHostPort(address),
    AGAIN: isAgain ? "yes" : "no",
  });
  expectDone(said, server.name);
  const code = codeIn(said.get("invited")?.[0] ?? "");
  try {
    if (code === null) {
      throw new CommandFailed(`Cannot join ${server.name}: its snapt printed no code`);
    }
    return await join(code);
  } catch (cause) {
    await takeBack(server, client);
    if (!(cause instanceof CommandFailed) || cause.exit !== "noNetwork") throw cause;
    throw new CommandFailed(`${unreached(cause, address)} ${reachHint(look, address, server)}`, {
      cause,
      exit: cause.exit,
    });
  }
}

/** Nobody answered; or somebody else did, which was said already. */
function unreached(failed: CommandFailed, address: HostPort): string {
  if (!(failed.cause instanceof ConnFailed)) return failed.message;
  const detail = failed.cause.message.replace(/^Cannot /, "cannot ");
  return `Cannot join: SNAPT was not reached at ${formatHostPort(address)} (${detail}).`;
}

/** Nothing is left half-done: nobody can redeem a code that was not redeemed here. */
async function takeBack(server: SshServer, client: string): Promise<void> {
  try {
    expectDone(await server.run(FIND + TAKE_BACK, { CLIENT: client }), server.name);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    showAside(`${error.message}; the code for ${client} is good for a day`);
  }
}

function codeIn(line: string): string | null {
  try {
    const read: unknown = JSON.parse(line);
    const isCode = typeof read === "object" && read !== null && "code" in read;
    return isCode && typeof read.code === "string" ? read.code : null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}
