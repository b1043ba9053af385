import type { ProviderKey } from "../../core/path/provider_key.ts";

/**
 * Who is in what only one provider can be in at a time: an interface that several providers use
 * with a command each (two Wi-Fi networks, one adapter), or a VPN. Nobody but us knows it: the
 * system shows the interface, and not whose command brought it up.
 */
export class SlotOccupants {
  readonly #of = new Map<string, ProviderKey>();

  /** Null: it was not CNAPT that connected it. */
  of(slot: string): ProviderKey | null {
    return this.#of.get(slot) ?? null;
  }

  occupy(slot: string, provider: ProviderKey): void {
    this.#of.set(slot, provider);
  }

  vacate(slot: string, provider: ProviderKey): void {
    if (this.#of.get(slot) === provider) this.#of.delete(slot);
  }
}

export function interfaceSlot(name: string): string {
  return `interface ${name}`;
}

/** A VPN without an interface of its own (IPsec) is one for each provider. */
export function vpnSlot(vpnInterface: string | null, provider: ProviderKey): string {
  return vpnInterface === null ? `vpn over ${provider}` : `vpn ${vpnInterface}`;
}
