import { unreachable } from "../../exhaustive.ts";
import { snaptTransition } from "../../handshake/snapt_transitions.ts";
import type { Message, SwitchStep1 } from "../../wire/message.ts";
import { ProtocolViolation } from "../../wire/protocol_violation.ts";
import { CommonMessages } from "../streams/common_messages.ts";
import { isOfCnapt, type RecordOfCnapt } from "../record_direction.ts";
import type { SnaptHandshake } from "./snapt_handshake.ts";
import { type SnaptMeaning, snaptMeaningOf } from "./snapt_meaning.ts";
import type { SnaptParts } from "./snapt_parts.ts";

/** How often SNAPT measures the round trip for itself, at most: 40 kB an hour. */
const MEASURE_EVERY_MS = 30_000;

/** What SNAPT hears on the control link. */
export class SnaptControl {
  readonly #parts: SnaptParts;
  readonly #handshake: SnaptHandshake;
  readonly #common: CommonMessages<RecordOfCnapt>;

  constructor(parts: SnaptParts, handshake: SnaptHandshake) {
    this.#parts = parts;
    this.#handshake = handshake;
    this.#common = new CommonMessages(parts, {
      isExpected: isOfCnapt,
      take: (message) => this.#takeRecord(message),
    });
  }

  /** @throws {ProtocolViolation | IllegalEvent} it cannot be; nothing was changed */
  received(message: Message, now: number): void {
    const meaning = snaptMeaningOf(message);
    this.#check(meaning);
    this.#parts.silence.heard(now);
    this.#take(meaning, now);
  }

  #check(meaning: SnaptMeaning): void {
    switch (meaning.kind) {
      case "common":
        return this.#common.check(meaning.message);
      case "event":
        snaptTransition(this.#parts.place.state, meaning.event.kind);
        return;
      case "step1":
        return this.#checkStep1(meaning.message);
      case "lastMessages":
      case "waiting":
      case "path":
      case "dial":
        return;
      default:
        return unreachable(meaning);
    }
  }

  #checkStep1({ epoch, shape }: SwitchStep1): void {
    const { place } = this.#parts;
    if (epoch !== place.epoch + 1) {
      throw new ProtocolViolation(
        "epoch",
        `Cannot switch to epoch ${epoch}: the session is in ${place.epoch}`,
      );
    }
    snaptTransition(place.state, step1Event(shape));
  }

  /** When CNAPT asks, the path is awake: SNAPT asks as well, now and then. */
  #measure(now: number): void {
    const { meter, watch } = this.#parts;
    if (now - meter.countedAt >= MEASURE_EVERY_MS) watch.measure(now);
  }

  #take(meaning: SnaptMeaning, now: number): void {
    const { outbox, links, pending } = this.#parts;
    switch (meaning.kind) {
      case "common":
        this.#common.take(meaning.message, now);
        if (meaning.message.kind === "ping") this.#measure(now);
        return;
      case "event":
        return this.#handshake.take(meaning.event, now);
      case "step1": {
        const { epoch, shape } = meaning.message;
        this.#handshake.take({ kind: step1Event(shape), epoch }, now);
        // Of a strict switch CNAPT's last positions are still to come.
        if (shape === "overlapped") pending.tellIfNone(now);
        return;
      }
      case "lastMessages":
        return links.takeLastMessages(meaning.message.epoch, meaning.message.entries, now);
      case "waiting":
        return links.waitingAtPeer(meaning.message.epoch, meaning.message.streams, now);
      case "path":
        return outbox.emit({ kind: "pathReported", report: meaning.report });
      case "dial":
        return outbox.emit({ kind: "dialClient", request: meaning.request });
      default:
        return unreachable(meaning);
    }
  }

  #takeRecord(message: RecordOfCnapt): void {
    const { outbox, calls } = this.#parts;
    switch (message.kind) {
      case "offerClientServices":
        return outbox.emit({ kind: "clientServicesOffered", services: message.services });
      case "callRefused":
        return calls.refused(message.call, message.code);
      default:
        return unreachable(message);
    }
  }
}

function step1Event(shape: SwitchStep1["shape"]) {
  return shape === "strict" ? "strictStep1Received" : "overlappedStep1Received";
}
