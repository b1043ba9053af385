import { ruledName } from "../../core/decision/service_rule.ts";
import type { StreamRecord } from "../../core/stream/stream_record.ts";
import type { CnaptFlows } from "../datagram/cnapt_flows.ts";

/** What connections and datagrams lead to now, as the rules of providers name it. */
export function servicesInUse(
  streams: ReadonlyMap<number, StreamRecord>,
  flows: CnaptFlows,
): string[] {
  const names = new Set(flows.targets.map(ruledName));
  for (const { opening } of streams.values()) names.add(ruledName(opening.target));
  return [...names];
}
