import type { StreamTarget } from "./stream_opening.ts";

/** What a target is called in logs and the status: the service, or `host:port`. */
export function nameOfTarget(target: StreamTarget): string {
  if (target.kind === "service") return target.name;
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  return `${host}:${target.port}`;
}
