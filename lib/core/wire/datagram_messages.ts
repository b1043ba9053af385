/** The messages on links that UDP services need; what travels by UDP is in `lib/core/datagram`. */

/** Size of the secret that the keys for datagrams are derived from. */
export const SECRET_BYTES = 32;

/** How the datagrams of a session are protected: sealed, or untouched beside signed ones. */
export const PROTECTIONS = ["sealed", "signed"] as const;
export type Protection = (typeof PROTECTIONS)[number];

/**
 * Which of the datagrams that wait for a way to the other side come first: `newest` go out newest
 * first, and the oldest make room; `oldest` go out as they were sent, and the first ones are kept.
 */
export const HOLD_ORDERS = ["newest", "oldest"] as const;
export type HoldOrder = (typeof HOLD_ORDERS)[number];

/** For how long datagrams and flows are worth keeping. */
export interface DatagramTerms {
  /** How long a datagram waits for a way to the other side before it is dropped. */
  readonly holdMs: number;
  /** How long a flow lives on which nothing is sent. */
  readonly idleMs: number;
  readonly holdOrder: HoldOrder;
}

/** Where nothing else is said, or nobody has said it yet. */
export const DEFAULT_DATAGRAM_TERMS: DatagramTerms = {
  holdMs: 200,
  idleMs: 60_000,
  holdOrder: "newest",
};

/** A UDP service of `services`. */
export interface DatagramService extends DatagramTerms {
  readonly name: string;
}

/** What the UDP services of a session need: where its datagrams belong, and its keys. */
export interface DatagramSession {
  readonly kind: "datagramSession";
  readonly sequence: number;
  readonly protection: Protection;
  /** Finds the session; below 2^48. */
  readonly tag: number;
  /** 32 bytes, hex: what the keys are derived from, together with the key of the CNAPT. */
  readonly secret: string;
  /** How many flows there may be at once. */
  readonly flows: number;
  readonly services: readonly DatagramService[];
}

/** Makes the parked link on which it travels the one that carries datagrams. */
export interface BindDatagrams {
  readonly kind: "bindDatagrams";
  /** The session that the datagrams belong to: SNAPT may have another of this CNAPT by now. */
  readonly instance: string;
  /** In which CNAPT took the link: what is older was on its way when the network changed. */
  readonly epoch: number;
  /** Counts the links that carry datagrams; a lower number than the last seen is stale. */
  readonly binding: number;
  /**
   * It carries only packets that would make a longer datagram than this, below 2^16; 0: it carries
   * all of them.
   */
  readonly above: number;
}

/** Answers `bindDatagrams` on the same link. */
export interface BoundDatagrams {
  readonly kind: "boundDatagrams";
  readonly binding: number;
}

export type DatagramLinkMessage = BindDatagrams | BoundDatagrams;
