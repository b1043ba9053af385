/**
 * The device of the default route with the lowest metric, or null where that cannot be told.
 * Only a hint for which provider to try first: reaching SNAPT is what counts.
 */
export function defaultRouteDevice(): string | null {
  if (Deno.build.os !== "linux") return null;
  let table: string;
  try {
    table = Deno.readTextFileSync("/proc/net/route");
  } catch {
    return null;
  }
  return parseDefaultRoute(table);
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
