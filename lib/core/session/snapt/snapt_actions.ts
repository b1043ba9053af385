import { unreachable } from "../../exhaustive.ts";
import { carrying } from "../../handshake/carried_data.ts";
import { SNAPT_CARRIED_BY, type SnaptEvent } from "../../handshake/snapt_event.ts";
import type { SnaptAction } from "../../handshake/snapt_transitions.ts";
import type { AckedStep } from "../../wire/message.ts";
import {
  closeAllOldLinks,
  detachAll,
  DRAIN_MS,
  sendLastPositions,
} from "../streams/all_streams.ts";
import type { SnaptParts } from "./snapt_parts.ts";

type EndKind = (typeof SNAPT_CARRIED_BY)["endSession"][number];

/** What ended a session, for the log; where SNAPT did, it is what it has told CNAPT. */
const END_REASONS: Readonly<Record<Exclude<EndKind, "endRequested">, string>> = {
  disconnectReceived: "CNAPT said goodbye",
  switchTimedOut: "CNAPT did not come back in time",
};

/** Carries out one action of `SNAPT_TRANSITIONS`; the state is already the next one. */
export function performSnaptAction(
  parts: SnaptParts,
  action: SnaptAction,
  event: SnaptEvent,
  now: number,
): void {
  const { settings, outbox, deadlines, table, acks, ends, silence, place, links, pending, meter } =
    parts;
  switch (action) {
    case "stopForwarding":
      return links.stopAll();
    case "enterEpoch":
      place.epoch = carrying(event, SNAPT_CARRIED_BY[action], action).epoch;
      return links.epochBegins();
    case "expectRebinds":
      return links.expectAll();
    case "sendLastMessages":
      return sendLastPositions(table, outbox, place.epoch);
    case "ackStep1":
      return sendAck(parts, "switchStep1");
    case "startDrainTimer":
      return deadlines.setIfUnset("drain", now + DRAIN_MS);
    case "sendOk":
      deadlines.clear("drain");
      return outbox.sendControl({ kind: "okToRedirection", epoch: place.epoch });
    case "sendServerReady":
      return outbox.sendControl({
        kind: "serverServicesReadyForRedirection",
        epoch: place.epoch,
      });
    case "closeOldLinks":
      return closeAllOldLinks(table, outbox);
    case "closeStreamLinks":
      return detachAll(table, outbox, now);
    case "closeAllLinks":
      pending.clear();
      deadlines.clear("drain");
      detachAll(table, outbox, now);
      return outbox.dropControl();
    case "adoptControl":
      meter.restart(); // it is another path, perhaps
      outbox.adopt(carrying(event, SNAPT_CARRIED_BY[action], action).link);
      return silence.watch(now);
    case "ackStep2":
      acks.sendAll();
      return sendAck(parts, "switchStep2");
    case "ackUnexpected":
      acks.sendAll();
      return sendAck(parts, "switchUnexpected");
    case "resendRecord":
      return outbox.resumeRecord(
        carrying(event, SNAPT_CARRIED_BY[action], action).recordReceived,
      );
    case "sendAllRedirected":
      place.switches += 1;
      return outbox.sendControl({
        kind: "allRedirected",
        epoch: place.epoch,
        recordReceived: outbox.record.received,
        replayedBytes: links.replayedBytes,
      });
    case "startSwitchTimer":
      return deadlines.set("switch", now + settings.switchTimeoutMs);
    case "stopSwitchTimer":
      return deadlines.clear("switch");
    case "ackDisconnect":
      return sendAck(parts, "disconnect");
    case "sendFarewell":
      return outbox.sendControl(carrying(event, SNAPT_CARRIED_BY[action], action).farewell);
    case "endSession": {
      const ending = carrying(event, SNAPT_CARRIED_BY[action], action);
      const reason = ending.kind === "endRequested"
        ? ending.farewell.sentence
        : END_REASONS[ending.kind];
      ends.resetAll("sessionEnded", now);
      for (const { link } of parts.early.takeAll()) outbox.emit({ kind: "closeLink", link });
      deadlines.clearAll();
      outbox.record.close();
      outbox.dropControl();
      return outbox.emit({ kind: "sessionEnded", reason });
    }
    default:
      return unreachable(action);
  }
}

/** Confirms a step, and says how far this end has the record. */
export function sendAck({ settings, outbox, place }: SnaptParts, of: AckedStep): void {
  outbox.sendControl({
    kind: "ack",
    of,
    epoch: place.epoch,
    recordReceived: outbox.record.received,
    switchTimeoutMs: settings.switchTimeoutMs,
  });
}
