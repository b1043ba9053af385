import type { SnaptDocument } from "../../status/snapt_document.ts";
import type { Session } from "./client_view.ts";

/** What stands for a CNAPT on SNAPT's machine. */
export interface VirtualRow {
  readonly client: string;
  /** Null: it has none yet. */
  readonly address: string | null;
  readonly offers: Session["clientServices"];
}

/** More would only make the page slow. */
const MOST_ROWS = 200;

/** Those that have an address, or offer something. */
export function virtualRows(
  { clients, sessions }: Pick<SnaptDocument, "clients" | "sessions">,
): readonly VirtualRow[] {
  const rows = new Map<string, VirtualRow>();
  for (const { name, virtualAddress } of clients) {
    if (virtualAddress === null) continue;
    rows.set(name, { client: name, address: virtualAddress, offers: [] });
  }
  for (const { client, clientServices } of sessions) {
    if (clientServices.length === 0) continue;
    const address = rows.get(client)?.address ?? null;
    rows.set(client, { client, address, offers: clientServices });
  }
  return [...rows.values()].slice(0, MOST_ROWS);
}
