import type { DestinationRule } from "../../core/access/destination_rule.ts";
import type { StreamRecord } from "../../core/stream/stream_record.ts";
import { hostOf } from "../../net/socket_address.ts";
import { isStillAllowed } from "../access/destination_access.ts";
import type { StreamPumps } from "./stream_pumps.ts";

/** Those of `streams` that lead to destinations which the rules do not allow any longer. */
export function forbiddenStreams(
  streams: Iterable<Pick<StreamRecord, "id" | "opening">>,
  pumps: Pick<StreamPumps, "endsOf">,
  rules: readonly DestinationRule[],
): readonly number[] {
  return [...streams].filter(({ id, opening: { target } }) => {
    if (target.kind !== "destination") return false;
    const ends = pumps.endsOf(id);
    const local = ends === null ? null : hostOf(ends.localAddress);
    const remote = ends === null ? null : hostOf(ends.remoteAddress);
    return !isStillAllowed(rules, target, { local, remote });
  }).map(({ id }) => id);
}
