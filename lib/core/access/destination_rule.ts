/**
 * Which destinations a CNAPT may reach through SNAPT besides its services.
 *
 * Theory of operation. A rule is `HOST:PORTS`. Where HOST is an address or a range, the rule allows
 * connecting to addresses in it, however they were named. Where HOST is a name (`db.example.org`),
 * a pattern (`*.example.org`) or `*`, the rule allows names, and then whatever ordinary address
 * they lead to: never this machine itself, by whichever of its addresses, or its link, or what
 * hands out the secrets of a rented machine, which no name of a stranger must reach. So the name is
 * judged first, and each of its addresses again after it was resolved. An IPv6 address that leads
 * to an IPv4 one by translation or in a tunnel is judged as that one.
 */
import { unreachable } from "../exhaustive.ts";
import { type IpAddress, isSameAddress, parseIpAddress, withoutTranslation } from "./ip_address.ts";

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export type DestinationRule =
  | {
    readonly kind: "range";
    readonly family: 4 | 6;
    readonly first: bigint;
    readonly last: bigint;
    readonly ports: PortRange;
  }
  /** `suffix`: the name ends in it, with its dot; the empty one is in every name. */
  | { readonly kind: "pattern"; readonly suffix: string; readonly ports: PortRange }
  | { readonly kind: "name"; readonly name: string; readonly ports: PortRange };

const ALL_PORTS: PortRange = { first: 1, last: 65_535 };
const BITS = { 4: 32n, 6: 128n } as const;

/**
 * This machine, its links and groups of machines, and the servers of clouds that tell a machine its
 * secrets (metadata): reached only where a range names them.
 */
const NEVER_BY_NAME = [
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "[::]/127",
  "[fe80::]/10",
  "[ff00::]/8",
  "[fec0::]/10", // once what fe80::/10 is, for a site
  "[64:ff9b:1::]/48", // which IPv4 address that leads to cannot be seen here
  "100.100.100.200", // Alibaba Cloud
  "168.63.129.16", // Azure
  "192.0.0.192", // Oracle
  "[fd00:ec2::]/32", // Amazon
  "[fd20:ce::254]", // Google
  "[fd00:c1::a9fe:a9fe]", // Oracle
  "[fd00:42::42]", // Scaleway
].map((range) => parseDestinationRule(`${range}:*`));

/**
 * Reads `10.0.0.0/8:*`, `[fd00::]/8:22`, `192.0.2.7:80-89`, `*.example.org:443`, `*:443`.
 *
 * @throws {TypeError} the text is no such rule
 */
export function parseDestinationRule(text: string): DestinationRule {
  const match = /^(?:\[([^\]]*)\](\/\d+)?|([^:[\]]*)):([^:]*)$/.exec(text.trim());
  if (match === null) {
    throw new TypeError(
      `"${text}" is no destination: write HOST:PORT, such as *.example.org:443 or 10.0.0.0/8:*`,
    );
  }
  const ports = parsePorts(match[4] ?? "", text);
  const host = match[1] === undefined ? match[3] ?? "" : `${match[1]}${match[2] ?? ""}`;
  if (/^[\d.]+(\/\d+)?$/.test(host) || match[1] !== undefined) return range(host, ports, text);
  if (host === "*") return { kind: "pattern", suffix: "", ports };
  const name = normalName(host.startsWith("*.") ? host.slice(2) : host);
  if (!/^[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*$/u.test(name)) {
    throw new TypeError(`"${text}" has no valid host: * stands for the first labels only`);
  }
  return host.startsWith("*.")
    ? { kind: "pattern", suffix: `.${name}`, ports }
    : { kind: "name", name, ports };
}

/** What is to be connected to: one of the addresses, in numbers, that `host` leads to. */
export interface ReachedAddress {
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

/** Whether any rule could allow the destination; for a name, `isAddressAllowed` has the last word. */
export function isDestinationAllowed(
  rules: readonly DestinationRule[],
  host: string,
  port: number,
): boolean {
  const address = parseIpAddress(host);
  if (address !== null) return isAddressAllowed(rules, { host, address: host, port }, []);
  return rules.some((rule) => isPort(rule, port) && (rule.kind === "range" || isName(rule, host)));
}

/** Whether the address may be connected to; `own`: those that this machine has at this moment. */
export function isAddressAllowed(
  rules: readonly DestinationRule[],
  { host, address, port }: ReachedAddress,
  own: readonly string[],
): boolean {
  const parsed = withoutZone(address);
  if (parsed === null) return false;
  const reached = withoutTranslation(parsed);
  const open = rules.filter((rule) => isPort(rule, port));
  if (isOwn(reached, own) || isOwn(parsed, own) || isNeverByName(reached)) {
    return open.some((rule) => isInRange(rule, reached) && !isEveryAddress(rule));
  }
  if (open.some((rule) => isInRange(rule, reached))) return true;
  // A bare address is nobody's name, but `*` means every destination.
  const isNumeric = parseIpAddress(host) !== null;
  return open.some((rule) => isNumeric ? isEvery(rule) : isName(rule, host));
}

function withoutZone(address: string): IpAddress | null {
  return parseIpAddress(address.split("%")[0] ?? "");
}

function isNeverByName(address: IpAddress): boolean {
  return NEVER_BY_NAME.some((rule) => isInRange(rule, address));
}

function isOwn(address: IpAddress, own: readonly string[]): boolean {
  return own.map(withoutZone).some((one) => one !== null && isSameAddress(one, address));
}

/** Lower case and without the dot that means the root. */
function normalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function range(host: string, ports: PortRange, text: string): DestinationRule {
  const [base = "", length] = host.split("/");
  const address = parseIpAddress(base);
  if (address === null) throw new TypeError(`"${text}" has no valid address: ${base}`);
  const bits = BITS[address.family];
  const prefix = length === undefined ? bits : BigInt(length);
  if (prefix > bits) throw new TypeError(`"${text}" has no valid range: /${length} is too long`);
  const size = 1n << (bits - prefix);
  const first = address.value / size * size;
  return { kind: "range", family: address.family, first, last: first + size - 1n, ports };
}

function parsePorts(text: string, rule: string): PortRange {
  if (text === "*") return ALL_PORTS;
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match !== null && first >= 1 && first <= last && last <= 65_535) return { first, last };
  throw new TypeError(`"${rule}" has no valid port: write a number, 8000-8099 or *`);
}

function isPort({ ports }: DestinationRule, port: number): boolean {
  return port >= ports.first && port <= ports.last;
}

function isInRange(rule: DestinationRule, { family, value }: IpAddress): boolean {
  return rule.kind === "range" && rule.family === family && value >= rule.first &&
    value <= rule.last;
}

/** 0.0.0.0/0 and ::/0 name nothing in particular, no more than `*` does. */
function isEveryAddress(rule: DestinationRule): boolean {
  return rule.kind === "range" && rule.last - rule.first + 1n === 1n << BITS[rule.family];
}

function isEvery(rule: DestinationRule): boolean {
  return rule.kind === "pattern" && rule.suffix === "";
}

function isName(rule: DestinationRule, host: string): boolean {
  const name = normalName(host);
  switch (rule.kind) {
    case "range":
      return false;
    case "pattern":
      return name.endsWith(rule.suffix) && name.length > rule.suffix.length;
    case "name":
      return name === rule.name;
    default:
      return unreachable(rule);
  }
}
