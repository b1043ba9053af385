import type { DropCounters } from "../../core/datagram/drop_counters.ts";
import type { HoldQueue } from "../../core/datagram/hold_queue.ts";

/** Keeps a copy of `payload`; counts what had to make room for it. */
export function hold(
  queue: HoldQueue,
  payload: Uint8Array,
  drops: DropCounters,
  now: number,
): void {
  const { full, expired } = queue.push(payload, now);
  drops.add("holdFull", full);
  drops.add("heldTooLong", expired);
}

/** What can go out now, newest first; counts what was kept for too long. */
export function release(
  queue: HoldQueue,
  drops: DropCounters,
  now: number,
): readonly Uint8Array[] {
  const { payloads, expired } = queue.release(now);
  drops.add("heldTooLong", expired);
  return payloads;
}

/** Drops everything, and counts it. */
export function discard(queue: HoldQueue, drops: DropCounters, now: number): void {
  drops.add("heldTooLong", release(queue, drops, now).length);
}
