import type { StreamRecord } from "../../stream/stream_record.ts";
import { nameOfTarget } from "../../wire/name_of_target.ts";
import type { ResetCode } from "../../wire/reset_code.ts";
import type { Acknowledgements } from "./acknowledgements.ts";
import type { CommonOutbox } from "../outbox.ts";
import type { StreamHooks } from "./stream_hooks.ts";
import type { StreamTable } from "./stream_table.ts";

/**
 * How streams end: each direction by itself (EOF), the whole when both directions are complete
 * and acknowledged (FINISHED), or at once with a reason (RESET).
 */
export class StreamEnds {
  readonly #outbox: CommonOutbox;
  readonly #table: StreamTable;
  readonly #acks: Acknowledgements;
  readonly #hooks: Pick<StreamHooks, "gone">;

  constructor(
    outbox: CommonOutbox,
    table: StreamTable,
    acks: Acknowledgements,
    hooks: Pick<StreamHooks, "gone">,
  ) {
    this.#outbox = outbox;
    this.#table = table;
    this.#acks = acks;
    this.#hooks = hooks;
  }

  /** The application ended its direction; everything read before is in the ring. */
  outputEnded(id: number, now: number): void {
    const stream = this.#table.get(id);
    if (stream === undefined || stream.output !== "open") return;
    stream.output = "ending";
    this.announce(stream, now);
  }

  /** The end of the other direction was passed on to the application. */
  inputEnded(id: number, now: number): void {
    const stream = this.#table.get(id);
    if (stream === undefined) return;
    stream.input = "ended";
    this.finishIfComplete(stream, now);
  }

  /** Sends EOF, unless the peer perhaps does not know the stream yet. */
  announce(stream: StreamRecord, now: number): void {
    if (stream.output !== "ending" || stream.confirmation !== "confirmed") return;
    stream.output = "ended";
    this.#outbox.sendRecord({ kind: "eof", stream: stream.id, position: stream.ring.end });
    this.finishIfComplete(stream, now);
  }

  /** Ends a stream for a reason of this end and tells the peer. */
  fail(stream: StreamRecord, code: ResetCode, now: number): void {
    // Of a stream that the peer never heard of, it need not hear the end.
    if (stream.confirmation !== "unannounced") {
      this.#outbox.sendRecord({ kind: "reset", stream: stream.id, code });
    }
    const { target } = stream.opening;
    if (target.kind === "call" && stream.confirmation !== "confirmed") {
      this.#outbox.sendRecord({ kind: "callRefused", call: target.call, code });
    }
    this.reset(stream, code, now);
  }

  /** Ends all streams without telling the peer, which is gone. */
  resetAll(code: ResetCode, now: number): void {
    for (const stream of this.#table.all()) this.reset(stream, code, now);
  }

  /** Ends a stream at once; the peer knows, or is gone. */
  reset(stream: StreamRecord, code: ResetCode, now: number): void {
    this.#forget(stream, now);
    const service = nameOfTarget(stream.opening.target);
    this.#outbox.emit({ kind: "resetStream", stream: stream.id, service, code });
  }

  /** Ends a stream that is complete; the peer knows, once it has message `settledBy`. */
  release(stream: StreamRecord, now: number, settledBy = 0): void {
    this.#forget(stream, now);
    this.#outbox.emit({ kind: "releaseStream", stream: stream.id, settledBy });
  }

  /** Says FINISHED when nothing is left to be done in either direction. */
  finishIfComplete(stream: StreamRecord, now: number): void {
    const isComplete = stream.output === "ended" && stream.input === "ended" &&
      stream.peerDelivered === stream.ring.end && stream.cursor.isComplete;
    if (!isComplete || this.#table.get(stream.id) === undefined) return;
    this.#acks.sendBeforeEnd(stream);
    this.#outbox.sendRecord({ kind: "finished", stream: stream.id });
    this.release(stream, now, this.#outbox.record.lastMade);
  }

  #forget(stream: StreamRecord, now: number): void {
    this.#table.remove(stream);
    this.#acks.forget(stream);
    this.#hooks.gone(stream, now);
  }
}
