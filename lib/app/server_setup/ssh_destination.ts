/** A server as `cnapt join` is told it: `ssh://[me@]host[:port]`. */
import { UsageError } from "../program/usage_error.ts";

/** Where the user's ssh goes. */
export interface SshDestination {
  /** Null: who ssh takes by itself. */
  readonly user: string | null;
  /** A name of the user's ssh configuration, of DNS, or an address without brackets. */
  readonly host: string;
  /** Null: the one that ssh takes by itself. */
  readonly port: number | null;
}

const SCHEME = /^ssh:\/\//i;
const WRITTEN = /^(?:([^@/]+)@)?(?:\[([^\][/]+)\]|([^@:/[\]]+))(?::(\d{1,5}))?(?:\/.*)?$/;
/** What ssh does not take for an option, and a shell does not take for more than a word. */
const USER = /^[\p{L}\p{N}_][\p{L}\p{N}_.@$+\\-]*$/u;
const HOST = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;
const ADDRESS = /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(?:%[\w.-]+)?$/;

/** Whether what was given to `join` is a server, and not a code or a ticket. */
export function isSshDestination(word: string): boolean {
  return SCHEME.test(word);
}

/**
 * Reads `ssh://[me@]host[:port][/]`.
 *
 * @throws {UsageError} it is none
 */
export function parseSshDestination(text: string): SshDestination {
  const [, user = null, address, name, port] = WRITTEN.exec(text.replace(SCHEME, "")) ?? [];
  const host = address ?? name;
  const isHost = host !== undefined && (address === undefined ? HOST : ADDRESS).test(host);
  if (!isSshDestination(text) || !isHost) {
    throw new UsageError(`Cannot join ${text}: write ssh://[USER@]HOST[:PORT]`);
  }
  if (user !== null && !USER.test(user)) {
    throw new UsageError(`Cannot join ${text}: ${user} is no name of a user`);
  }
  const number = port === undefined ? null : Number(port);
  if (number !== null && (number < 1 || number > 65_535)) {
    throw new UsageError(`Cannot join ${text}: ports go from 1 to 65535`);
  }
  return { user, host, port: number };
}

/** The text that `parseSshDestination` reads; what cnapt.yaml remembers. */
export function formatSshDestination({ user, host, port }: SshDestination): string {
  const where = host.includes(":") ? `[${host}]` : host;
  return `ssh://${user === null ? "" : `${user}@`}${where}${port === null ? "" : `:${port}`}`;
}

/** The server in a sentence: `me@home`. */
export function nameOfServer({ user, host }: SshDestination): string {
  return user === null ? host : `${user}@${host}`;
}
