/**
 * What a list of firewall rules says of a port. A guess: rules can do more than is looked for here,
 * so it gives hints, and whether SNAPT is reached is only known when somebody reaches it.
 */

/** A port that others are to reach. */
export interface WantedPort {
  readonly port: number;
  readonly protocol: "tcp" | "udp";
}

/** `open`: nothing is refused that no rule names; `named`: it is, and a rule lets the port in. */
export type FirewallVerdict = "open" | "named" | "closed";

/** Reads what `nft list ruleset` prints. A packet has to pass every table. */
export function nftVerdict(text: string, wanted: WantedPort): FirewallVerdict {
  const verdicts = tablesOf(text).map((lines) => tableVerdict(lines, wanted));
  return verdicts.find((one) => one === "closed") ?? verdicts.find((one) => one === "named") ??
    "open";
}

/** Reads what `iptables -S` prints. */
export function iptablesVerdict(text: string, wanted: WantedPort): FirewallVerdict {
  const refusing = /^-P INPUT DROP$/m.test(text) ||
    /^-A INPUT -j (?:DROP|REJECT)\b/m.test(text);
  if (!refusing) return "open";
  const lets = text.split("\n").some((line) => {
    const [, ports = ""] = /--dports? (\S+)/.exec(line) ?? [];
    return /-j ACCEPT$/.test(line) && line.includes(`-p ${wanted.protocol} `) &&
      hasPort(ports.replaceAll(":", "-"), wanted.port);
  });
  return lets ? "named" : "closed";
}

/** A rule of nft without conditions that lets nothing pass. */
const REFUSES_THE_REST = /^(?:counter(?: packets \d+ bytes \d+)? )?(?:drop|reject)(?: with .*)?$/;

/** The lines of each table of IP, without what they are indented by. */
function tablesOf(text: string): readonly (readonly string[])[] {
  const tables: string[][] = [];
  let current: string[] | null = null;
  for (const line of text.split("\n")) {
    const [, family] = /^table (\S+) /.exec(line) ?? [];
    if (family !== undefined) {
      current = [];
      if (["ip", "ip6", "inet"].includes(family)) tables.push(current);
    }
    current?.push(line.trim());
  }
  return tables;
}

function tableVerdict(lines: readonly string[], wanted: WantedPort): FirewallVerdict {
  let isInput = false;
  let refuses = false;
  for (const line of lines) {
    if (line.startsWith("chain ")) isInput = false;
    if (line.startsWith("type filter hook input ")) isInput = true;
    if (isInput && (/\bpolicy drop;/.test(line) || REFUSES_THE_REST.test(line))) refuses = true;
  }
  if (!refuses) return "open";
  return lines.some((line) => /\baccept\b/.test(line) && isAbout(line, wanted))
    ? "named"
    : "closed";
}

function isAbout(line: string, { port, protocol }: WantedPort): boolean {
  const [, kind = "", one = "", several = ""] =
    /\b(tcp|udp|th) dport (?:(\d[\d-]*)|\{([^}]*)\})/.exec(line) ?? [];
  return (kind === protocol || kind === "th") && hasPort(one + several, port);
}

/** Whether a list such as `22, 7000-7999` has the port. */
function hasPort(list: string, port: number): boolean {
  return list.split(",").some((part) => {
    const [first = "", last = first] = part.trim().split("-");
    return first !== "" && Number(first) <= port && port <= Number(last);
  });
}
