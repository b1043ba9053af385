import type { AnnouncedService } from "../lib/core/wire/record_message.ts";
import type { StreamOpening } from "../lib/core/wire/stream_opening.ts";

/** What opens a stream to a service, with nothing special about it. */
export function openingOf(name: string): StreamOpening {
  return { target: { kind: "service", name }, compression: "none", source: "" };
}

/** A TCP service as SNAPT announces it, with nothing special about it. */
export function tcpService(name: string, port: number): AnnouncedService {
  return { name, port, protocol: "tcp", compression: "none" };
}

/** The same for UDP. */
export function udpService(name: string, port: number): AnnouncedService {
  return { ...tcpService(name, port), protocol: "udp" };
}
