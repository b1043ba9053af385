import type { DropCounters } from "../../core/datagram/drop_counters.ts";
import type { HoldQueue } from "../../core/datagram/hold_queue.ts";

/** Keeps a copy of `payload`; counts what had to make room for it. */
export function hold(
  queue: HoldQueue,
  payload: Uint8Array,
  drops: DropCounters,
  now: number,
): void {
  count(queue.push(payload, now), drops);
}

/** Keeps what was released and could not be sent; counts what there is no room for. */
export function putBack(
  queue: HoldQueue,
  payloads: readonly Uint8Array[],
  drops: DropCounters,
  now: number,
): void {
  count(queue.putBack(payloads, now), drops);
}

/** What can go out now, in the order of the queue; counts what was kept for too long. */
export function release(
  queue: HoldQueue,
  drops: DropCounters,
  now: number,
): readonly Uint8Array[] {
  const { payloads, expired } = queue.release(now);
  drops.add("heldTooLong", expired);
  return payloads;
}

/** The same in the order in which it was sent. */
export function releaseAsSent(
  queue: HoldQueue,
  drops: DropCounters,
  now: number,
): readonly Uint8Array[] {
  const { payloads, expired } = queue.releaseAsSent(now);
  drops.add("heldTooLong", expired);
  return payloads;
}

/** Drops everything, and counts it. */
export function discard(queue: HoldQueue, drops: DropCounters, now: number): void {
  drops.add("heldTooLong", release(queue, drops, now).length);
}

function count(
  { full, expired }: { readonly full: number; readonly expired: number },
  drops: DropCounters,
): void {
  drops.add("holdFull", full);
  drops.add("heldTooLong", expired);
}
