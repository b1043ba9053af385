import { fixedKeyOf, type ToldRow } from "./provider_rows.ts";
import { interfaceSlot, vpnSlot } from "./slot_occupants.ts";

/** What only one provider can be in at a time, of those that this one is in. */
export function slotsOf(told: ToldRow | null): readonly string[] {
  const said = told?.said ?? null;
  if (said === null) return [];
  const vpn = said.vpn?.interface ?? null;
  return [
    ...(said.interface !== null && said.up !== null ? [interfaceSlot(said.interface)] : []),
    ...(vpn === null ? [] : [vpnSlot(vpn, fixedKeyOf(said) ?? "")]),
  ];
}
