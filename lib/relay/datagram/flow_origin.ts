import type { HoldBudget } from "../../core/datagram/hold_budget.ts";
import { HoldQueue } from "../../core/datagram/hold_queue.ts";
import type { DatagramTerms } from "../../core/wire/datagram_messages.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";
import { type Endpoint, parseEndpoint } from "../../net/endpoint.ts";
import { formatAddress } from "../../net/socket_address.ts";

/** What CNAPT knows of the address that the datagrams of a flow come from. */
export type FlowOrigin =
  /** An application of a service need not know. */
  | { readonly kind: "service" }
  /** A destination by its name, whose address SNAPT has not told yet: what comes has to wait. */
  | { readonly kind: "asked"; readonly unread: HoldQueue }
  | { readonly kind: "known"; readonly endpoint: Endpoint };

/** `terms`: how what comes is kept until the address is known. */
export function originOf(
  target: StreamTarget,
  terms: DatagramTerms,
  budget: HoldBudget,
): FlowOrigin {
  if (target.kind !== "destination") return { kind: "service" };
  const endpoint = parseEndpoint(formatAddress(target.host, target.port));
  return endpoint === null
    ? { kind: "asked", unread: new HoldQueue(terms, budget) }
    : { kind: "known", endpoint };
}
