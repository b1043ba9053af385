import type { StreamRecord } from "../../stream/stream_record.ts";

/** So many times as long as it has been looked at an old link may still take to be read empty. */
const MOST_LOOKS_LEFT = 10;

interface OldLink {
  /** Everything before it comes on the old link; null while the peer has not said so. */
  until: number | null;
  /** How far the stream had come when it was last looked at. */
  taken: number;
}

/**
 * The old links of an overlapped switch, which are read empty before the new ones are read. What is
 * under way on one is sent again on the new network only where it stands, or would take too long:
 * the network that is left may be a very slow one.
 */
export class OldLinks {
  readonly #links = new Map<number, OldLink>();

  /** The stream leaves its link from now on. */
  begin({ id, cursor }: StreamRecord): void {
    this.#links.set(id, { until: null, taken: cursor.taken });
  }

  /** The peer says up to where it used the old link. */
  endsAt(id: number, until: number): void {
    const link = this.#links.get(id);
    if (link !== undefined) link.until = until;
  }

  /** Whether the old link is worth waiting for until the next look; looks come at equal intervals. */
  isMoving({ id, cursor: { taken } }: StreamRecord): boolean {
    const link = this.#links.get(id);
    if (link === undefined) return false;
    const moved = taken - link.taken;
    link.taken = taken;
    return moved > 0 && (link.until ?? taken) - taken <= MOST_LOOKS_LEFT * moved;
  }

  /** None is waited for. */
  clear(): void {
    this.#links.clear();
  }
}
