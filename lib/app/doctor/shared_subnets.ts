import { isInRange } from "../providers/provider_match.ts";

/** An address of an interface with the length of its network, `192.168.7.2/24`. */
export interface AddressedInterface {
  readonly name: string;
  readonly cidr: string;
}

/** Pairs of interfaces that are in one network: the system may take either for the other. */
export function sharedSubnets(
  addresses: readonly AddressedInterface[],
): readonly { readonly names: readonly [string, string]; readonly network: string }[] {
  const found: { names: readonly [string, string]; network: string }[] = [];
  for (const [index, one] of addresses.entries()) {
    for (const other of addresses.slice(index + 1)) {
      const shared = one.name === other.name ? null : commonNetwork(one.cidr, other.cidr);
      const names = one.name < other.name
        ? [one.name, other.name] as const
        : [other.name, one.name] as const;
      const isKnown = found.some((known) => known.names.join() === names.join());
      if (shared !== null && !isKnown) found.push({ names, network: shared });
    }
  }
  return found;
}

/** The smaller of two networks when it lies in the other; null when they are apart. */
function commonNetwork(one: string, other: string): string | null {
  const [a = "", bitsA = ""] = one.split("/");
  const [b = "", bitsB = ""] = other.split("/");
  if (/^fe[89ab]/i.test(a) || bitsA === "" || bitsB === "") return null;
  const wider = Math.min(Number(bitsA), Number(bitsB));
  if (wider === 0 || a.includes(":") !== b.includes(":")) return null;
  return isInRange(a, b, wider) ? (Number(bitsA) >= Number(bitsB) ? one : other) : null;
}
