import { parseIpAddress } from "../core/access/ip_address.ts";
import { parsePortRule, type PortRule } from "../core/access/port_rule.ts";
import type { SourceRange } from "../core/access/source_list.ts";
import { yesOrNo } from "./common_settings.ts";
import { sourceList, sourceRange } from "./offer_config.ts";
import {
  listOf,
  object,
  optional,
  parsed,
  type Place,
  type Reader,
  reader,
  required,
} from "./schema.ts";
import { shownValue } from "./shown_value.ts";

/** The virtual addresses on SNAPT under which server applications reach client applications. */
export interface VirtualConfig {
  /** Each CNAPT that offers something gets one of these for good. */
  readonly addresses: readonly SourceRange[];
  /** Linux: SNAPT adds them to the interface, and removes them when it stops. */
  readonly manage: boolean;
  /** On which interface they are, or are added. */
  readonly interface: string;
  /** Which hosts may connect there; null: all that reach them. */
  readonly allow: readonly SourceRange[] | null;
}

const pool: Reader<readonly SourceRange[]> = reader(
  { kind: "either", forms: [sourceRange.form, sourceList.form] },
  (value, at) => sourceList(Array.isArray(value) ? value : [value], at),
);

const INTERFACE = /^[^\s/]{1,64}$/;
const interfaceName: Reader<string> = parsed(
  (value) => {
    if (typeof value === "string" && INTERFACE.test(value)) return value;
    throw new TypeError(`${shownValue(value)} is no name of an interface`);
  },
  "",
  { kind: "text", what: "the name of an interface", pattern: INTERFACE.source, example: "eth0" },
);

export const virtualConfig: Reader<VirtualConfig> = object({
  addresses: required(pool, "say which addresses stand for CNAPTs, `addresses: 127.77.0.0/24`", {
    says: "Which addresses stand for CNAPTs: each that offers something gets one for good.",
    example: "127.77.0.0/24",
  }),
  manage: optional(
    yesOrNo,
    false,
    "Whether SNAPT adds them to the machine, which takes the privilege (Linux).",
  ),
  interface: optional(interfaceName, "lo", "To which interface they are added."),
  allow: optional(sourceList, null, {
    says: "Which hosts may connect to them.",
    ...{ usual: "all that reach them", example: "[10.0.0.0/8]" },
  }),
});

/** One address in numbers. */
export const address: Reader<string> = parsed(
  (value) => {
    if (typeof value === "string" && parseIpAddress(value) !== null) return value;
    throw new TypeError(`${shownValue(value)} is no address in numbers, such as 10.99.0.7`);
  },
  "",
  { kind: "text", what: "an address in numbers", pattern: "[.:]", example: "10.99.0.7" },
);

const portRule: Reader<PortRule> = parsed(
  (value) => parsePortRule(String(value)),
  { protocol: null, first: 1, last: 1 },
  {
    kind: "either",
    forms: [
      { kind: "whole", min: 1, max: 65_535 },
      {
        kind: "text",
        what: "ports such as 8000-8099 or 5060/udp",
        pattern: String.raw`^\s*(\*|\d)`,
        example: "5060/udp",
      },
    ],
  },
);
const portRules = listOf(portRule);

/** Ports that a CNAPT may offer: a list of `PortRule`, or `all`. */
export const offeredPorts: Reader<readonly PortRule[]> = reader(
  { kind: "either", forms: [portRules.form, { kind: "choice", choices: ["all"] }] },
  (value, at) => value === "all" ? [parsePortRule("*")] : portRules(value, at),
);

/** What only shows between the settings: each virtual address stands for one CNAPT only. */
export function checkVirtual(
  virtual: VirtualConfig | null,
  clients: ReadonlyMap<
    string,
    { readonly address: string | null; readonly clientServices: readonly PortRule[] }
  >,
  at: Place,
): void {
  const taken = new Map<string, string>();
  for (const [name, { address, clientServices }] of clients) {
    const place = at.field("clients").field(name);
    const remedy = "`virtual: { addresses: 127.77.0.0/24 }` at the top of the file";
    if (virtual === null && clientServices.length > 0) {
      place.field("clientServices").problem(`there are no virtual addresses for it: say ${remedy}`);
    }
    if (address === null) continue;
    if (virtual === null) {
      place.field("address").problem(`there are no virtual addresses: say ${remedy}`);
    }
    const other = taken.get(address);
    if (other !== undefined) place.field("address").problem(`it is already that of ${other}`);
    taken.set(address, name);
  }
}
