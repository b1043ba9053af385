import type { DropCounters } from "../../core/datagram/drop_counters.ts";
import { unreachable } from "../../core/exhaustive.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import type { Clock } from "../run/clock.ts";
import type { CnaptFlow } from "./cnapt_flow.ts";
import { discard, hold, releaseAsSent } from "./counted_hold.ts";

export interface FlowDeliveryContext {
  readonly clock: Clock;
  readonly drops: DropCounters;
  /** Asks SNAPT where the destination of the flow is. */
  readonly ask: (flow: CnaptFlow) => void;
}

/**
 * Hands what SNAPT sends to the applications. An application that talks to a destination of its
 * own choice is told where each datagram came from, so they wait until SNAPT has said it.
 */
export class FlowDelivery {
  readonly #context: FlowDeliveryContext;

  constructor(context: FlowDeliveryContext) {
    this.#context = context;
  }

  /** `payload` is good only during the call. */
  deliver(flow: CnaptFlow, payload: Uint8Array): void {
    const { origin, application } = flow;
    switch (origin.kind) {
      case "service":
        return application.deliver(payload, null);
      case "known":
        return application.deliver(payload, origin.endpoint);
      case "asked":
        hold(origin.unread, payload, this.#context.drops, this.#context.clock.now());
        return this.#context.ask(flow);
      default:
        unreachable(origin);
    }
  }

  /** SNAPT told where the destination of the flow is; null when that is no address. */
  located(flow: CnaptFlow, endpoint: Endpoint | null): void {
    const { origin, application } = flow;
    if (origin.kind !== "asked" || endpoint === null) return;
    flow.origin = { kind: "known", endpoint };
    const unread = releaseAsSent(origin.unread, this.#context.drops, this.#context.clock.now());
    for (const payload of unread) application.deliver(payload, endpoint);
  }

  /** The flow is over: drops what waits, and counts it. */
  end(flow: CnaptFlow): void {
    const { clock, drops } = this.#context;
    discard(flow.held, drops, clock.now());
    if (flow.origin.kind === "asked") discard(flow.origin.unread, drops, clock.now());
  }
}
