import { unreachable } from "../exhaustive.ts";
import type { StreamTarget } from "../wire/stream_opening.ts";
import type { ProviderKey } from "../path/provider_key.ts";

/** How destinations that are no service (SOCKS5, HTTP CONNECT, `cnapt stdio HOST:PORT`) are named. */
export const DESTINATIONS = "destinations";

/** Which services may go over a provider (patent page 31: cost effectiveness). */
export type ServiceRule =
  | { readonly kind: "all" }
  | { readonly kind: "only"; readonly names: ReadonlySet<string> }
  | { readonly kind: "allBut"; readonly names: ReadonlySet<string> };

/** What the rule of each provider is. */
export type RuleOf = (provider: ProviderKey) => ServiceRule;

export const ALL_SERVICES: ServiceRule = { kind: "all" };

/** What a rule calls what a stream or a flow leads to. */
export function ruledName(target: StreamTarget): string {
  return target.kind === "destination" ? DESTINATIONS : target.name;
}

/** Whether a service of this name may go over a provider with this rule. */
export function isAllowed(rule: ServiceRule, name: string): boolean {
  switch (rule.kind) {
    case "all":
      return true;
    case "only":
      return rule.names.has(name);
    case "allBut":
      return !rule.names.has(name);
    default:
      return unreachable(rule);
  }
}
