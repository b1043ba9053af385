import type { Client } from "../../config/clients_store.ts";
import type { SeenSnapt } from "../../relay/own_relay/relay_server.ts";
import { SnaptRecord } from "../../relay/own_relay/snapt_record.ts";
import type { RelayedSnaptSnapshot } from "../../status/relay_status.ts";

/** All that are invited, in the order of the list, whether they were ever here or not. */
export function relayedSnapts(
  invited: readonly Pick<Client, "idHex" | "name">[],
  seen: readonly SeenSnapt[],
): readonly RelayedSnaptSnapshot[] {
  const byId = new Map(seen.map((one) => [one.idHex, one]));
  return invited.map(({ idHex, name }) => {
    const { record, parked, joined, waiting } = byId.get(idHex) ?? never(name);
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
    };
  });
}

/** Of one that was never here. */
function never(name: string): Omit<SeenSnapt, "idHex"> {
  return { record: new SnaptRecord(name), parked: 0, joined: 0, waiting: 0 };
}
