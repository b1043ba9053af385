import { ALL_SERVICES, type ServiceRule } from "../core/decision/service_rule.ts";
import { listOf, nameOf, optional, type Place, type Reader } from "./schema.ts";

/** Which services may go over a provider: these, or all but those. */
export interface ServiceRuleConfig {
  readonly services: readonly string[] | null;
  readonly withoutServices: readonly string[] | null;
}

const names: Reader<readonly string[]> = listOf(nameOf("a service"));

/** The settings of a provider that are about services. */
export const serviceRuleFields = {
  services: optional(names, null, {
    says: "The only services that may use it.",
    ...{ usual: "all", example: "[ssh, destinations]" },
  }),
  withoutServices: optional(names, null, {
    says: "All services but these may use it.",
    example: "[backup]",
  }),
} as const;

/** Both at once say too much. */
export function checkServiceRule(provider: ServiceRuleConfig, at: Place): void {
  if (provider.services === null || provider.withoutServices === null) return;
  at.field("withoutServices").problem("there is `services` already: only one of them can be given");
}

export function serviceRuleOf({ services, withoutServices }: ServiceRuleConfig): ServiceRule {
  if (services !== null) return { kind: "only", names: new Set(services) };
  if (withoutServices !== null) return { kind: "allBut", names: new Set(withoutServices) };
  return ALL_SERVICES;
}
