import type { StreamRecord } from "../../core/stream/stream_record.ts";
import { nameOfTarget } from "../../core/wire/name_of_target.ts";
import type { StreamCompression } from "../stream/compression/compressed_streams.ts";

/** One relayed connection as the status shows it. */
export interface StreamSnapshot {
  readonly stream: number;
  readonly service: string;
  /** Who connected: a client application to a service, or a server application to a client service. */
  readonly opener: "client" | "server";
  /** Address and port of the application that connected, as the relay beside it saw it. */
  readonly source: string;
  readonly link: "unbound" | "resting" | "requested" | "binding" | "bound";
  /** Why it waits for another network; null: it does not. */
  readonly held: string | null;
  readonly sentBytes: number;
  readonly acknowledgedBytes: number;
  readonly receivedBytes: number;
  readonly bufferBytes: number;
  /** How its bytes are packed on the wire; null: not at all. */
  readonly packing: StreamCompression | null;
}

export function streamSnapshot(
  stream: StreamRecord,
  packing: StreamCompression | null,
  held: string | null,
): StreamSnapshot {
  return {
    stream: stream.id,
    service: nameOfTarget(stream.opening.target),
    opener: openerOf(stream),
    source: stream.opening.source,
    link: stream.link.kind,
    held,
    sentBytes: stream.ring.sent,
    acknowledgedBytes: stream.ring.acked,
    receivedBytes: stream.cursor.delivered,
    bufferBytes: stream.ring.capacity,
    packing,
  };
}

/** Which side's application connected. */
export function openerOf({ opening }: StreamRecord): "client" | "server" {
  return opening.target.kind === "call" ? "server" : "client";
}
