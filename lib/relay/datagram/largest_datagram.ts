import { datagramWithin } from "../../core/datagram/datagram_size.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { deviceMtu } from "../../net/device_mtu.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import { familyOf } from "../../net/socket_address.ts";
import type { Provider } from "../network/provider.ts";

/**
 * How many bytes a datagram may have that goes out of the device and is not known to vanish on the
 * way; Infinity where that is not known. `measured`: what was seen to pass on a provider.
 */
export function largestTo(
  { host }: Endpoint,
  { key, via }: Provider,
  measured: ((provider: ProviderKey) => number | null) | undefined,
): number {
  const mtu = via.kind === "device" ? deviceMtu(via.device) : null;
  const ofDevice = mtu === null ? Infinity : datagramWithin(mtu, familyOf(host) ?? 4);
  return Math.min(ofDevice, measured?.(key) ?? Infinity);
}
