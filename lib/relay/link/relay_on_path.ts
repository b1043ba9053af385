import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import type { Link } from "./link.ts";

/** A relay that the path to SNAPT leads through. */
export interface RelayOnPath {
  /** `host:port`, as the site has it. */
  readonly address: string;
  /**
   * The smallest round trip to it that the system has measured on the control link, in ms; null
   * where it does not tell. What is beyond the relay is the rest of the round trip to SNAPT.
   */
  readonly roundTripMs: number | null;
}

/** Null where the link, or that there is none, leads through no relay. */
export function relayOnPath(link: Pick<Link, "relay" | "conn"> | null): RelayOnPath | null {
  if (link === null || link.relay === null) return null;
  const roundTripMs = link.conn.systemRoundTripMs?.() ?? null;
  return { address: link.relay, roundTripMs };
}

/** The receipt, with the relay that the path leads through after the switch. */
export function receiptWithRelay(
  receipt: SwitchReceipt,
  control: Pick<Link, "relay"> | null,
): SwitchReceipt {
  const relay = receipt.outcome === "switched" ? control?.relay ?? null : null;
  return relay === null ? receipt : { ...receipt, relay };
}
