import { unreachable } from "../../exhaustive.ts";
import type { Message } from "../../wire/message.ts";
import type { AnnouncedService } from "../../wire/record_message.ts";
import type { CnaptHandshake } from "./cnapt_handshake.ts";
import { type CnaptMeaning, cnaptMeaningOf } from "./cnapt_meaning.ts";
import type { CnaptParts } from "./cnapt_parts.ts";
import { CommonMessages } from "../streams/common_messages.ts";
import { isOfSnapt, type RecordOfSnapt } from "../record_direction.ts";

/** What CNAPT hears on the control link, and what SNAPT has told there of itself. */
export class CnaptControl {
  readonly #parts: CnaptParts;
  readonly #handshake: CnaptHandshake;
  readonly #common: CommonMessages<RecordOfSnapt>;
  #site = "";
  #services: readonly AnnouncedService[] = [];
  #peerKeepsMs = Infinity;

  constructor(parts: CnaptParts, handshake: CnaptHandshake) {
    this.#parts = parts;
    this.#handshake = handshake;
    this.#common = new CommonMessages(parts, {
      isExpected: isOfSnapt,
      take: (message, now) => this.#takeRecord(message, now),
    });
  }

  get site(): string {
    return this.#site;
  }
  get services(): readonly AnnouncedService[] {
    return this.#services;
  }

  /** For how many ms SNAPT keeps a session without a network; Infinity: it did not say yet. */
  get peerKeepsMs(): number {
    return this.#peerKeepsMs;
  }

  /** @throws {ProtocolViolation | IllegalEvent} it cannot be; nothing was changed */
  received(message: Message, now: number): void {
    const meaning = cnaptMeaningOf(message);
    this.#check(meaning);
    if (message.kind === "ack") this.#peerKeepsMs = message.switchTimeoutMs;
    this.#parts.path.heard(message, now);
    this.#take(meaning, now);
  }

  #check(meaning: CnaptMeaning): void {
    switch (meaning.kind) {
      case "common":
        return this.#common.check(meaning.message);
      case "event":
        return this.#handshake.check(meaning.event);
      case "turnedAway":
      case "lastMessages":
        return;
      default:
        return unreachable(meaning);
    }
  }

  #take(meaning: CnaptMeaning, now: number): void {
    switch (meaning.kind) {
      case "common":
        return this.#common.take(meaning.message, now);
      case "event":
        return this.#handshake.take(meaning.event, now);
      case "turnedAway":
        return this.#handshake.turnedAway(meaning, now);
      case "lastMessages":
        return this.#parts.moves.takeLastMessages(meaning.epoch, meaning.entries);
      default:
        return unreachable(meaning);
    }
  }

  #takeRecord(message: RecordOfSnapt, now: number): void {
    const { outbox, table, links } = this.#parts;
    switch (message.kind) {
      case "services":
        this.#site = message.site;
        this.#services = message.services;
        return outbox.emit({ kind: "servicesAnnounced" });
      case "places":
        return outbox.emit({ kind: "placesTold", told: message });
      case "opened":
        if (table.get(message.stream) !== undefined) {
          outbox.emit({ kind: "streamOpened", stream: message.stream });
        }
        return;
      case "datagramSession":
        return outbox.emit({ kind: "datagramsOffered", offer: message });
      case "linkLost":
        return links.lostByPeer(message.stream, message.binding, now);
      case "clientServicesOpened":
        return outbox.emit({ kind: "clientServicesOpened", outcomes: message.outcomes });
      case "call": {
        const { call, service, source } = message;
        return outbox.emit({ kind: "callReceived", call, service, source });
      }
      default:
        return unreachable(message);
    }
  }
}
