import { passOnUnlessSystem } from "../config/system_failure.ts";

/**
 * The device of the default route with the lowest metric, of IPv6 where there is none of IPv4; null
 * where that cannot be told. Only a hint for which provider to try first: reaching SNAPT is what
 * counts.
 */
export function defaultRouteDevice(): string | null {
  if (Deno.build.os !== "linux") return null;
  return parseDefaultRoute(tableIn("/proc/net/route")) ??
    parseIpv6DefaultRoute(tableIn("/proc/net/ipv6_route"));
}

function tableIn(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    passOnUnlessSystem(error);
    return "";
  }
}

/** All devices over which there is a default route, of either family; null where nobody can tell. */
export function defaultRouteDevices(): readonly string[] | null {
  if (Deno.build.os !== "linux") return null;
  try {
    const table = Deno.readTextFileSync("/proc/net/route");
    return [...parseDefaultRoutes(table), ...ipv6DefaultDevices()];
  } catch (error) {
    passOnUnlessSystem(error);
    return null;
  }
}

/** The devices in the form of Linux' /proc/net/route that have a default route. */
export function parseDefaultRoutes(table: string): readonly string[] {
  return table.split("\n").slice(1).flatMap((line) => {
    const [device, destination, , , , , , mask] = line.split("\t");
    const isDefault = destination === "00000000" && mask?.trim() === "00000000";
    return isDefault && device !== undefined ? [device] : [];
  });
}

/** Of /proc/net/ipv6_route: destination, length, and so on; the device is last. */
function ipv6DefaultDevices(): readonly string[] {
  const lines = Deno.readTextFileSync("/proc/net/ipv6_route").split("\n");
  return lines.filter((line) => line.startsWith(`${"0".repeat(32)} 00 `))
    .flatMap((line) => line.trim().split(/\s+/).at(-1) ?? []).filter((device) => device !== "lo");
}

/** Reads the form of Linux' /proc/net/route: a heading, then fields separated by tabs. */
export function parseDefaultRoute(table: string): string | null {
  let best: { device: string; metric: number } | null = null;
  for (const line of table.split("\n").slice(1)) {
    const [device, destination, , , , , metric, mask] = line.split("\t");
    if (device === undefined || destination !== "00000000" || mask?.trim() !== "00000000") continue;
    const weight = Number(metric);
    if (best === null || weight < best.metric) best = { device, metric: weight };
  }
  return best?.device ?? null;
}

/**
 * Reads the form of Linux' /proc/net/ipv6_route: destination and its length, source and its length,
 * the next hop, metric, two counters, flags, all in hexadecimal, and the device.
 */
export function parseIpv6DefaultRoute(table: string): string | null {
  let best: { device: string; metric: number } | null = null;
  for (const line of table.split("\n")) {
    const [destination, bits, , , , metric = "", , , , device] = line.trim().split(/\s+/);
    // The kernel's own entry that says "unreachable" is on the loopback device.
    if (device === undefined || device === "lo" || bits !== "00") continue;
    if (destination !== "0".repeat(32)) continue;
    const weight = parseInt(metric, 16);
    if (best === null || weight < best.metric) best = { device, metric: weight };
  }
  return best?.device ?? null;
}
