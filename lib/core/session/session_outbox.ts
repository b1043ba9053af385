import type { Message } from "../wire/message.ts";
import type { CommonEffect } from "./common_effect.ts";
import type { LinkId } from "../stream/link_id.ts";
import { MessageRecord, type RecordEntry } from "./message_record.ts";

/**
 * What a session wants done, collected while it takes in a fact, and the messages to its peer
 * among it: those of the record, which survive a switch, and those that do not.
 */
export abstract class SessionOutbox<RoleEffect> {
  protected readonly record = new MessageRecord();
  protected control: LinkId | null = null;
  #effects: (CommonEffect | RoleEffect)[] = [];

  get controlLink(): LinkId | null {
    return this.control;
  }

  protected emit(effect: CommonEffect | RoleEffect): void {
    this.#effects.push(effect);
  }

  protected flush(): (CommonEffect | RoleEffect)[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  protected sendControl(message: Message): void {
    if (this.control !== null) this.emit({ kind: "sendControl", message });
  }

  protected sendRecord(entry: RecordEntry): void {
    const message = this.record.append(entry);
    if (message !== null) this.sendControl(message);
  }

  /** The peer told what it has of the record: send the rest, and what is to be acknowledged. */
  protected resumeRecord(received: number): void {
    for (const message of this.record.resume(received)) this.sendControl(message);
  }
}
