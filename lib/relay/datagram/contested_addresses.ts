import type { DatagramPath } from "../../net/datagram_listener.ts";
import { CnaptAddress } from "./cnapt_address.ts";

/** So many addresses of others a session may claim at once; the oldest claim makes room. */
const MAX_CLAIMS = 64;

/** What a session claims while another has it. */
export interface AddressClaim {
  readonly peer: CnaptAddress;
  /** The flow that is to be there; null while only other packets came from it. */
  flow: number | null;
}

/**
 * Addresses that belong to a flow of another session, and from which an authentic packet of this one
 * came all the same. That is right where a NAT has given an old address to somebody new, and wrong
 * where a CNAPT has written the address of another into its datagrams: so the flow moves there only
 * when the question that was sent to the address is answered from it.
 */
export class ContestedAddresses {
  readonly #claims = new Map<string, AddressClaim>();

  at(path: DatagramPath): AddressClaim {
    const known = this.#claims.get(path.key);
    if (known !== undefined) return known;
    const [oldest] = this.#claims.keys();
    if (this.#claims.size >= MAX_CLAIMS && oldest !== undefined) this.#claims.delete(oldest);
    const claim: AddressClaim = { peer: new CnaptAddress(path), flow: null };
    this.#claims.set(path.key, claim);
    return claim;
  }

  settled(path: DatagramPath): void {
    this.#claims.delete(path.key);
  }

  /** The flow is over: nothing is claimed for it. */
  forget(flow: number): void {
    for (const [key, claim] of this.#claims) if (claim.flow === flow) this.#claims.delete(key);
  }
}
