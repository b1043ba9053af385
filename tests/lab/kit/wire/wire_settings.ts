/** How one direction of a wire behaves. */
export interface WireSettings {
  /** How long a frame travels. */
  readonly delayMs: number;
  /** At most this much is added to the delay, evenly spread; frames are never reordered. */
  readonly jitterMs: number;
  /** Bits per second; 0 means as fast as the machine can. */
  readonly rateBits: number;
  /** The share of frames that get lost, 0 to 1. */
  readonly loss: number;
  /** What may wait for its turn at the rate, in bytes; 0 means 100 ms of the rate. */
  readonly queueBytes: number;
}

/** A wire that hides nothing: no delay, no limit, no loss. */
export const PLAIN_WIRE: WireSettings = {
  delayMs: 0,
  jitterMs: 0,
  rateBits: 0,
  loss: 0,
  queueBytes: 0,
};

/** What one direction of a wire did since it was made. */
export interface WireCounts {
  /** Frames and bytes that the sending host put on the wire. */
  readonly packets: number;
  readonly bytes: number;
  /** Of these, IPv4 packets (the rest is ARP) and their bytes. */
  readonly ipPackets: number;
  readonly ipBytes: number;
  /** What came out at the other end. */
  readonly delivered: number;
  /** Frames lost by chance, for want of room in the queue, and in silence. */
  readonly lost: number;
  readonly overflowed: number;
  readonly silenced: number;
}

/** The directions of a wire between the hosts `a` and `b`. */
export type WireDirection = "a->b" | "b->a";
