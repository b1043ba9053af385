import type { StreamTarget } from "./stream_opening.ts";

/** What a target is called in logs and the status: the service, also the client service that is called, or `host:port`. */
export function nameOfTarget(target: StreamTarget): string {
  if (target.kind !== "destination") return target.name;
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  return `${host}:${target.port}`;
}
