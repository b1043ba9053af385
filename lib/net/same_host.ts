import { type IpAddress, parseIpAddress, unmapped } from "../core/access/ip_address.ts";

/** Whether two addresses in numbers are one, however a socket for both families shows them. */
export function isSameHost(one: string, other: string): boolean {
  const [a, b] = [numberOf(one), numberOf(other)];
  return a !== null && b !== null && a.family === b.family && a.value === b.value;
}

function numberOf(host: string): IpAddress | null {
  const plain = host.replace(/^\[(.*)\]$/, "$1").split("%")[0] ?? "";
  const parsed = parseIpAddress(plain);
  return parsed === null ? null : unmapped(parsed);
}
