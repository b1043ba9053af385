import type { StreamRecord } from "../../core/stream/stream_record.ts";
import type { Link } from "../link/link.ts";
import type { StreamPumps } from "./stream_pumps.ts";

/** Of so many streams the links are looked at: those with the most under way. */
const STREAMS_LOOKED_AT = 8;

/** The links of a session. */
export interface LinksInUse {
  readonly control: Link | null;
  readonly streams: ReadonlyMap<number, StreamRecord>;
  readonly pumps: Pick<StreamPumps, "linksOf">;
}

/**
 * When the system last got an acknowledgement on a link that something is under way on, in ms of
 * the clock that `now` is of; null where it does not tell.
 */
export function lastAcknowledged(
  { control, streams, pumps }: LinksInUse,
  now: number,
): number | null {
  const waiting = [...streams.values()].filter(({ ring }) => ring.sent > ring.acked)
    .sort((a, b) => underWay(b) - underWay(a)).slice(0, STREAMS_LOOKED_AT);
  const links = waiting.flatMap(({ id }) => [...pumps.linksOf(id)]);
  if (control !== null) links.push(control);
  const agoMs = links.map(({ conn }) => conn.acknowledgedMsAgo?.() ?? null)
    .filter((ago) => ago !== null);
  return agoMs.length === 0 ? null : now - Math.min(...agoMs);
}

function underWay({ ring }: StreamRecord): number {
  return ring.sent - ring.acked;
}
