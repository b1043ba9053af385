/** What snapt.yaml says of one CNAPT. */
import { type DestinationRule, parseDestinationRule } from "../core/access/destination_rule.ts";
import type { PortRule } from "../core/access/port_rule.ts";
import { yesOrNo } from "./common_settings.ts";
import {
  defaultsOf,
  listOf,
  object,
  optional,
  parsed,
  type Reader,
  wholeNumber,
} from "./schema.ts";
import { address, offeredPorts } from "./virtual_config.ts";

export interface ClientConfig {
  /** What it may reach beside the services and what all may. */
  readonly destinations: readonly DestinationRule[];
  /** What it may offer to server applications beside what all may. */
  readonly clientServices: readonly PortRule[];
  /** The virtual address that stands for it; null: one of the pool. */
  readonly address: string | null;
  /** Whether servers are told, by the PROXY protocol, who it says has connected to it. */
  readonly trustSource: boolean;
  /** The port at which SNAPT dials it when it asks for that (`reach: direct`); null: never. */
  readonly direct: number | null;
}

/** A rule of what may be reached. */
const destination: Reader<DestinationRule> = parsed(
  (value) => parseDestinationRule(String(value)),
  { kind: "name", name: "", ports: { first: 1, last: 1 } },
  {
    ...{ kind: "text", what: "HOST:PORTS", pattern: ":[^:]*$" },
    example: '"*.example.org:443"',
  },
);
/** What may be reached, a list of rules. */
export const destinations = listOf(destination);

/** Reads what is said of one CNAPT. */
export const clientConfig: Reader<ClientConfig> = object({
  destinations: optional(destinations, [], {
    says: "What this CNAPT may reach besides.",
    example: '["10.0.0.0/8:*"]',
  }),
  clientServices: optional(offeredPorts, [], {
    says: "Which ports it may offer to server applications: a list, or all.",
    example: "[8000-8099, 5060/udp]",
  }),
  address: optional(address, null, {
    says: "The virtual address that stands for it.",
    usual: "one of virtual.addresses",
  }),
  trustSource: optional(
    yesOrNo,
    false,
    "Whether servers are told whom it says it relays for (with proxy: v2).",
  ),
  direct: optional(wholeNumber(1, 65_535), null, {
    says: "The port on which SNAPT may dial it for those with reach: direct.",
    ...{ usual: "it is not dialled", example: "7790" },
  }),
});
/** What holds for a CNAPT that is not named. */
export const UNNAMED_CLIENT: ClientConfig = defaultsOf(clientConfig);
