import { datagramWithin } from "../../core/datagram/datagram_size.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { CALL_HEAD_BYTES } from "../../core/relay/relay_datagrams.ts";
import { deviceMtu } from "../../net/device_mtu.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import { familyOf } from "../../net/socket_address.ts";
import type { Provider } from "../network/provider.ts";

/** What is known of networks besides their devices. */
export interface KnownOfNetworks {
  /** So much was seen to pass on a provider; null: that is not known. */
  datagramBytesOn?(provider: ProviderKey): number | null;
}

/**
 * How many bytes a datagram may have that goes out of the device and is not known to vanish on the
 * way; Infinity where that is not known. Through a relay, `route` is not a part of it.
 */
export function largestTo(
  { host }: Endpoint,
  { key, via }: Provider,
  known: KnownOfNetworks,
  route: bigint | null = null,
): number {
  const mtu = via.kind === "device" ? deviceMtu(via.device) : null;
  const ofDevice = mtu === null ? Infinity : datagramWithin(mtu, familyOf(host) ?? 4);
  const largest = Math.min(ofDevice, known.datagramBytesOn?.(key) ?? Infinity);
  return route === null ? largest : largest - CALL_HEAD_BYTES;
}
