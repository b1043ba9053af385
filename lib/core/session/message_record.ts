import type { RecordMessage } from "../wire/record_message.ts";
import { ProtocolViolation } from "../wire/protocol_violation.ts";

type Unnumbered<M> = M extends RecordMessage ? Omit<M, "sequence"> : never;

/** A message of the record before it got its sequence number. */
export type RecordEntry = Unnumbered<RecordMessage>;

/** Those of the record that only one role expects. */
export type RoleRecordMessage = Exclude<RecordMessage, { kind: "eof" | "reset" | "finished" }>;

/**
 * The control messages that must survive a switch (EOF, RESET, FINISHED, LINK_LOST, services).
 *
 * They are numbered from 1 and kept until the peer said that it has them. On a new control link
 * nothing of the record is sent before the peer told what it has (`resume`); from then on
 * messages flow as they are made. So the peer sees each number once and in order, whatever
 * happened to the link before.
 */
export class MessageRecord {
  #kept: RecordMessage[] = [];
  #lastSequence = 0;
  #received = 0;
  #flow: "paused" | "flowing" = "paused";

  /** Sequence number of the last message received from the peer. */
  get received(): number {
    return this.#received;
  }
  get keptCount(): number {
    return this.#kept.length;
  }

  /** Numbers and keeps a message; returns it when it may be sent at once. */
  append(entry: RecordEntry): RecordMessage | null {
    this.#lastSequence += 1;
    const message: RecordMessage = { ...entry, sequence: this.#lastSequence };
    this.#kept.push(message);
    return this.#flow === "flowing" ? message : null;
  }

  /** The control link is gone or new: keep messages back until `resume`. */
  pause(): void {
    this.#flow = "paused";
  }

  /** The peer has everything up to `received`: the rest, to be sent now; later ones flow. */
  resume(received: number): readonly RecordMessage[] {
    this.acknowledge(received);
    this.#flow = "flowing";
    return this.#kept;
  }

  /** Whether there was ever a message of that number, which 0 stands before. */
  hasMade(sequence: number): boolean {
    return sequence <= this.#lastSequence;
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
    const first = this.#kept[0];
    if (first === undefined || received < first.sequence) return;
    this.#kept = this.#kept.slice(received - first.sequence + 1);
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
}
