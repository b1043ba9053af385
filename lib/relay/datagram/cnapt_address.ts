import {
  AddressProof,
  AMPLIFICATION,
  RELAYED_AMPLIFICATION,
} from "../../core/datagram/address_proof.ts";
import type { DatagramPath } from "../../net/datagram_listener.ts";

/** How long an unproven address is left before it is asked again. */
const ASK_AGAIN_MS = 100;

/** Where datagrams to CNAPT go, and whether it is known to be there. */
export class CnaptAddress {
  readonly path: DatagramPath;
  readonly proof: AddressProof;
  /** Epoch in which CNAPT took the network of this address, as far as it has said so. */
  epoch = 0;
  #askedAt = -Infinity;

  constructor(path: DatagramPath) {
    const [token = 0] = crypto.getRandomValues(new Uint32Array(1));
    this.path = path;
    const factor = path.relayed === undefined ? AMPLIFICATION : RELAYED_AMPLIFICATION;
    this.proof = new AddressProof(token, factor);
  }

  /** Whether it is time to ask for the proof that it is there; if so, it counts as asked. */
  shouldAsk(now: number): boolean {
    if (this.proof.isProven || now - this.#askedAt < ASK_AGAIN_MS) return false;
    this.#askedAt = now;
    return true;
  }
}
