import { userInfo } from "node:os";

/** The user that this program runs as. */
export interface UserAtWork {
  readonly name: string;
  /** Null on Windows. */
  readonly uid: number | null;
  readonly home: string;
}

/** Asks the system, and the environment for the home, which may be another. */
export function userAtWork(): UserAtWork {
  const { username, uid, homedir } = userInfo();
  return {
    name: username,
    uid: Deno.build.os === "windows" ? null : uid,
    home: Deno.env.get("HOME") ?? homedir,
  };
}
