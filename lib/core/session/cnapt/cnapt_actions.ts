import { unreachable } from "../../exhaustive.ts";
import { carrying } from "../../handshake/carried_data.ts";
import { CNAPT_CARRIED_BY, type CnaptEvent } from "../../handshake/cnapt_event.ts";
import { LINK_AWAITED } from "../../handshake/cnapt_phase.ts";
import type { CnaptAction } from "../../handshake/cnapt_transitions.ts";
import type { ProviderKey } from "../../path/provider_key.ts";
import type { LinkId } from "../../stream/link_id.ts";
import {
  closeAllOldLinks,
  detachAll,
  DRAIN_MS,
  sendLastPositions,
} from "../streams/all_streams.ts";
import type { CnaptParts } from "./cnapt_parts.ts";
import type { SwitchReceipt } from "../switch_receipt.ts";

/** How long DISCONNECT waits for its acknowledgement. */
const GOODBYE_MS = 500;
/** How long CONNECT waits for its acknowledgement before another link is tried. */
const CONNECT_MS = 15_000;
/** How long the peer may take with a planned switch while the old links are there. */
const PLANNED_MS = 600_000;

/** Carries out one action of `CNAPT_TRANSITIONS`; the state is already the next one. */
export function performCnaptAction(
  parts: CnaptParts,
  action: CnaptAction,
  event: CnaptEvent,
  now: number,
): void {
  const { settings, outbox, deadlines, table, acks, ends, path, place, switching, moves } = parts;
  const { instance } = settings;
  const restartZ = (atMostMs = Infinity) =>
    deadlines.set("switch", now + Math.min(settings.switchTimeoutMs, atMostMs));
  switch (action) {
    case "dialControl": {
      const isOnTarget = LINK_AWAITED[place.state] === "target";
      return outbox.emit({
        kind: "dialControl",
        provider: isOnTarget ? switching.target : null,
      });
    }
    case "adoptFirstControl": {
      const { link, provider } = carrying(event, CNAPT_CARRIED_BY[action], action);
      return adopt(parts, link, provider);
    }
    case "sendConnect":
      outbox.sendControl({ kind: "connect", instance, claim: settings.claim });
      return restartZ(CONNECT_MS);
    case "openSession":
      deadlines.clear("switch");
      path.restart(now);
      if (settings.clientServices.length > 0) {
        outbox.sendRecord({ kind: "offerClientServices", services: settings.clientServices });
      }
      return;
    case "reportRefusal": {
      const { code, sentence } = carrying(event, CNAPT_CARRIED_BY[action], action);
      return outbox.emit({
        kind: "note",
        level: "warn",
        event: "refused",
        code,
        detail: sentence,
      });
    }
    case "suspendDecision":
    case "resumeDecision":
      return outbox.emit({ kind: action });
    case "beginPlanned": {
      const { kind, provider, reason } = carrying(event, CNAPT_CARRIED_BY[action], action);
      const shape = kind === "strictSwitchRequested" ? "strict" : "overlapped";
      switching.beginPlanned(shape, { from: place.provider, to: provider }, reason, now);
      return restartZ(PLANNED_MS);
    }
    case "prepareNewLinks": {
      const { target } = switching;
      if (target === null) return;
      const count = parts.waiting.countAllowed(target);
      return outbox.emit({ kind: "prepareLinks", provider: target, count });
    }
    case "keepPrepared":
      return switching.keepPrepared(carrying(event, CNAPT_CARRIED_BY[action], action).link);
    case "abandonNewLinks":
      if (switching.target !== null) {
        outbox.emit({ kind: "abandonLinks", provider: switching.target });
      }
      return closePrepared(parts);
    case "failSwitch":
      deadlines.clear("switch");
      return endSwitch(parts, "failed", now);
    case "stopForwarding":
      return moves.stopAll(now);
    case "sendStep1":
      switching.endPhase("prepare", now);
      return outbox.sendControl({
        kind: "switchStep1",
        epoch: place.epoch + 1,
        shape: switching.kind === "strict" ? "strict" : "overlapped",
      });
    case "enterEpoch":
      place.epoch += 1;
      return switching.endPhase("step1", now);
    case "redirectOutbound":
      return moves.redirectAll(now);
    case "sendLastMessages":
      return sendLastPositions(table, outbox, place.epoch);
    case "startDrainTimer":
      deadlines.set("drain", now + DRAIN_MS);
      return parts.moving.tellIfDrained(now);
    case "awaitSitesDrained":
      switching.endPhase("drain", now);
      deadlines.clear("drain");
      return outbox.emit({ kind: "reachSitePoint", point: "drained" });
    case "awaitSitesLeft":
      switching.endPhase("leave", now);
      restartZ();
      return outbox.emit({ kind: "reachSitePoint", point: "left" });
    case "sendClientReady":
      if (switching.kind === "overlapped") switching.endPhase("drain", now);
      deadlines.clear("drain");
      return outbox.sendControl({
        kind: "clientServicesReadyForRedirection",
        epoch: place.epoch,
      });
    case "closeOldLinks":
      return closeAllOldLinks(table, outbox);
    case "closeAllLinks":
      moves.forgetAll();
      deadlines.clear("drain");
      detachAll(table, outbox, now);
      path.stop();
      return outbox.dropControl();
    case "adoptPreparedControl": {
      const link = switching.takePrepared();
      if (link === null) return;
      adopt(parts, link, switching.target ?? place.provider);
      return path.restart(now);
    }
    case "adoptNewControl": {
      const { link, provider } = carrying(event, CNAPT_CARRIED_BY[action], action);
      switching.found(provider);
      adopt(parts, link, provider);
      return path.restart(now);
    }
    case "sendStep2":
      switching.endPhase("change", now);
      outbox.sendControl({
        kind: "switchStep2",
        instance,
        epoch: place.epoch,
        recordReceived: outbox.record.received,
      });
      return acks.sendAll();
    case "sendUnexpected":
      place.epoch += 1;
      switching.endPhase("search", now);
      outbox.sendControl({
        kind: "switchUnexpected",
        instance,
        epoch: place.epoch,
        recordReceived: outbox.record.received,
      });
      return acks.sendAll();
    case "rebindStreams":
      return moves.rebindAll(now);
    case "rebindDeferred":
      return moves.rebindDeferred(now);
    case "resendRecord":
      return outbox.resumeRecord(
        carrying(event, CNAPT_CARRIED_BY[action], action).recordReceived,
      );
    case "beginSudden": {
      const { reason } = carrying(event, CNAPT_CARRIED_BY[action], action);
      switching.beginSudden(place.provider, reason, now);
      moves.stallAll(path.heardAt);
      return restartZ();
    }
    case "noteFailure":
      return switching.noteFailure(carrying(event, CNAPT_CARRIED_BY[action], action).reason);
    case "fallBackToSudden":
      switching.fallBack();
      outbox.emit({ kind: "leaveSites" });
      moves.stallAll(path.heardAt);
      return restartZ();
    case "completeSwitch": {
      const heard = carrying(event, CNAPT_CARRIED_BY[action], action);
      outbox.record.acknowledge(heard.recordReceived);
      deadlines.clear("switch");
      switching.endPhase("rebind", now);
      moves.noteOpenStalls(now);
      switching.noteReplayed(heard.replayedBytes);
      return endSwitch(parts, "switched", now);
    }
    case "loseSession":
      ends.resetAll("sessionEnded", now);
      return endSwitch(parts, "failed", now);
    case "sendDisconnect":
      outbox.sendControl({ kind: "disconnect", sentence: "CNAPT stops" });
      return deadlines.set("goodbye", now + GOODBYE_MS);
    case "closeSession":
      ends.resetAll("sessionEnded", now);
      closePrepared(parts);
      deadlines.clearAll();
      outbox.record.close();
      outbox.dropControl();
      return outbox.emit({ kind: "sessionEnded", reason: endReason(event) });
    default:
      return unreachable(action);
  }
}

function adopt({ outbox, place }: CnaptParts, link: LinkId, provider: ProviderKey): void {
  place.provider = provider;
  outbox.adopt(link);
  outbox.emit({ kind: "useProvider", provider });
}

function closePrepared({ outbox, switching }: CnaptParts): void {
  const link = switching.takePrepared();
  if (link !== null) outbox.emit({ kind: "closeLink", link });
}

function endSwitch(
  { outbox, place, switching, table }: CnaptParts,
  outcome: SwitchReceipt["outcome"],
  now: number,
): void {
  const receipt = switching.end(outcome, { epoch: place.epoch, streams: table.size }, now);
  if (receipt !== null) outbox.emit({ kind: "switchEnded", receipt });
}

/** What ended the session, for the log. */
function endReason(event: CnaptEvent): string {
  if (event.kind === "refused") return event.sentence;
  return event.kind === "switchTimedOut" ? "SNAPT was not reached in time" : "closed";
}
