import { hostOf } from "../../../net/socket_address.ts";
import type { Provider } from "../../network/provider.ts";
import type { Link } from "../link.ts";

/**
 * The local address, in numbers, by which `provider` reaches SNAPT: that of a link which is open
 * over it, or the only one that it has. Null while that cannot be known.
 */
export function localAddress(link: Link | null, provider: Provider | null): string | null {
  if (link !== null) return hostOf(link.conn.localAddress).replace(/^\[(.*)\]$/, "$1");
  switch (provider?.via.kind) {
    case "address":
      return provider.via.address;
    case "device":
      return provider.via.addresses.length === 1 ? provider.via.addresses[0] ?? null : null;
    default:
      return null;
  }
}
