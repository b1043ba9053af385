/**
 * How large packets may be on the way to SNAPT.
 *
 * Theory of operation. Networks that cannot carry a full packet are to say so (ICMP), and some do
 * not: small packets get through, full ones vanish, and everything that only asks small questions
 * calls the network well. So a full question is asked now and then, on a link of its own, since it
 * is lost with the link where it does not get through. An answer that is missing proves nothing yet:
 * the link may have been lost for another reason. So new links are asked the same, some of smaller
 * segments; only where those answer, and full ones do not, is it the size.
 */

/** What a segment may carry, largest first: IPv4 packets of 1420, 1340, 1260, 1024 and 556 bytes. */
export const SEGMENT_SIZES: readonly number[] = [1_380, 1_300, 1_220, 984, 516];
/** Header of TCP and of IPv4, without options. */
const TCP_HEAD_BYTES = 20;
const IPV4_HEAD_BYTES = 20;
const UDP_HEAD_BYTES = 8;

/** A question without an answer for so long, or for four round trips, is lost. */
const PATIENCE_MS = 1_000;
/** While something is carried, a full question is asked so often. */
const ASK_EACH_MS = 60_000;
/** Not more often than this, whatever happens. */
const ASK_AT_MOST_MS = 5_000;
/** After so long it is tried whether the network carries full packets again. */
const RETRY_MS = 5 * 60_000;

/** The largest packet of IPv4 when segments carry so much. */
export function packetBytesOf(segmentBytes: number): number {
  return segmentBytes + TCP_HEAD_BYTES + IPV4_HEAD_BYTES;
}

/** What fits into a datagram where segments may carry so much, whatever the family. */
export function datagramBytesOf(segmentBytes: number): number {
  return segmentBytes + TCP_HEAD_BYTES - UDP_HEAD_BYTES;
}

/** How long a question is waited for. */
export function sizePatienceMs(roundTripMs: number | null): number {
  return Math.max(PATIENCE_MS, 4 * (roundTripMs ?? 0));
}

/** When a path is asked for its size; times are in ms. */
export class SizeSchedule {
  #askedAt = -Infinity;
  #limitedAt: number | null = null;
  #traffic: "none" | "some" = "none";
  #isDue = true;

  /** Something was carried. */
  noteTraffic(): void {
    this.#traffic = "some";
  }

  /** Something stands although small packets pass, or the path is a new one. */
  suspect(): void {
    this.#isDue = true;
  }

  noteAsked(now: number): void {
    this.#askedAt = now;
    this.#traffic = "none";
    this.#isDue = false;
  }

  /** Only smaller packets get through since `at`; null: full ones do. */
  noteLimited(at: number | null): void {
    this.#limitedAt = at;
  }

  /** Whether it is time to try larger packets than those that are known to get through. */
  isTimeToGrow(now: number): boolean {
    return this.#limitedAt !== null && now - this.#limitedAt >= RETRY_MS;
  }

  /** When to ask next; Infinity while nothing is carried. */
  get nextAt(): number {
    if (this.#isDue) return this.#askedAt + ASK_AT_MOST_MS;
    return this.#traffic === "some" ? this.#askedAt + ASK_EACH_MS : Infinity;
  }
}
