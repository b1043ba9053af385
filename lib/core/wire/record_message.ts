/** The messages of the record: numbered, kept by their sender, and sent again after a switch. */
import type { ClientServiceRecordMessage } from "./client_service_messages.ts";
import type { DatagramSession } from "./datagram_messages.ts";
import type { Places } from "./places_message.ts";
import type { ResetCode } from "./reset_code.ts";
import type { Compression, Protocol } from "./stream_opening.ts";

/** A server service as SNAPT announces it: its name and the port it has behind SNAPT. */
export interface AnnouncedService {
  readonly name: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** How SNAPT would like its streams to be packed. */
  readonly compression: Compression;
}

/** The application that sends ended its direction after `position` bytes. */
export interface Eof {
  readonly kind: "eof";
  readonly sequence: number;
  readonly stream: number;
  readonly position: number;
}

/** The stream is over without completion; the other application's socket is to be reset. */
export interface Reset {
  readonly kind: "reset";
  readonly sequence: number;
  readonly stream: number;
  readonly code: ResetCode;
}

/** The sender has delivered everything, has everything acknowledged, and forgot the stream. */
export interface Finished {
  readonly kind: "finished";
  readonly sequence: number;
  readonly stream: number;
}

/** The link `binding` of a stream broke at the sender's end; CNAPT is to bind another. */
export interface LinkLost {
  readonly kind: "linkLost";
  readonly sequence: number;
  readonly stream: number;
  readonly binding: number;
}

/** The destination of a stream is connected; its opener holds an answer back until then. */
export interface Opened {
  readonly kind: "opened";
  readonly sequence: number;
  readonly stream: number;
}

/** What SNAPT offers to this CNAPT; a later message replaces an earlier one. */
export interface Services {
  readonly kind: "services";
  readonly sequence: number;
  readonly site: string;
  readonly services: readonly AnnouncedService[];
}

/** Messages that survive a switch: numbered, kept and sent again. */
export type RecordMessage =
  | Eof
  | Reset
  | Finished
  | LinkLost
  | Opened
  | Services
  | Places
  | DatagramSession
  | ClientServiceRecordMessage;
