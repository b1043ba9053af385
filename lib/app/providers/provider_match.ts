import type { ProviderConfig, ProviderMatch } from "../../config/provider_config.ts";
import type { ProviderType } from "../../core/decision/candidate.ts";
import type { NetworkInterface } from "../../net/interfaces.ts";

/** Whether an entry of `providers:` is about an interface. */
export function isAbout(
  entry: ProviderConfig,
  found: NetworkInterface,
  type: ProviderType,
): boolean {
  if (entry.interface !== null) return entry.interface === found.name;
  return entry.match !== null && matches(entry.match, found, type);
}

function matches(match: ProviderMatch, found: NetworkInterface, type: ProviderType): boolean {
  switch (match.kind) {
    case "name":
      return asPattern(match.pattern).test(found.name);
    case "type":
      return match.type === type;
    case "range":
      return found.addresses.some(({ address }) => isInRange(address, match.address, match.bits));
  }
}

function asPattern(glob: string): RegExp {
  const source = glob.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`);
}

/** Whether `address` begins with the same `bits` as `range`; never across families. */
export function isInRange(address: string, range: string, bits: number): boolean {
  const own = bitsOf(address);
  const wanted = bitsOf(range);
  return own.length === wanted.length && own.slice(0, bits) === wanted.slice(0, bits);
}

/** The bits of a numeric address as text. */
function bitsOf(address: string): string {
  if (!address.includes(":")) {
    return address.split(".").map((part) => Number(part).toString(2).padStart(8, "0")).join("");
  }
  const [head = "", tail] = address.split("::");
  const first = groupsOf(head);
  const last = groupsOf(tail ?? "");
  const missing = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  return [...first, ...Array.from({ length: missing }, () => 0), ...last]
    .map((group) => group.toString(2).padStart(16, "0")).join("");
}

function groupsOf(text: string): readonly number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
