import { formatHostPort } from "../../config/host_port.ts";
import { type MappingWay, reachableOuter } from "../../core/mapping/mapping_way.ts";
import { MAX_OTHER_ADDRESSES } from "../../core/pairing/pairing_messages.ts";
import type { InvitedAddresses } from "./invited_addresses.ts";

/** The addresses that the router maps lead; those of this machine come after them. */
export function withMapped(
  found: InvitedAddresses,
  ways: readonly MappingWay[],
): InvitedAddresses {
  const [first, ...others] = ways.flatMap((way) => reachableOuter(way) ?? []);
  if (first === undefined) {
    const why = ways.find(({ family, words }) => family === 4 && words !== "");
    if (why === undefined || found.words === "") return found;
    return { ...found, words: `${found.words} The router was asked for that: ${why.words}.` };
  }
  const after = [...others, ...found.addresses].filter((one, index, all) =>
    formatHostPort(one) !== formatHostPort(first) &&
    all.findIndex((other) => formatHostPort(other) === formatHostPort(one)) === index
  );
  return {
    addresses: [first, ...after.slice(0, MAX_OTHER_ADDRESSES)],
    words: `CNAPT is told that SNAPT is at ${formatHostPort(first)}, which the router says it ` +
      "leads here.",
  };
}
