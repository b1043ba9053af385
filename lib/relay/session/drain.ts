/**
 * Before a program ends: what applications have written is brought to its end.
 *
 * Theory of operation. An application that has written everything and closed looks, until its last
 * byte was read, like one that is about to write more; what it wrote may still be in the system's
 * buffer. So a stream on which something is under way goes on being relayed until both ends have
 * what was read, and nothing more has come for a while. A stream on which nothing was under way in
 * the first place has nothing to wait for.
 *
 * The application beside us has its bytes when its system has confirmed them: what is still in the
 * send queue of our socket is lost with a reset. At the other end the other program, which goes on,
 * sees to that (`farewell.ts`).
 */
import type { StreamRecord } from "../../core/stream/stream_record.ts";
import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import { pause } from "../run/pause.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";

const LOOK_MS = 20;
/** Who was writing and has written nothing more for so long is done. */
const QUIET_MS = 200;
/** So many streams that were cut are named, the others counted. */
const MAX_NAMED = 20;

export interface DrainContext {
  readonly streams: () => Iterable<StreamRecord>;
  /** What the application beside us has been sent, and its system has not confirmed. */
  readonly unconfirmedBytes: (stream: StreamRecord) => number;
  /** Open for as long as it is waited. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/** Waits until nothing is under way on any stream, but at most `ms`; then says what is cut. */
export async function drainStreams(
  { streams, unconfirmedBytes, tasks, log }: DrainContext,
  ms: number,
): Promise<void> {
  const until = tasks.now() + ms;
  const activity = new Activity(unconfirmedBytes);
  if (ms === 0 || activity.note(streams(), tasks.now()) === 0) return;
  await pause(tasks, LOOK_MS, tasks.signal); // what has come is read in the meantime
  let busy = activity.busy(streams(), tasks.now());
  if (busy.length === 0) return;
  log.info("draining", { streams: busy.length, within_ms: ms });
  while (busy.length > 0 && tasks.now() < until && !tasks.isClosed) {
    await pause(tasks, LOOK_MS, tasks.signal);
    busy = activity.busy(streams(), tasks.now());
  }
  tellCut(busy.map((stream) => ({ stream, bytes: activity.lost(stream) })), log);
}

/** Since when nothing has changed on each stream. */
class Activity {
  readonly #unconfirmedBytes: DrainContext["unconfirmedBytes"];
  readonly #seen = new Map<number, { readonly mark: number; readonly since: number }>();

  constructor(unconfirmedBytes: DrainContext["unconfirmedBytes"]) {
    this.#unconfirmedBytes = unconfirmedBytes;
  }

  /** Notes how far each stream is, as one that is at rest; returns how many there are. */
  note(streams: Iterable<StreamRecord>, now: number): number {
    for (const stream of streams) {
      this.#seen.set(stream.id, { mark: markOf(stream), since: now - QUIET_MS });
    }
    return this.#seen.size;
  }

  busy(streams: Iterable<StreamRecord>, now: number): readonly StreamRecord[] {
    return [...streams].filter((stream) => this.#isBusy(stream, now));
  }

  /** What is lost when `stream` ends now: a complete one leaves its send queue to the system. */
  lost(stream: StreamRecord): number {
    const queued = stream.cursor.isComplete ? 0 : this.#unconfirmedBytes(stream);
    return missing(stream) + queued;
  }

  #isBusy(stream: StreamRecord, now: number): boolean {
    const mark = markOf(stream);
    const before = this.#seen.get(stream.id);
    if (mark === before?.mark && !this.#isUnderWay(stream)) return now - before.since < QUIET_MS;
    this.#seen.set(stream.id, { mark, since: now });
    return true;
  }

  #isUnderWay(stream: StreamRecord): boolean {
    return missing(stream) > 0 || stream.output === "ending" || this.#unconfirmedBytes(stream) > 0;
  }
}

/** Grows with each byte that moves, in either direction. */
function markOf({ ring, cursor, peerDelivered }: StreamRecord): number {
  return ring.end + peerDelivered + cursor.taken + cursor.delivered;
}

/** Bytes that were read from one application and are not with the other, as far as is known here. */
function missing({ ring, cursor, peerDelivered }: StreamRecord): number {
  const there = Math.max(0, ring.end - Math.max(peerDelivered, 0));
  const here = (cursor.final ?? cursor.taken) - cursor.delivered;
  return there + here;
}

function tellCut(
  streams: readonly { readonly stream: StreamRecord; readonly bytes: number }[],
  log: RelayLog,
): void {
  const cut = streams.filter(({ bytes }) => bytes > 0);
  for (const { stream, bytes } of cut.slice(0, MAX_NAMED)) {
    log.warn("stream-cut", {
      stream: stream.id,
      service: nameOfTarget(stream.opening.target),
      bytes,
    });
  }
  if (cut.length > MAX_NAMED) log.warn("streams-cut", { more: cut.length - MAX_NAMED });
}
