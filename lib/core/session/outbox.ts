import type { LinkId } from "../stream/link_id.ts";
import type { Message } from "../wire/message.ts";
import type { CommonEffect } from "./common_effect.ts";
import { MessageRecord, type RecordEntry } from "./message_record.ts";

/** What the parts that both roles share put out. */
export type CommonOutbox = Pick<
  Outbox<CommonEffect>,
  "control" | "record" | "emit" | "sendControl" | "sendRecord"
>;

/**
 * What a session wants done, collected while it takes in a fact, and the messages to its peer
 * among it: those of the record, which survive a switch, and those that do not.
 */
export class Outbox<Effect> {
  readonly record: MessageRecord;
  #control: LinkId | null = null;
  #effects: (Effect | CommonEffect)[] = [];

  constructor(record: MessageRecord) {
    this.record = record;
  }

  /** The link of which control frames are sent and taken; null without a network. */
  get control(): LinkId | null {
    return this.#control;
  }

  emit(effect: Effect | CommonEffect): void {
    this.#effects.push(effect);
  }

  /** Everything since the last call, in order. */
  flush(): (Effect | CommonEffect)[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** Sends what is worth nothing after this link; without one there is nobody to tell. */
  sendControl(message: Message): void {
    if (this.#control !== null) this.emit({ kind: "sendControl", message });
  }

  /**
   * Sends what must survive a switch: now, or as soon as the peer told what it has. A peer that
   * leaves so much unacknowledged that there is no room for it loses the session.
   */
  sendRecord(entry: RecordEntry): void {
    const message = this.record.append(entry);
    switch (message) {
      case "held":
        return;
      case "full":
        return this.#giveUp(this.record.keptCount);
      default:
        this.sendControl(message);
    }
  }

  /** The peer told what it has of the record: sends the rest. */
  resumeRecord(received: number): void {
    for (const message of this.record.resume(received)) this.sendControl(message);
  }

  /** From now on `link` is the control link; the record waits until the peer tells what it has. */
  adopt(link: LinkId): void {
    this.record.pause();
    this.#control = link;
    this.emit({ kind: "adoptControl", link });
  }

  /** There is no control link any more. */
  dropControl(): void {
    this.record.pause();
    this.#control = null;
    this.emit({ kind: "closeControl" });
  }

  #giveUp(count: number): void {
    this.record.close();
    const reason = `Cannot keep more than ${count} messages: the peer does not acknowledge them`;
    this.emit({ kind: "endForViolation", reason });
  }
}
