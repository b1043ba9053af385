/** What the user's ssh makes of a destination: the output of `ssh -G`. */

/** The settings that matter here. */
export interface SshSettings {
  /** The machine that it connects to: `home` may stand for 192.0.2.7. */
  readonly hostname: string;
  /** What it goes through instead of straight to that machine; null: nothing. */
  readonly through: string | null;
  /** Whether it goes through a CNAPT, which `leave` is about to cut off. */
  readonly isThroughCnapt: boolean;
  /** Options that the user has not chosen and that are good to have. */
  readonly additions: readonly string[];
  /** Whether the user shares connections already. */
  readonly isShared: boolean;
}

/**
 * So long a connection may take to come, and to say nothing. Packed, the program is a third: a
 * laptop on the road sends it in a third of the time.
 */
const ADDED = [
  ["connecttimeout", "ConnectTimeout=20"],
  ["serveraliveinterval", "ServerAliveInterval=15"],
  ["compression", "Compression=yes"],
] as const;

/** Reads what `ssh -G` said; null: it names no machine. */
export function readSshSettings(out: string): SshSettings | null {
  const values = new Map<string, string>();
  for (const line of out.split("\n")) {
    const [, key, value] = /^(\w+) (.*)$/.exec(line.trimEnd()) ?? [];
    if (key !== undefined && value !== undefined && !values.has(key)) values.set(key, value);
  }
  const hostname = values.get("hostname") ?? "";
  if (!/^[\p{L}\p{N}:][\p{L}\p{N}._:%-]*$/u.test(hostname)) return null;
  const set = (key: string) => {
    const value = values.get(key) ?? "none";
    return ["none", "no", "0"].includes(value) ? null : value;
  };
  const command = set("proxycommand");
  return {
    hostname,
    through: set("proxyjump") ?? command,
    isThroughCnapt: command !== null && /\bcnapt\b.* stdio /.test(command),
    additions: ADDED.filter(([key]) => set(key) === null).map(([, option]) => option),
    isShared: set("controlpath") !== null,
  };
}
