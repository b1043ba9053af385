import { parseIpAddress, withoutTranslation } from "./ip_address.ts";
import { isInRanges, parseSourceRange } from "./source_list.ts";

/**
 * What the registries of IANA for special-purpose addresses call not globally reachable, as far as
 * an interface may have it, and multicast. 100.64.0.0/10 is what a provider shares among customers.
 */
const NOT_PUBLIC = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
].map(parseSourceRange);

/** All that is given out for the Internet (RFC 4291), and within it what is for documents only. */
const GLOBAL_IPV6 = [parseSourceRange("2000::/3")];
const NOT_PUBLIC_IPV6 = ["2001:db8::/32", "3fff::/20"].map(parseSourceRange);

/**
 * Whether an address, in numbers, is one that the whole Internet could reach. A firewall may still
 * be in front of it.
 */
export function isPublicAddress(text: string): boolean {
  const address = parseIpAddress(text.split("%")[0] ?? "");
  if (address === null) return false;
  const end = withoutTranslation(address);
  if (end.family === 4) return !NOT_PUBLIC.some((range) => includes(range, end.value));
  return isInRanges(GLOBAL_IPV6, text) && !isInRanges(NOT_PUBLIC_IPV6, text);
}

function includes(
  { family, first, last }: ReturnType<typeof parseSourceRange>,
  value: bigint,
): boolean {
  return family === 4 && value >= first && value <= last;
}
