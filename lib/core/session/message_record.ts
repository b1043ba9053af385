import { encodeMessage } from "../wire/encode.ts";
import type { RecordMessage } from "../wire/record_message.ts";
import { ProtocolViolation } from "../wire/protocol_violation.ts";
import type { MemoryBudget } from "../stream/memory_budget.ts";

type Unnumbered<M> = M extends RecordMessage ? Omit<M, "sequence"> : never;

/** A message of the record before it got its sequence number. */
export type RecordEntry = Unnumbered<RecordMessage>;

/** Those of the record that only one role expects. */
export type RoleRecordMessage = Exclude<RecordMessage, { kind: "eof" | "reset" | "finished" }>;

/** What a message that is kept costs beside its own bytes: the object, and its place. */
export const KEPT_MESSAGE_BYTES = 128;

/** What a record may hold. */
export interface RecordBounds {
  /** Bytes of all messages that are kept, each with `KEPT_MESSAGE_BYTES` more. */
  readonly limitBytes: number;
  /** The session's, in which they count. */
  readonly memory: MemoryBudget;
}

interface Kept {
  readonly message: RecordMessage;
  readonly bytes: number;
}

/**
 * The control messages that must survive a switch (EOF, RESET, FINISHED, LINK_LOST, services).
 *
 * They are numbered from 1 and kept until the peer said that it has them. On a new control link
 * nothing of the record is sent before the peer told what it has (`resume`); from then on
 * messages flow as they are made. So the peer sees each number once and in order, whatever
 * happened to the link before.
 *
 * What the peer does not acknowledge stays, so there is a bound. A peer that keeps to the protocol
 * is far from it: it acknowledges within milliseconds, and while it cannot be reached a stream
 * makes a few messages at most.
 */
export class MessageRecord {
  readonly #bounds: RecordBounds;
  readonly #kept = new Map<number, Kept>();
  #keptBytes = 0;
  #firstKept = 1;
  #lastSequence = 0;
  /** Of the messages that the peer may have seen. */
  #lastSent = 0;
  #received = 0;
  #flow: "paused" | "flowing" | "closed" = "paused";

  constructor(bounds: RecordBounds) {
    this.#bounds = bounds;
  }

  /** Sequence number of the last message received from the peer. */
  get received(): number {
    return this.#received;
  }
  get keptCount(): number {
    return this.#kept.size;
  }
  get keptBytes(): number {
    return this.#keptBytes;
  }
  /** Sequence number of the last message that was made, 0 before the first. */
  get lastMade(): number {
    return this.#lastSequence;
  }
  /** Whether so much waits that nothing should be begun that makes more. */
  get isCrowded(): boolean {
    return this.#keptBytes * 2 > this.#bounds.limitBytes;
  }

  /**
   * Numbers and keeps a message, and returns it when it may be sent at once. `held`: it is sent
   * later, or the session is over. `full`: there is no room; it was not made.
   */
  append(entry: RecordEntry): RecordMessage | "held" | "full" {
    if (this.#flow === "closed") return "held";
    if (entry.kind === "places") this.#takeBackPlaces();
    const message: RecordMessage = { ...entry, sequence: this.#lastSequence + 1 };
    const bytes = KEPT_MESSAGE_BYTES + encodeMessage(message).length;
    if (this.#keptBytes + bytes > this.#bounds.limitBytes) return "full";
    this.#lastSequence = message.sequence;
    this.#kept.set(message.sequence, { message, bytes });
    this.#keptBytes += bytes;
    this.#bounds.memory.reserveMinimum(bytes);
    return this.#flow === "flowing" ? message : "held";
  }

  /** The control link is gone or new: keep messages back until `resume`. */
  pause(): void {
    if (this.#flow !== "flowing") return;
    this.#flow = "paused";
    this.#lastSent = this.#lastSequence;
  }

  /** The peer has everything up to `received`: the rest, to be sent now; later ones flow. */
  resume(received: number): readonly RecordMessage[] {
    this.acknowledge(received);
    if (this.#flow === "paused") this.#flow = "flowing";
    return [...this.#kept.values()].map(({ message }) => message);
  }

  /** The session is over: gives the memory back, and keeps nothing any more. */
  close(): void {
    this.#flow = "closed";
    this.#bounds.memory.release(this.#keptBytes);
    this.#keptBytes = 0;
    this.#kept.clear();
  }

  /** Whether there was ever a message of that number, which 0 stands before. */
  hasMade(sequence: number): boolean {
    return sequence <= this.#lastSequence;
  }

  /** Whether the peer has said that it has the message of that number. */
  isAcknowledged(sequence: number): boolean {
    return sequence < this.#firstKept;
  }

  /** @throws {ProtocolViolation} the peer acknowledges what was never sent */
  checkAcknowledge(received: number): void {
    if (!this.hasMade(received)) {
      throw new ProtocolViolation(
        "sequence",
        `Cannot acknowledge message ${received}: only ${this.#lastSequence} were made`,
      );
    }
  }

  /** @throws {ProtocolViolation} the peer acknowledged what was never sent */
  acknowledge(received: number): void {
    this.checkAcknowledge(received);
    for (; this.#firstKept <= received; this.#firstKept++) this.#letGo(this.#firstKept);
  }

  /**
   * Tells of a message of the peer whether it is `new`, or `repeated` after a switch.
   *
   * @throws {ProtocolViolation} one or more messages are missing before it
   */
  check(message: RecordMessage): "new" | "repeated" {
    if (message.sequence <= this.#received) return "repeated";
    if (message.sequence !== this.#received + 1) {
      throw new ProtocolViolation(
        "sequence",
        `Cannot take message ${message.sequence}: ${this.#received + 1} is next`,
      );
    }
    return "new";
  }

  /**
   * Notes a message of the peer, and tells what `check` tells.
   *
   * @throws {ProtocolViolation} one or more messages are missing before it
   */
  receive(message: RecordMessage): "new" | "repeated" {
    const age = this.check(message);
    if (age === "new") this.#received = message.sequence;
    return age;
  }

  /**
   * Places replace those before. While a CNAPT is away for hours SNAPT's networks may come and go any
   * number of times: only the last of it waits.
   */
  #takeBackPlaces(): void {
    const last = this.#lastSequence;
    if (this.#flow !== "paused" || last <= this.#lastSent) return;
    if (this.#kept.get(last)?.message.kind !== "places") return;
    this.#letGo(last);
    this.#lastSequence = last - 1;
  }

  #letGo(sequence: number): void {
    const kept = this.#kept.get(sequence);
    if (kept === undefined) return;
    this.#kept.delete(sequence);
    this.#keptBytes -= kept.bytes;
    this.#bounds.memory.release(kept.bytes);
  }
}
