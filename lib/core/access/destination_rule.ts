/**
 * Which destinations a CNAPT may reach through SNAPT besides its services.
 *
 * Theory of operation. A rule is `HOST:PORTS`. Where HOST is an address or a range, the rule allows
 * connecting to addresses in it, however they were named. Where HOST is a name (`db.example.org`),
 * a pattern (`*.example.org`) or `*`, the rule allows names, and then whatever ordinary address
 * they lead to: never this machine itself or its link, which no name of a stranger must reach.
 * So the name is judged first, and each of its addresses again after it was resolved.
 */
import { unreachable } from "../exhaustive.ts";
import { type IpAddress, parseIpAddress, withoutTranslation } from "./ip_address.ts";

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

/** This machine, its links and groups of machines: reached only where a range names them. */
const NEVER_BY_NAME = [
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "[::]/127",
  "[fe80::]/10",
  "[ff00::]/8",
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

/** Whether any rule could allow the destination; for a name, `isAddressAllowed` has the last word. */
export function isDestinationAllowed(
  rules: readonly DestinationRule[],
  host: string,
  port: number,
): boolean {
  const address = parseIpAddress(host);
  if (address !== null) return isAddressAllowed(rules, host, host, port);
  return rules.some((rule) => isPort(rule, port) && (rule.kind === "range" || isName(rule, host)));
}

/** Whether `address`, one of those that `host` leads to, may be connected to. */
export function isAddressAllowed(
  rules: readonly DestinationRule[],
  host: string,
  address: string,
  port: number,
): boolean {
  const parsed = parseIpAddress(address.split("%")[0] ?? "");
  if (parsed === null) return false;
  const reached = withoutTranslation(parsed);
  const open = rules.filter((rule) => isPort(rule, port));
  if (open.some((rule) => isInRange(rule, reached))) return true;
  if (NEVER_BY_NAME.some((rule) => isInRange(rule, reached))) return false;
  // A bare address is nobody's name, but `*` means every destination.
  const isNumeric = parseIpAddress(host) !== null;
  return open.some((rule) => isNumeric ? isEvery(rule) : isName(rule, host));
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
