import { parseIpAddress } from "../../core/access/ip_address.ts";
import { isPublicAddress } from "../../core/access/public_address.ts";
import { unreachable } from "../../core/exhaustive.ts";
import type { Via } from "../../net/via.ts";
import type { Provider } from "../network/provider.ts";
import type { PlaceTarget } from "./place_target.ts";

/**
 * How far a place seems to be over a network, before anybody has answered there: 0 for an address of
 * the network itself, 1 for what may be anywhere, 2 for a relay, 3 for an address that means
 * something in another network only. It says what is tried first, and nothing else.
 */
export type PlaceDistance = 0 | 1 | 2 | 3;

/** Networks at home and in offices are rarely larger; a wrong guess costs one dial. */
const NEAR_BITS = { 4: 24n, 6: 64n } as const;
const ALL_BITS = { 4: 32n, 6: 128n } as const;

export function distanceOf(target: PlaceTarget, { via }: Pick<Provider, "via">): PlaceDistance {
  if (target.by === "relay") return 2;
  const prefix = prefixOf(target.host);
  if (prefix === null) return 1; // a name
  if (addressesOf(via).some((address) => prefixOf(address) === prefix)) return 0;
  return isPublicAddress(target.host) ? 1 : 3;
}

function addressesOf(via: Via): readonly string[] {
  switch (via.kind) {
    case "any":
      return [];
    case "address":
      return [via.address];
    case "device":
      return via.addresses;
    default:
      return unreachable(via);
  }
}

function prefixOf(text: string): string | null {
  const address = parseIpAddress(text.split("%")[0] ?? "");
  if (address === null) return null;
  const { family, value } = address;
  return `${family} ${value >> (ALL_BITS[family] - NEAR_BITS[family])}`;
}
