import { type Compression, COMPRESSIONS } from "../core/wire/stream_opening.ts";
import { durationMs, streamTarget } from "./common_settings.ts";
import { checkDatagramFields, type DatagramConfig, datagramFields } from "./datagram_config.ts";
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
export interface ServiceConfig extends DatagramConfig {
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
}

export const DEFAULT_KEEPALIVE_MS = 30_000;

const TARGET_REMEDY = "say where the server is, `to: 127.0.0.1:22`";

export const serviceConfig: Reader<ServiceConfig> = object({
  to: required(streamTarget, TARGET_REMEDY, {
    says: "Where the server is.",
    example: "127.0.0.1:22",
  }),
  port: optional(wholeNumber(1, 65_535), null, {
    says: "On which port CNAPT offers it where it can.",
    ...{ usual: "its own", example: "5433" },
  }),
  protocol: optional(oneOf("tcp", "udp"), "tcp", "Whether it is for connections or datagrams."),
  proxy: optional(oneOf("v2"), null, {
    says: "TCP: tells the server with the PROXY protocol who connects.",
    usual: "it is not told",
  }),
  compress: optional(
    oneOf(...COMPRESSIONS),
    "none",
    "How connections are packed on the way, unless CNAPT wants otherwise.",
  ),
  keepalive: optional(
    durationMs("0s"),
    DEFAULT_KEEPALIVE_MS,
    "TCP: after how long without a byte its host is asked whether it lives; 0s never.",
  ),
  ...datagramFields,
});

/** What only shows between the settings of a service. */
export function checkService(config: ServiceConfig, at: Place): void {
  const { to, port, protocol, proxy } = config;
  if (isUnixPath(to) && port === null) {
    at.field("port").problem("it is missing: a Unix socket has none, say on which CNAPT offers it");
  }
  if (isUnixPath(to) && protocol === "udp") {
    at.field("to").problem("a Unix socket is for TCP services only");
  }
  if (protocol === "udp" && proxy !== null) {
    at.field("proxy").problem("it is for TCP: leave it out");
  }
  checkDatagramFields(config, at);
}

/** The port on which CNAPT offers the service if it can. */
export function offeredPort({ to, port }: ServiceConfig): number {
  return port ?? (isUnixPath(to) ? 0 : to.port);
}
