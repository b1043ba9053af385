/** `ip:port`, with an IPv6 address in brackets. */
export function formatAddress(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The text of a Deno address; only TCP is ever asked. */
export function addressOf(address: Deno.Addr): string {
  return "hostname" in address ? formatAddress(address.hostname, address.port) : "";
}

/** 4 or 6 for an address in numbers, null for a name. */
export function familyOf(host: string): 4 | 6 | null {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return 4;
  return host.includes(":") ? 6 : null;
}
