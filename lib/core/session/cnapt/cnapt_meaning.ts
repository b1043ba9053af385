import { unreachable } from "../../exhaustive.ts";
import type { CnaptEvent } from "../../handshake/cnapt_event.ts";
import type { Ack, Message, StreamPosition } from "../../wire/message.ts";
import { ProtocolViolation } from "../../wire/protocol_violation.ts";
import { type CommonMessage, isCommon } from "../streams/common_messages.ts";

/** What a frame on the control link means to CNAPT. */
export type CnaptMeaning =
  | { readonly kind: "common"; readonly message: CommonMessage }
  | { readonly kind: "event"; readonly event: CnaptEvent }
  | { readonly kind: "turnedAway"; readonly code: string; readonly sentence: string }
  | {
    readonly kind: "lastMessages";
    readonly epoch: number;
    readonly entries: readonly StreamPosition[];
  };

/**
 * Says what `message` means, whatever the session is doing.
 *
 * @throws {ProtocolViolation} SNAPT never sends it on a control link
 */
export function cnaptMeaningOf(message: Message): CnaptMeaning {
  if (isCommon(message)) return { kind: "common", message };
  switch (message.kind) {
    case "ack":
      return { kind: "event", event: ackEvent(message) };
    case "okToRedirection":
      return { kind: "event", event: { kind: "okReceived" } };
    case "serverServicesReadyForRedirection":
      return { kind: "event", event: { kind: "serverReadyReceived" } };
    case "allRedirected": {
      const { recordReceived, replayedBytes } = message;
      const event = { kind: "allRedirectedReceived", recordReceived, replayedBytes } as const;
      return { kind: "event", event };
    }
    case "refused":
      return { kind: "turnedAway", code: message.code, sentence: message.sentence };
    case "disconnect":
      return { kind: "turnedAway", code: "shuttingDown", sentence: message.sentence };
    case "lastMessageBeforeRedirection":
      return { kind: "lastMessages", epoch: message.epoch, entries: message.entries };
    case "bind":
    case "bound":
    case "bindDatagrams":
    case "boundDatagrams":
    case "measure":
    case "measured":
    case "connect":
    case "switchStep1":
    case "clientServicesReadyForRedirection":
    case "switchStep2":
    case "switchUnexpected":
    case "waitingStreams":
    case "pathReport":
    case "dialRequest":
      throw new ProtocolViolation("unexpected", `Cannot take ${message.kind}: CNAPT sends it`);
    default:
      return unreachable(message);
  }
}

function ackEvent({ of, recordReceived }: Ack): CnaptEvent {
  switch (of) {
    case "connect":
      return { kind: "connectAcked", recordReceived };
    case "disconnect":
      return { kind: "disconnectAcked", recordReceived };
    case "switchStep1":
      return { kind: "step1Acked", recordReceived };
    case "switchStep2":
      return { kind: "step2Acked", recordReceived };
    case "switchUnexpected":
      return { kind: "unexpectedAcked", recordReceived };
    default:
      return unreachable(of);
  }
}
