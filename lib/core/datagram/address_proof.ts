/** No more than so many times what came from an unproven address is sent to it (RFC 9000, 8). */
export const AMPLIFICATION = 3;
/** The same through a relay, which lets no more pass. */
export const RELAYED_AMPLIFICATION = 1;

/**
 * Keeps SNAPT from being used to flood a third party: an authentic datagram may have been recorded
 * and sent again from an address that is not the sender's. Until the address has answered a probe
 * that was sent there, no more than three times what it sent is sent to it, or through a relay as much.
 */
export class AddressProof {
  readonly token: number;
  readonly #factor: number;
  #state: "unproven" | "proven" = "unproven";
  #creditBytes = 0;

  /** `token`: what the answer to the probe must bring, not to be guessed; `factor`: see above. */
  constructor(token: number, factor: number = AMPLIFICATION) {
    this.token = token;
    this.#factor = factor;
  }

  get isProven(): boolean {
    return this.#state === "proven";
  }

  /** So many bytes came from the address. */
  received(bytes: number): void {
    if (this.#state === "unproven") this.#creditBytes += this.#factor * bytes;
  }

  /** An answer to a probe came from the address; true if it is the first right one. */
  answered(token: number): boolean {
    if (this.#state === "proven" || token !== this.token) return false;
    this.#state = "proven";
    return true;
  }

  /** Whether so many bytes may be sent there now; if so, they are on account. */
  spend(bytes: number): boolean {
    if (this.#state === "proven") return true;
    if (bytes > this.#creditBytes) return false;
    this.#creditBytes -= bytes;
    return true;
  }
}
