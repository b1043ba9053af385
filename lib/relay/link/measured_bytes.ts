/** The bytes that go over a link only to see how fast they go. */
import type { Clock } from "../run/clock.ts";
import type { Link } from "./link.ts";

/** TLS hands on whole records only: one of 16 KiB takes two seconds at 64 kbit/s. */
const PIECE_BYTES = 2 * 1024;

/** What came, and how long after it was asked for the last of it did. */
export interface Taken {
  readonly bytes: number;
  readonly ms: number;
}

/**
 * Sends so many bytes, random so that nothing on the way makes less of them.
 *
 * @throws {ConnFailed} the link broke
 */
export async function moveBytes(link: Link, count: number): Promise<void> {
  for (let left = count; left > 0; left -= PIECE_BYTES) {
    await link.conn.write(crypto.getRandomValues(new Uint8Array(Math.min(left, PIECE_BYTES))));
  }
}

/**
 * Takes so many bytes, fewer when the link ends before; `onTaken` hears of each piece.
 *
 * @throws {ConnFailed} the link broke
 */
export async function takeBytes(
  link: Link,
  count: number,
  clock: Clock,
  onTaken: (taken: Taken) => void = () => {},
): Promise<Taken> {
  const since = clock.now();
  let taken: Taken = { bytes: 0, ms: 0 };
  const note = (bytes: number) => {
    taken = { bytes: taken.bytes + bytes, ms: clock.now() - since };
    onTaken(taken);
  };
  if (count === 0) return taken;
  const rest = link.takeRest();
  if (rest.length > 0) note(rest.length);
  while (taken.bytes < count) {
    const piece = await link.nextPayload();
    if (piece === null) break;
    note(piece.length);
    link.payloadTaken();
  }
  return taken;
}
