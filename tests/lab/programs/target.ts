import type { Host } from "../kit/host.ts";

/** Where a client program connects to: the server itself, or CNAPT on the laptop. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** How long a program may take to start, initialisation included. */
export const START_LIMIT_MS = 30_000;

/** Makes a file of `megabytes` of random bytes in the home of a host's user; returns its path. */
export async function makeRandomFile(host: Host, name: string, megabytes: number): Promise<string> {
  const path = `${host.home}/${name}`;
  await host.run(["dd", "if=/dev/urandom", `of=${path}`, "bs=1M", `count=${megabytes}`]);
  return path;
}

/** The SHA-256 of a file on a host, in hexadecimal. */
export async function hashOf(host: Host, path: string): Promise<string> {
  const { stdout } = await host.run(["sha256sum", path]);
  return stdout.slice(0, 64);
}
