import {
  type DatagramTerms,
  DEFAULT_DATAGRAM_TERMS,
  HOLD_ORDERS,
  type HoldOrder,
} from "../core/wire/datagram_messages.ts";
import { ANSWERS_FROM, type AnswersFrom } from "../core/datagram/answers_from.ts";
import { durationMs } from "./common_settings.ts";
import { oneOf, optional, type Place } from "./schema.ts";

/** What only UDP services and UDP client services have; null where nothing is said. */
export interface DatagramConfig {
  /** How long a datagram waits for a network, in ms. */
  readonly hold: number | null;
  /** Which of those that wait are kept when there are too many, and go out first. */
  readonly holdOrder: HoldOrder | null;
  /** How long a flow lives on which nothing is sent, in ms. */
  readonly idle: number | null;
  /** From which ports of its host the server application answers. */
  readonly from: AnswersFrom | null;
}

/** The fields of `DatagramConfig`, for the mapping of a service. */
export const datagramFields = {
  hold: optional(durationMs("0ms"), null, {
    says: "UDP: how long datagrams are held in a switch before they are dropped.",
    ...{ usual: "200ms", example: "2s" },
  }),
  holdOrder: optional(oneOf(...HOLD_ORDERS), null, {
    says: "UDP: which of those that are held go out first, and are kept when there are too many.",
    usual: "newest",
  }),
  idle: optional(durationMs("1s"), null, {
    says: "UDP: after how long without a datagram a conversation ends.",
    ...{ usual: "60s", example: "5m" },
  }),
  from: optional(oneOf(...ANSWERS_FROM), null, {
    says:
      "UDP: whether the server answers from the port that it is asked at, or from any of its host.",
    usual: "ownPort",
  }),
} as const;

/** Reports what a service that uses `protocol` has no use for. */
export function checkDatagramFields(
  config: DatagramConfig & { readonly protocol: "tcp" | "udp"; readonly compress: string },
  at: Place,
): void {
  if (config.protocol === "udp") {
    if (config.compress !== "none") {
      at.field("compress").problem("it is for TCP: datagrams are not packed");
    }
    return;
  }
  for (const field of ["hold", "holdOrder", "idle", "from"] as const) {
    if (config[field] === null) continue;
    at.field(field).problem("it is for UDP: say `protocol: udp` or leave it out");
  }
}

/** What the relays need of it, defaults filled in. */
export function datagramTerms({ hold, holdOrder, idle }: DatagramConfig): DatagramTerms {
  return {
    holdMs: hold ?? DEFAULT_DATAGRAM_TERMS.holdMs,
    idleMs: idle ?? DEFAULT_DATAGRAM_TERMS.idleMs,
    holdOrder: holdOrder ?? DEFAULT_DATAGRAM_TERMS.holdOrder,
  };
}
