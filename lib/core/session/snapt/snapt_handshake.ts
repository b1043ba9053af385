import { SNAPT_PHASE_OF, TAKES_BINDS } from "../../handshake/snapt_phase.ts";
import type { SnaptEvent } from "../../handshake/snapt_event.ts";
import { snaptTakes, snaptTransition } from "../../handshake/snapt_transitions.ts";
import type { LinkId } from "../../stream/link_id.ts";
import type { Bind, SwitchStep2, SwitchUnexpected } from "../../wire/message.ts";
import { ProtocolViolation } from "../../wire/protocol_violation.ts";
import { performSnaptAction } from "./snapt_actions.ts";
import type { SnaptParts } from "./snapt_parts.ts";

/** Why a switch message is not for this session as it is; `displaced`: another one took its place. */
export type SwitchRefusal = "unknownSession" | "displaced" | "staleEpoch";

/**
 * Turns facts into events of `SNAPT_TRANSITIONS`, has carried out what the table says, and takes
 * the first frames of links, which may belong to another epoch.
 */
export class SnaptHandshake {
  readonly #parts: SnaptParts;

  constructor(parts: SnaptParts) {
    this.#parts = parts;
  }

  /** @throws {IllegalEvent} the state has no such event; nothing was changed */
  take(event: SnaptEvent, now: number): void {
    const { place } = this.#parts;
    const row = snaptTransition(place.state, event.kind);
    place.state = row.next;
    for (const action of row.actions) performSnaptAction(this.#parts, action, event, now);
  }

  /**
   * SWITCH_STEP2 or SWITCH_UNEXPECTED came on an authenticated link. The old epoch is left only
   * here, after authentication and the check of freshness. Null: the session is where it says.
   */
  switchReceived(
    link: LinkId,
    message: SwitchStep2 | SwitchUnexpected,
    now: number,
  ): SwitchRefusal | null {
    const { silence, pending, early } = this.#parts;
    const refusal = this.#refusalOf(message);
    if (refusal !== null) return refusal;
    silence.heard(now);
    const { epoch, recordReceived } = message;
    this.take(
      message.kind === "switchStep2"
        ? { kind: "step2Received", link, recordReceived }
        : { kind: "unexpectedReceived", link, epoch, recordReceived },
      now,
    );
    for (const { link, bind } of early.takeAll()) this.#bindEarly(link, bind, now);
    if (snaptTakes(this.#parts.place.state, "allRebound")) pending.tellIfNone(now);
    return null;
  }

  /**
   * BIND came as the first frame of an authenticated link.
   *
   * @throws {ProtocolViolation} it says what cannot be; nothing was changed
   */
  bindReceived(link: LinkId, bind: Bind, now: number): void {
    const { settings, outbox, table, place, silence, links, openings } = this.#parts;
    if (bind.instance !== settings.instance) return outbox.emit({ kind: "closeLink", link });
    if (bind.epoch > place.epoch) return this.#keepEarly(link, bind, now);
    const stream = table.get(bind.stream);
    const isStale = bind.epoch !== place.epoch || !TAKES_BINDS[SNAPT_PHASE_OF[place.state]] ||
      (stream !== undefined && bind.binding <= stream.binding);
    if (isStale) return outbox.emit({ kind: "closeLink", link });
    stream?.ring.checkAcknowledge(bind.received);
    silence.heard(now);
    if (stream === undefined) openings.open(link, bind, now);
    else links.rebind(stream, link, bind, now);
  }

  /** The switch message of early BINDs has not come in time. */
  dropEarly(now: number): void {
    const { outbox, deadlines, early } = this.#parts;
    for (const { link } of early.takeOverdue(now)) outbox.emit({ kind: "closeLink", link });
    if (early.deadline < Infinity) deadlines.set("earlyBinds", early.deadline);
  }

  /** Nothing was heard for a while. */
  checkSilence(now: number): void {
    const { outbox, silence } = this.#parts;
    if (outbox.control === null) return;
    if (silence.check(now) === "lost") this.take({ kind: "controlLost" }, now);
  }

  #keepEarly(link: LinkId, bind: Bind, now: number): void {
    const { outbox, deadlines, early } = this.#parts;
    const unwanted = early.keep({ link, bind }, now);
    if (unwanted !== null) outbox.emit({ kind: "closeLink", link: unwanted });
    deadlines.setIfUnset("earlyBinds", early.deadline);
  }

  #refusalOf(message: SwitchStep2 | SwitchUnexpected): SwitchRefusal | null {
    const { settings, place, outbox } = this.#parts;
    if (SNAPT_PHASE_OF[place.state] === "ended") return "unknownSession";
    // An instance that goes on has had its session taken: one that started anew has said CONNECT.
    if (message.instance !== settings.instance) return "displaced";
    // It speaks of messages that were never made here: a CONNECT that came late, perhaps to a SNAPT
    // that was started anew, has begun another session of the same instance.
    if (!outbox.record.hasMade(message.recordReceived)) return "unknownSession";
    const isFresh = message.kind === "switchStep2"
      ? message.epoch === place.epoch && snaptTakes(place.state, "step2Received")
      : message.epoch > place.epoch;
    return isFresh ? null : "staleEpoch";
  }

  /** A BIND that cannot be right costs its stream, not the switch for which it waited. */
  #bindEarly(link: LinkId, bind: Bind, now: number): void {
    const { outbox, table, ends } = this.#parts;
    try {
      this.bindReceived(link, bind, now);
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      const detail = `stream ${bind.stream}: ${error.message}`;
      const { code } = error;
      outbox.emit({ kind: "note", level: "warn", event: "protocol-violation", code, detail });
      outbox.emit({ kind: "closeLink", link });
      const stream = table.get(bind.stream);
      if (stream !== undefined) ends.fail(stream, "protocol", now);
    }
  }
}
