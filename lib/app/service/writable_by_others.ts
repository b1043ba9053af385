/** Whether others could put something else in the place of what a service starts or obeys. */

/** A file or folder on the way to a path, links followed. */
export interface PathPart {
  readonly path: string;
  readonly isFolder: boolean;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

const ROOT = 0;
/** Groups below have been there since the system was: wheel, staff, admin, who are administrators. */
const FIRST_GROUP_OF_PEOPLE = 100;
const GROUP_WRITES = 0o020;
const ALL_WRITE = 0o002;
/** In a folder with it only the owner of a file renames or removes that. */
const STICKY = 0o1000;

/**
 * Why others than root and `trusted`, by their numbers, decide what is at the end of `parts`; null:
 * they do not. A group with the number of a user that is trusted is that user's own.
 */
export function whyOthersDecide(
  parts: readonly PathPart[],
  trusted: readonly number[],
): string | null {
  const isTrusted = (id: number) => id === ROOT || trusted.includes(id);
  for (const { path, isFolder, uid, gid, mode } of parts) {
    if (!isTrusted(uid)) return `${path} belongs to the user with the number ${uid}`;
    if (isFolder && (mode & STICKY) !== 0) continue;
    if ((mode & ALL_WRITE) !== 0) return `everybody is allowed to write ${path}`;
    if ((mode & GROUP_WRITES) !== 0 && gid >= FIRST_GROUP_OF_PEOPLE && !isTrusted(gid)) {
      return `the group with the number ${gid} is allowed to write ${path}`;
    }
  }
  return null;
}
