import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { DescriptorSnapshot } from "../../net/descriptor_budget.ts";
import type { SnaptServerSnapshot } from "../../relay/server/snapt_server_snapshot.ts";
import type { LimitSnapshot } from "../../status/known_client.ts";
import type { SnaptSnapshot } from "../../status/snapt_document.ts";

/** What a server is like, with how near it is to its limits. */
export function withLimits(
  server: SnaptServerSnapshot,
  config: Pick<SnaptConfig, "limits">,
  descriptors: DescriptorSnapshot,
): Pick<SnaptSnapshot, keyof SnaptServerSnapshot | "descriptors" | "limits"> {
  return { ...server, descriptors, limits: snaptLimits(config, server, descriptors) };
}

/** How near a SNAPT is to its limits; of streams, the CNAPT that has most. */
export function snaptLimits(
  { limits }: Pick<SnaptConfig, "limits">,
  { sessions, memoryBytes, unproven }: Pick<
    SnaptServerSnapshot,
    "sessions" | "memoryBytes" | "unproven"
  >,
  descriptors: DescriptorSnapshot,
): readonly LimitSnapshot[] {
  const streams = Math.max(0, ...sessions.map((one) => one.streams));
  const { clients, streams: most, processMemory, pending } = limits;
  return [
    { what: "sessions", used: sessions.length, most: clients, setting: "limits.clients" },
    { what: "streams", used: streams, most, setting: "limits.streams" },
    { what: "memory", used: memoryBytes, most: processMemory, setting: "limits.processMemory" },
    { what: "descriptors", used: descriptors.open, most: descriptors.limit, setting: null },
    { what: "unproven", used: unproven, most: pending, setting: "limits.pending" },
  ];
}
