import { CommandFailed } from "../program/usage_error.ts";
import { FIND, LOOK } from "../server_setup/look_script.ts";
import { expectDone } from "../server_setup/script_failure.ts";
import type { ScriptSaid } from "../server_setup/remote_script.ts";
import { LookUnreadable, readLook, type ServerLook } from "../server_setup/server_look.ts";
import type { SshServer } from "../server_setup/ssh_server.ts";

/**
 * Looks what is on a server; nothing is changed there.
 *
 * @throws {CommandFailed} ssh fails, or what answers is not understood
 */
export async function lookAtServer(server: SshServer): Promise<ServerLook> {
  return readServer(await server.run(FIND + LOOK, {}), server);
}

/**
 * Reads what a script said that looks at the end.
 *
 * @throws {CommandFailed} a step failed, or what answers is not understood
 */
export function readServer(said: ScriptSaid, { name }: SshServer): ServerLook {
  expectDone(said, name);
  try {
    return readLook(said);
  } catch (cause) {
    if (!(cause instanceof LookUnreadable)) throw cause;
    throw new CommandFailed(`Cannot work on ${name}: ${cause.message}`, { cause });
  }
}
