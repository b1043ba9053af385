import { formatIpAddress, parseIpAddress, unmapped } from "./ip_address.ts";

/** Of an IPv6 address: what lies below is given to one customer, who may take any of it. */
const HOST_BITS = 64n;

/**
 * What stands for the source of a connection where sources are limited: an IPv4 address, or the /64
 * that an IPv6 address is in. What is no address stands for itself.
 */
export function sourceKey(host: string): string {
  const parsed = parseIpAddress(host.replace(/^\[(.*)\]$/, "$1").split("%")[0] ?? "");
  if (parsed === null) return host;
  const { family, value } = unmapped(parsed);
  if (family === 4) return formatIpAddress({ family, value });
  return `${formatIpAddress({ family, value: value >> HOST_BITS << HOST_BITS })}/${HOST_BITS}`;
}
