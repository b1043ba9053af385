import { formatHostPort, isAnyAddress } from "../../config/host_port.ts";
import type { ServedStatus } from "../../config/served_status.ts";

/** Which hosts the page is served under beside loopback: behind a proxy only. */
export function outerStatus(
  status: ServedStatus,
): { readonly origin?: string; readonly address?: string } {
  const { origin, host } = status;
  if (origin === undefined) return {};
  return isAnyAddress(host) ? { origin } : { origin, address: formatHostPort(status) };
}
