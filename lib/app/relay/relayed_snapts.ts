import { type MonthUse, quotaOf } from "../../core/relay/month_meter.ts";
import type { Client } from "../../config/clients_store.ts";
import type { SeenSnapt } from "../../relay/own_relay/relay_server.ts";
import { SnaptRecord } from "../../relay/own_relay/snapt_record.ts";
import type { RelayedSnaptSnapshot } from "../../status/relay_snapshot.ts";

/** What is known of SNAPTs that may not have come since the relay was started. */
export interface KnownOfSnapts {
  /** Bytes that one may have carried in a month; null: as many as there are. */
  readonly limitOf: (idHex: string) => number | null;
  /** What was carried for one before; null: nothing. */
  readonly keptOf: (idHex: string) => MonthUse | null;
  /** `2026-11`: now. */
  readonly month: string;
}

/** All that are invited, in the order of the list, whether they were ever here or not. */
export function relayedSnapts(
  invited: readonly Pick<Client, "idHex" | "name">[],
  seen: readonly SeenSnapt[],
  { limitOf, keptOf, month }: KnownOfSnapts,
): readonly RelayedSnaptSnapshot[] {
  const byId = new Map(seen.map((one) => [one.idHex, one]));
  return invited.map(({ idHex, name }) => {
    const { record, parked, joined, waiting } = byId.get(idHex) ??
      never(new SnaptRecord(name, keptOf(idHex)));
    record.month.roll(month);
    const limitBytes = limitOf(idHex);
    const quota = quotaOf(record.month.usedBytes, limitBytes);
    const { from, since, connections, carriedBytes, refused } = record;
    return {
      name,
      state: from === null ? "absent" : "attached",
      since: since?.toISOString() ?? null,
      from,
      parked,
      joined,
      waiting,
      connections,
      toSnaptBytes: carriedBytes.snapt,
      fromSnaptBytes: carriedBytes.caller,
      refused: { ...refused },
      month: { ...record.month.use, limitBytes, quota },
    };
  });
}

/** Of one that was never here. */
function never(record: SnaptRecord): Omit<SeenSnapt, "idHex"> {
  return { record, parked: 0, joined: 0, waiting: 0 };
}
