import { parseIpAddress } from "../access/ip_address.ts";
import { isPublicAddress } from "../access/public_address.ts";
import { isInRanges, parseSourceRange } from "../access/source_list.ts";

/**
 * What a router's outer address is: `public`; `shared` by a provider among customers (RFC 6598);
 * `private`, so that there is another router before it; `none`: it is no address of a router.
 */
export type OuterAddressKind = "public" | "shared" | "private" | "none";

const SHARED = [parseSourceRange("100.64.0.0/10")];
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "192.0.0.0/24", "fc00::/7"]
  .map(parseSourceRange);

export function outerAddressKind(host: string): OuterAddressKind {
  if (parseIpAddress(host) === null) return "none";
  if (isPublicAddress(host)) return "public";
  if (isInRanges(SHARED, host)) return "shared";
  return isInRanges(PRIVATE, host) ? "private" : "none";
}

/** What is to be said of an address that nobody outside reaches; null: it is a public one. */
export function outerAddressWords(
  host: string,
): { readonly words: string; readonly remedy: string } | null {
  switch (outerAddressKind(host)) {
    case "public":
      return null;
    case "shared":
      return {
        words: `the router's own address, ${host}, is one that the provider shares among ` +
          "customers (CGNAT): nobody outside reaches it",
        remedy: "ask the provider for a public IPv4 address or for IPv6, or use a relay of your " +
          "own (docs/relay.md)",
      };
    case "private":
      return {
        words: `the router's own address, ${host}, is a private one: there is another router ` +
          "before it, and nobody outside reaches this one",
        remedy: `have the other router forward the port to ${host}, or use it as a modem only ` +
          "(bridge), or use a relay of your own (docs/relay.md)",
      };
    case "none":
      return {
        words: `the router says that its own address is ${host}, which leads nowhere`,
        remedy: "see whether the router is connected to the Internet",
      };
  }
}

/** What to do where a router opens no port for want of a public address, perhaps. */
export const UNCONNECTED_REMEDY =
  "see in the router which address it has on the side of the Internet: with one of 100.64 to " +
  "100.127, 10, 172.16 to 172.31 or 192.168 there is another NAT before it, and no forwarding " +
  "helps: ask the provider for a public address, or use a relay of your own (docs/relay.md)";
