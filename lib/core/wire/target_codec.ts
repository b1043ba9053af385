import { unreachable } from "../exhaustive.ts";
import type { ByteReader } from "./byte_reader.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { MAX_HOST_BYTES, MAX_NAME_BYTES } from "./message.ts";
import { type StreamTarget, TARGET_KINDS } from "./stream_opening.ts";

/** What a stream or a flow leads to: its kind and what that kind needs. */
export function writeTarget(writer: ByteWriter, target: StreamTarget): void {
  writer.choice(TARGET_KINDS, target.kind);
  switch (target.kind) {
    case "service":
      writer.text(target.name, MAX_NAME_BYTES);
      return;
    case "destination":
      writer.text(target.host, MAX_HOST_BYTES).u16(target.port);
      return;
    case "call":
      writer.u32(target.call).text(target.name, MAX_NAME_BYTES);
      return;
    default:
      unreachable(target);
  }
}

/** @throws {ProtocolViolation} it is none */
export function readTarget(r: ByteReader): StreamTarget {
  const kind = r.choice(TARGET_KINDS);
  switch (kind) {
    case "service":
      return { kind, name: r.text(MAX_NAME_BYTES) };
    case "destination":
      return { kind, host: r.text(MAX_HOST_BYTES), port: r.u16() };
    case "call":
      return { kind, call: r.u32(), name: r.text(MAX_NAME_BYTES) };
    default:
      return unreachable(kind);
  }
}
