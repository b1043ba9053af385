import { type Compression, COMPRESSIONS } from "../core/wire/stream_opening.ts";
import { durationMs, streamTarget } from "./common_settings.ts";
import { isUnixPath, type StreamAddress } from "./stream_address.ts";
import {
  object,
  oneOf,
  optional,
  type Place,
  type Reader,
  required,
  wholeNumber,
} from "./schema.ts";

/** A server that CNAPTs may reach, as snapt.yaml says it. */
export interface ServiceConfig {
  readonly to: StreamAddress;
  /** On which port CNAPT offers it; the server's own where nothing is said. */
  readonly port: number | null;
  readonly protocol: "tcp" | "udp";
  /** TCP: tells the server who connected, by the PROXY protocol. */
  readonly proxy: "v2" | null;
  /** TCP: how the streams are packed on the wire, unless CNAPT wants them otherwise. */
  readonly compress: Compression;
  /** TCP: after how long without a byte its host is asked whether it lives, in ms; 0: never. */
  readonly keepalive: number;
  /** UDP: how long a datagram waits for a network, in ms; null where nothing is said. */
  readonly hold: number | null;
  /** UDP: how long a flow lives on which nothing is sent, in ms; null where nothing is said. */
  readonly idle: number | null;
}

export const DEFAULT_KEEPALIVE_MS = 30_000;
export const DEFAULT_HOLD_MS = 200;
export const DEFAULT_IDLE_MS = 60_000;

const TARGET_REMEDY = "say where the server is, `to: 127.0.0.1:22`";

export const serviceConfig: Reader<ServiceConfig> = object({
  to: required(streamTarget, TARGET_REMEDY),
  port: optional(wholeNumber(1, 65_535), null),
  protocol: optional(oneOf("tcp", "udp"), "tcp"),
  proxy: optional(oneOf("v2"), null),
  compress: optional(oneOf(...COMPRESSIONS), "none"),
  keepalive: optional(durationMs("0s"), DEFAULT_KEEPALIVE_MS),
  hold: optional(durationMs("0ms"), null),
  idle: optional(durationMs("1s"), null),
});

/** What only shows between the settings of a service. */
export function checkService(
  { to, port, protocol, proxy, compress, hold, idle }: ServiceConfig,
  at: Place,
): void {
  if (isUnixPath(to) && port === null) {
    at.field("port").problem("it is missing: a Unix socket has none, say on which CNAPT offers it");
  }
  if (isUnixPath(to) && protocol === "udp") {
    at.field("to").problem("a Unix socket is for TCP services only");
  }
  if (protocol === "udp") {
    if (proxy !== null) at.field("proxy").problem("it is for TCP: leave it out");
    if (compress !== "none") {
      at.field("compress").problem("it is for TCP: datagrams are not packed");
    }
    return;
  }
  if (hold !== null) at.field("hold").problem("it is for UDP: say `protocol: udp` or leave it out");
  if (idle !== null) at.field("idle").problem("it is for UDP: say `protocol: udp` or leave it out");
}

/** The port on which CNAPT offers the service if it can. */
export function offeredPort({ to, port }: ServiceConfig): number {
  return port ?? (isUnixPath(to) ? 0 : to.port);
}
