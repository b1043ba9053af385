/** Why a datagram was dropped. */
export const DROP_REASONS = [
  /** During a switch: longer than the service's `hold`, or pushed out by newer ones. */
  "heldTooLong",
  "holdFull",
  /** It does not fit the network and must not be cut. */
  "tooBig",
  /** The operating system did not take it: no route, no room. */
  "sendFailed",
  /** More than a link can take in where the network lets no UDP through. */
  "linkFull",
  /** No session, or no flow, that it could belong to. */
  "unknownSession",
  "unknownFlow",
  /** Its MAC is wrong. */
  "forged",
  /** It came before, or is too old to tell. */
  "replayed",
  "malformed",
  /** More than three times what came from an address that has not proved that it is there. */
  "unproven",
  /** There are as many flows as there may be. */
  "flowLimit",
  /** Its flow was over before it could be sent. */
  "flowEnded",
  /** The service or destination is not this CNAPT's, or it cannot be found. */
  "notAllowed",
  "unreachable",
  /** CNAPT: `allow` does not have the host that it comes from. */
  "sourceNotAllowed",
  /** From another address than that of the application. */
  "stranger",
  /** A part of a datagram: a program that uses SOCKS5 cut it. */
  "fragment",
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** Counts dropped datagrams by reason. */
export class DropCounters {
  readonly #counts = new Map<DropReason, number>();
  readonly #parent: DropCounters | null;

  /** What is counted here is counted in `parent` too. */
  constructor(parent: DropCounters | null = null) {
    this.#parent = parent;
  }

  add(reason: DropReason, count = 1): void {
    if (count === 0) return;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
    this.#parent?.add(reason, count);
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  /** The reasons that occurred. */
  snapshot(): Readonly<Partial<Record<DropReason, number>>> {
    return Object.fromEntries(this.#counts);
  }
}
