/** What SNAPT says, for people, when it ends a session or turns one away. */
import { unreachable } from "../../core/exhaustive.ts";
import type { Farewell } from "../../core/handshake/snapt_event.ts";
import type { SwitchRefusal } from "../../core/session/snapt/snapt_handshake.ts";
import { shownAddress } from "../../net/socket_address.ts";

/** SNAPT stops. */
export const GOODBYE: Farewell = { kind: "disconnect", sentence: "SNAPT ended the session" };

/** To a CNAPT whose place another one has, which comes from `address`. */
export function displacedBy(address: string): string {
  return `another CNAPT with the same ticket has connected, from ${shownAddress(address)}: ` +
    "each needs a code of its own (`snapt invite NAME`)";
}

/** To one that comes with a switch; `address`: where the CNAPT is that has the session. */
export function whySwitchRefused(refusal: SwitchRefusal, address: string): string {
  switch (refusal) {
    case "unknownSession":
      return "SNAPT no longer knows this session";
    case "displaced":
      return displacedBy(address);
    case "staleEpoch":
      return "a newer switch of this session came first";
    default:
      return unreachable(refusal);
  }
}
