/** Ports of client applications that a CNAPT may offer: `9100`, `8000-8099`, `5060/udp`, `*`. */
export interface PortRule {
  /** Null: both. */
  readonly protocol: "tcp" | "udp" | null;
  readonly first: number;
  readonly last: number;
}

/**
 * Reads `9100` (TCP), `8000-8099`, `5060/udp`, or `*` for every port of both protocols.
 *
 * @throws {TypeError} the text is no such rule
 */
export function parsePortRule(text: string): PortRule {
  const wanted = "write a port such as 9100 or 5060/udp, a range such as 8000-8099, or *";
  const match = /^(?:(\*)|(\d{1,5})(?:-(\d{1,5}))?)(?:\/(tcp|udp))?$/.exec(text.trim());
  if (match === null) throw new TypeError(`"${text}" is no port: ${wanted}`);
  const [, every, from, to = from, protocol] = match;
  const named = protocol === "tcp" || protocol === "udp" ? protocol : null;
  if (every !== undefined) return { protocol: named, first: 1, last: 65_535 };
  const first = Number(from);
  const last = Number(to);
  if (first >= 1 && first <= last && last <= 65_535) {
    return { protocol: named ?? "tcp", first, last };
  }
  throw new TypeError(`"${text}" is no port: ${wanted}`);
}

export function isPortAllowed(
  rules: readonly PortRule[],
  port: number,
  protocol: "tcp" | "udp",
): boolean {
  return rules.some((rule) =>
    (rule.protocol ?? protocol) === protocol && port >= rule.first && port <= rule.last
  );
}
