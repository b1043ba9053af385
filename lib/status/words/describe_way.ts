import type { SiteSnapshot } from "../../relay/site/site_snapshot.ts";
import { formatAddress } from "../../net/socket_address.ts";
import { describeRelayOnPath } from "./describe_relay_on_path.ts";

/** Where the links of a site lead to, in one line; null where nobody knows. */
export function describeWay(
  { relay, way }: Pick<SiteSnapshot, "relay"> & Partial<Pick<SiteSnapshot, "way">>,
): string | null {
  if (relay !== null) return describeRelayOnPath(relay);
  return way === undefined || way === null ? null : `at ${formatAddress(way.host, way.port)}`;
}
