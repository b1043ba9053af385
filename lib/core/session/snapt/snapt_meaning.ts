import { unreachable } from "../../exhaustive.ts";
import type { SnaptEvent } from "../../handshake/snapt_event.ts";
import type { DialRequest } from "../../wire/client_service_messages.ts";
import type { WaitingStreams } from "../../wire/waiting_streams.ts";
import type { LastMessageBeforeRedirection, Message, SwitchStep1 } from "../../wire/message.ts";
import type { PathReport } from "../../wire/path_report.ts";
import { ProtocolViolation } from "../../wire/protocol_violation.ts";
import { type CommonMessage, isCommon } from "../streams/common_messages.ts";

/** What a frame on the control link means to SNAPT. */
export type SnaptMeaning =
  | { readonly kind: "common"; readonly message: CommonMessage }
  | { readonly kind: "event"; readonly event: SnaptEvent }
  | { readonly kind: "step1"; readonly message: SwitchStep1 }
  | { readonly kind: "lastMessages"; readonly message: LastMessageBeforeRedirection }
  | { readonly kind: "waiting"; readonly message: WaitingStreams }
  | { readonly kind: "path"; readonly report: PathReport }
  | { readonly kind: "dial"; readonly request: DialRequest };

/**
 * Says what `message` means, whatever the session is doing.
 *
 * @throws {ProtocolViolation} CNAPT never sends it on a control link that is in use
 */
export function snaptMeaningOf(message: Message): SnaptMeaning {
  if (isCommon(message)) return { kind: "common", message };
  switch (message.kind) {
    case "switchStep1":
      return { kind: "step1", message };
    case "lastMessageBeforeRedirection":
      return { kind: "lastMessages", message };
    case "clientServicesReadyForRedirection":
      return { kind: "event", event: { kind: "clientReadyReceived" } };
    case "disconnect":
      return { kind: "event", event: { kind: "disconnectReceived" } };
    case "waitingStreams":
      return { kind: "waiting", message };
    case "pathReport":
      return { kind: "path", report: message };
    case "dialRequest":
      return { kind: "dial", request: message };
    case "bind":
    case "bindDatagrams":
    case "measure":
    case "connect":
    case "switchStep2":
    case "switchUnexpected":
      throw new ProtocolViolation(
        "unexpected",
        `Cannot take ${message.kind}: it is for the first frame of a link`,
      );
    case "ack":
    case "bound":
    case "boundDatagrams":
    case "measured":
    case "refused":
    case "okToRedirection":
    case "serverServicesReadyForRedirection":
    case "allRedirected":
      throw new ProtocolViolation("unexpected", `Cannot take ${message.kind}: SNAPT sends it`);
    default:
      return unreachable(message);
  }
}
