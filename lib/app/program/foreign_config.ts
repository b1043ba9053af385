import { CommandFailed } from "./usage_error.ts";

/** Whose a file is, as the system says it of the open file; null: this system does not say. */
export interface FileOwner {
  readonly uid: number | null;
  readonly gid: number | null;
  readonly mode: number | null;
}

const ROOT = 0;
const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;

/**
 * Refuses a configuration that was found in the current folder and can be of somebody else: whoever
 * starts the program in a shared folder would do what others wrote there. `power`: what it has a say
 * in that others must not have, null where there is nothing. Those that `--config` names are not
 * looked at: somebody chose them.
 *
 * @throws {CommandFailed} it may be of somebody else
 */
export function refuseForeign(
  file: string,
  owner: FileOwner,
  { uid, power }: { readonly uid: number | null; readonly power: string | null },
): void {
  if (power === null || uid === null) return;
  const whose = whoseElse(owner, uid);
  if (whose === null) return;
  throw new CommandFailed(
    `Cannot use ${file} of the current folder: it ${power}, and ${whose}; ` +
      `read it, and if it is what you want name it: --config ${file}`,
    { exit: "configuration" },
  );
}

/**
 * Refuses to write a secret into a file of the current folder that can be somebody else's: it would be
 * given to them.
 *
 * @throws {CommandFailed} it may be of somebody else
 */
export function refuseForeignSecret(file: string, owner: FileOwner, uid: number | null): void {
  const whose = uid === null ? null : whoseElse(owner, uid);
  if (whose === null) return;
  throw new CommandFailed(
    `Cannot write a key into ${file} of the current folder: ${whose}; go to another folder, or if ` +
      `that is what you want name it: --config ${file}`,
    { exit: "configuration" },
  );
}

/** Root's files are as good as one's own: root does not need them to do what it likes. */
function whoseElse({ uid: owner, gid, mode }: FileOwner, uid: number): string | null {
  if (owner !== null && owner !== uid && owner !== ROOT) return "it belongs to another user";
  if (mode === null) return null;
  if ((mode & OTHERS_WRITE) !== 0) return "others are allowed to write it";
  // A group with the number of its user is that user's own on the systems that make such groups.
  const isOwnGroup = gid === uid || gid === ROOT;
  return (mode & GROUP_WRITES) !== 0 && !isOwnGroup ? "its group is allowed to write it" : null;
}
