import { type DestinationRule, isDestinationAllowed } from "../../core/access/destination_rule.ts";
import {
  type DatagramService,
  type DatagramTerms,
  DEFAULT_DATAGRAM_TERMS,
} from "../../core/wire/datagram_messages.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";
import { sourceTowards } from "../../net/route.ts";
import { isStillAllowed } from "../access/destination_access.ts";
import type { SnaptFlow } from "./snapt_flow.ts";

/** Where the flows of one CNAPT may lead, at this moment. */
export class FlowRights {
  services: readonly DatagramService[];
  /** What it may reach beside its services. */
  rules: readonly DestinationRule[];

  constructor(services: readonly DatagramService[], rules: readonly DestinationRule[]) {
    this.services = services;
    this.rules = rules;
  }

  /** How flows to `target` are kept; null where this CNAPT is not allowed any. */
  termsOf(target: Exclude<StreamTarget, { kind: "call" }>): DatagramTerms | null {
    if (target.kind === "service") {
      return this.services.find(({ name }) => name === target.name) ?? null;
    }
    return isDestinationAllowed(this.rules, target.host, target.port)
      ? DEFAULT_DATAGRAM_TERMS
      : null;
  }

  /** Whether a flow that was opened under other rights may go on. */
  isAllowed({ target, side: { server } }: Pick<SnaptFlow, "target" | "side">): boolean {
    switch (target.kind) {
      case "call":
        return true;
      case "service":
        return this.termsOf(target) !== null;
      default: {
        const local = server === null ? null : sourceTowards(server);
        return isStillAllowed(this.rules, target, { local, remote: server?.host ?? null });
      }
    }
  }
}
