import type { StreamRecord } from "../../stream/stream_record.ts";
import type { Held, Message, Ping, Pong, Positions, StreamPosition } from "../../wire/message.ts";
import { ProtocolViolation } from "../../wire/protocol_violation.ts";
import type { RecordMessage } from "../../wire/record_message.ts";
import type { Acknowledgements } from "./acknowledgements.ts";
import type { RoleRecordMessage } from "../message_record.ts";
import type { CommonOutbox } from "../outbox.ts";
import type { LinkWatch } from "./link_watch.ts";
import type { StreamEnds } from "./stream_ends.ts";
import type { StreamTable } from "./stream_table.ts";

/** The control messages that both roles handle alike, but for the record's that one role expects. */
export type CommonMessage = Positions | Held | Ping | Pong | RecordMessage;

const OF_BOTH: ReadonlySet<Message["kind"]> = new Set(["positions", "held", "ping", "pong"]);

export function isCommon(message: Message): message is CommonMessage {
  return OF_BOTH.has(message.kind) || "sequence" in message;
}

/** What is to be done with a message of the record that only this role expects. */
export interface RoleRecord<Expected extends RoleRecordMessage> {
  readonly isExpected: (message: RoleRecordMessage) => message is Expected;
  readonly take: (message: Expected, now: number) => void;
}

interface CommonMessagesParts {
  readonly outbox: CommonOutbox;
  readonly table: StreamTable;
  readonly acks: Acknowledgements;
  readonly ends: StreamEnds;
  readonly watch: LinkWatch;
}

/** Takes the messages that both roles handle alike. `check` first: it changes nothing. */
export class CommonMessages<Expected extends RoleRecordMessage> {
  readonly #parts: CommonMessagesParts;
  readonly #role: RoleRecord<Expected>;

  constructor(parts: CommonMessagesParts, role: RoleRecord<Expected>) {
    this.#parts = parts;
    this.#role = role;
  }

  /** @throws {ProtocolViolation} the peer says what cannot be */
  check(message: CommonMessage): void {
    const { outbox, table } = this.#parts;
    switch (message.kind) {
      case "positions":
        outbox.record.checkAcknowledge(message.recordReceived);
        for (const { stream, position } of message.entries) {
          table.get(stream)?.ring.checkAcknowledge(position);
        }
        return;
      case "held":
        for (const { stream, position } of message.entries) {
          table.get(stream)?.ring.checkAcknowledge(position);
        }
        return;
      case "ping":
      case "pong":
        return;
      default:
        if (outbox.record.check(message) === "new") this.#checkRecord(message);
    }
  }

  take(message: CommonMessage, now: number): void {
    const { outbox, acks, watch } = this.#parts;
    switch (message.kind) {
      case "positions":
        outbox.record.acknowledge(message.recordReceived);
        for (const entry of message.entries) this.#acknowledge(entry, now);
        return;
      case "held":
        return this.#held(message, now);
      case "ping":
        outbox.sendControl({ kind: "pong", token: message.token });
        return;
      case "pong":
        return watch.pong(message.token, now);
      default:
        acks.oweRecord(now);
        if (outbox.record.receive(message) === "new") this.#takeRecord(message, now);
    }
  }

  #checkRecord(message: RecordMessage): void {
    const { table } = this.#parts;
    switch (message.kind) {
      case "reset":
        return;
      case "eof":
        return table.get(message.stream)?.cursor.checkEnd(message.position);
      case "finished": {
        const stream = table.get(message.stream);
        if (stream === undefined || isFinished(stream)) return;
        throw new ProtocolViolation(
          "position",
          `Cannot finish stream ${message.stream}: bytes are still under way`,
        );
      }
      default:
        this.#expected(message);
    }
  }

  #takeRecord(message: RecordMessage, now: number): void {
    const { outbox, table, ends } = this.#parts;
    switch (message.kind) {
      case "eof": {
        const stream = table.get(message.stream);
        if (stream === undefined) return;
        stream.cursor.endAt(message.position);
        return outbox.emit({ kind: "checkInput", stream: stream.id });
      }
      case "reset": {
        const stream = table.get(message.stream);
        table.markSeen(message.stream);
        if (stream !== undefined) ends.reset(stream, message.code, now);
        return;
      }
      case "finished": {
        const stream = table.get(message.stream);
        if (stream !== undefined) ends.release(stream, now);
        return;
      }
      default:
        this.#role.take(this.#expected(message), now);
    }
  }

  #expected(message: RoleRecordMessage): Expected {
    if (this.#role.isExpected(message)) return message;
    throw new ProtocolViolation(
      "unexpected",
      `Cannot take ${message.kind}: this end is the one that sends it`,
    );
  }

  #held({ entries }: Held, now: number): void {
    const { table, watch } = this.#parts;
    for (const { stream: id, position } of entries) {
      const stream = table.get(id);
      if (stream !== undefined) watch.peerTook(stream, position, "holding", now);
    }
  }

  #acknowledge(entry: StreamPosition, now: number): void {
    const { outbox, table, ends, watch } = this.#parts;
    const stream = table.get(entry.stream);
    if (stream === undefined) return;
    const wasFull = stream.ring.isFull;
    const freed = stream.ring.acknowledge(entry.position);
    if (freed > 0) stream.confirmation = "confirmed";
    if (freed > 0 && wasFull) outbox.emit({ kind: "wakeReader", stream: stream.id });
    stream.peerDelivered = Math.max(stream.peerDelivered, entry.position);
    watch.peerTook(stream, entry.position, "reading", now);
    ends.finishIfComplete(stream, now);
  }
}

/** Whether FINISHED can be true: this end has said its last word and has all of the other's. */
function isFinished({ output, cursor }: StreamRecord): boolean {
  return output === "ended" && cursor.isComplete;
}
