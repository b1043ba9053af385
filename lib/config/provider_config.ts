import type { ProviderType } from "../core/decision/candidate.ts";
import { checkConnect, type ConnectConfig, connectFields } from "./connect_config.ts";
import { yesOrNo } from "./common_settings.ts";
import { parseProxyChoice, type ProxyChoice } from "./http_proxy.ts";
import { isNumericAddress } from "./host_port.ts";
import {
  listOf,
  nameOf,
  object,
  optional,
  parsed,
  type Place,
  type Reader,
  text,
  wholeNumber,
} from "./schema.ts";
import {
  checkServiceRule,
  type ServiceRuleConfig,
  serviceRuleFields,
} from "./service_rule_config.ts";

/** Which interfaces an entry of `providers:` is about. */
export type ProviderMatch =
  /** `*` and `?` as in a shell. */
  | { readonly kind: "name"; readonly pattern: string }
  | { readonly kind: "type"; readonly type: ProviderType }
  | { readonly kind: "range"; readonly address: string; readonly bits: number };

/** What the user says about ways to the network; times in ms. */
export interface ProviderConfig extends ConnectConfig, ServiceRuleConfig {
  readonly name: string | null;
  readonly interface: string | null;
  readonly address: string | null;
  readonly match: ProviderMatch | null;
  /** `never`: the interface is left alone. */
  readonly use: "always" | "never";
  /** 1 is the first choice; null: as its type has it. */
  readonly priority: number | null;
  readonly metered: boolean | null;
  readonly cost: number;
  /** Somebody has to say yes before it is used. */
  readonly confirm: boolean;
  /** What links over it go through; null: nothing. */
  readonly via: { readonly proxy: ProxyChoice | null } | null;
}

const TYPES: readonly ProviderType[] = ["ethernet", "wifi", "cellular", "vpn", "virtual", "other"];

const amount: Reader<number> = parsed(
  (value) => {
    if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return value;
    throw new TypeError(`${JSON.stringify(value)} is no number from 0 up`);
  },
  0,
  { kind: "number", min: 0, max: null },
);

const match: Reader<ProviderMatch> = parsed(
  parseMatch,
  { kind: "name", pattern: "" },
  {
    ...{ kind: "text", pattern: ".", example: "wlan*" },
    what: `a pattern of names, a range of addresses, or ${TYPES.join(", ")}`,
  },
);

const proxy: Reader<ProxyChoice | null> = parsed(
  parseProxyChoice,
  null,
  {
    ...{ kind: "text", what: "http://HOST:PORT, or environment" },
    pattern: String.raw`^environment$|^\s*[Hh][Tt][Tt][Pp]:`,
    example: "http://10.0.0.1:3128",
  },
);
const use: Reader<"always" | "never"> = parsed(yesOrNoWord, "always", {
  kind: "choice",
  choices: ["always", "never", true, false],
});

const provider = object({
  name: optional(nameOf("a provider"), null, {
    says: "What the network is called.",
    ...{ usual: "as its interface or address", example: "wifi" },
  }),
  interface: optional(text("the name of an interface", "wlan0"), null, {
    says: "The interface whose network it is. An entry has this, address or match.",
  }),
  address: optional(text("an address", "192.0.2.7"), null, {
    says: "The address of this machine whose network it is.",
  }),
  match: optional(match, null, {
    says: "All networks of a name, a range of addresses or a type.",
  }),
  use: optional(use, "always" as const, "Whether it is used at all; never leaves it alone."),
  priority: optional(wholeNumber(1, 100), null, {
    says: "Which network is wanted more, 1 the most.",
    ...{ usual: "as its type has it", example: "1" },
  }),
  metered: optional(yesOrNo, null, {
    says: "Whether bytes cost something there.",
    usual: "as its type has it",
  }),
  cost: optional(amount, 0, "Points against it."),
  confirm: optional(yesOrNo, false, "Whether somebody has to say yes before it is used."),
  via: optional(
    object({
      proxy: optional(proxy, null, {
        says: "The HTTP proxy that leads out of it, or environment for the one of HTTPS_PROXY.",
      }),
    }),
    null,
    "What links over it go through.",
  ),
  ...connectFields,
  ...serviceRuleFields,
});

export const providers: Reader<readonly ProviderConfig[]> = listOf(provider);

/**
 * Reads `wlan*`, `10.0.0.0/8` or `wifi`.
 *
 * @throws {TypeError} it is none of them
 */
export function parseMatch(value: unknown): ProviderMatch {
  if (typeof value !== "string" || value === "") {
    throw new TypeError(
      `${JSON.stringify(value)} matches nothing: write wlan*, 10.0.0.0/8 or wifi`,
    );
  }
  const type = TYPES.find((one) => one === value);
  if (type !== undefined) return { kind: "type", type };
  const slash = value.indexOf("/");
  if (slash < 0) return { kind: "name", pattern: value };
  const address = value.slice(0, slash);
  const bits = Number(value.slice(slash + 1));
  const most = address.includes(":") ? 128 : 32;
  if (!isNumericAddress(address) || !Number.isInteger(bits) || bits < 0 || bits > most) {
    throw new TypeError(`"${value}" is no range of addresses: 10.0.0.0/8 is one`);
  }
  return { kind: "range", address, bits };
}

/** What only shows when all entries are looked at together. */
export function checkProviders(providers: readonly ProviderConfig[], at: Place): void {
  const names = new Set<string>();
  for (const [index, provider] of providers.entries()) {
    const place = at.field(index);
    const { interface: device, address, match } = provider;
    if ([device, address, match].filter((one) => one !== null).length !== 1) {
      place.problem("name either the interface or the address of a provider, or what to match");
    }
    if (address !== null && !isNumericAddress(address)) {
      place.field("address").problem(
        `"${address}" is no address of an interface: 192.0.2.7 is one`,
      );
    }
    checkConnect(provider, place);
    checkServiceRule(provider, place);
    const name = provider.name ?? device ?? address;
    if (name === null) continue;
    if (names.has(name)) place.problem(`there is a provider ${name} already: give it another name`);
    names.add(name);
  }
}

function yesOrNoWord(value: unknown): "always" | "never" {
  if (value === true || value === "always") return "always";
  if (value === false || value === "never") return "never";
  throw new TypeError(`${JSON.stringify(value)} is neither always nor never`);
}
