/** What stands in the configuration of ssh for the hosts that CNAPT leads to. */
import { formatHostPort, type HostPort } from "./host_port.ts";

/** One name for ssh, and where it leads. */
export interface SshHost {
  /** What is typed after `ssh`; a name without patterns. */
  readonly host: string;
  readonly site: string;
  readonly service: string;
}

/** What the blocks of a site have in common. */
export interface SshBlockContext {
  /** The words that start this program, whatever folder ssh is started in. */
  readonly program: readonly string[];
  /** The configuration of CNAPT, with its whole path. */
  readonly configFile: string;
  /** Null: who ssh takes by itself. */
  readonly user: string | null;
  /** Where to go when CNAPT does not run; null: nowhere. */
  readonly fallback: HostPort | null;
  readonly os: "windows" | "other";
}

/**
 * The lines of a `Host` block.
 *
 * @throws {TypeError} a path has something in it that ssh's configuration cannot hold
 */
export function sshBlock(
  { host, site, service }: SshHost,
  { program, configFile, user, fallback, os }: SshBlockContext,
): readonly string[] {
  const straight = fallback === null ? [] : ["--fallback", formatHostPort(fallback)];
  const words = [
    ...program,
    ...["stdio", service, "--site", site, "--config", configFile],
    ...straight,
  ];
  return [
    `Host ${host}`,
    ...(user === null ? [] : [`  User ${user}`]),
    // All hosts of the user are reached at the same place, so each needs a name for its own key.
    `  HostKeyAlias ${service}.${site}.cnapt`,
    // CNAPT notices dead peers; ssh would take a tunnel without a network for one.
    "  ServerAliveInterval 0",
    `  ProxyCommand ${proxyCommand(words, os)}`,
  ];
}

/**
 * Words as ssh hands them to the shell: ssh reads quotes and `%` before the shell reads quotes.
 *
 * @throws {TypeError} no quotes make a word of it
 */
export function proxyCommand(words: readonly string[], os: SshBlockContext["os"]): string {
  return words.map((word) => quoted(word, os).replaceAll("%", "%%")).join(" ");
}

function quoted(word: string, os: SshBlockContext["os"]): string {
  const isWindows = os === "windows";
  const broken = isWindows ? /[\p{Cc}"]|\\$/u : /[\p{Cc}\\]/u;
  if (word === "" || broken.test(word)) {
    throw new TypeError(`${JSON.stringify(word)} cannot stand in the configuration of ssh`);
  }
  if (/^[\w@+=:,./%-]+$/.test(word)) return word;
  if (isWindows) return `"${word}"`;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
