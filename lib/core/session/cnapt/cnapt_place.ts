import { unreachable } from "../../exhaustive.ts";
import { BOUND_OVER } from "../../handshake/cnapt_phase.ts";
import type { CnaptState } from "../../handshake/cnapt_transitions.ts";
import type { ProviderKey } from "../../path/provider_key.ts";
import type { CnaptSwitch } from "./cnapt_switch.ts";

/** Where a session of CNAPT is: in its handshake, among its switches, and in the world. */
export interface CnaptPlace {
  state: CnaptState;
  /** Counts the switches. */
  epoch: number;
  provider: ProviderKey;
}

/** On which provider streams are bound in this state; null while none may be. */
export function bindingProvider(
  { state, provider }: CnaptPlace,
  { target }: CnaptSwitch,
): ProviderKey | null {
  const over = BOUND_OVER[state];
  switch (over) {
    case "none":
      return null;
    case "current":
      return provider;
    case "target":
      return target;
    default:
      return unreachable(over);
  }
}
