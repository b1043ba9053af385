import { MAX_CLIENT_SERVICES } from "../core/wire/client_service_messages.ts";
import { type Compression, COMPRESSIONS } from "../core/wire/stream_opening.ts";
import { durationMs, streamTarget } from "./common_settings.ts";
import { checkDatagramFields, type DatagramConfig, datagramFields } from "./datagram_config.ts";
import {
  object,
  oneOf,
  optional,
  type Place,
  type Reader,
  required,
  wholeNumber,
} from "./schema.ts";
import { DEFAULT_KEEPALIVE_MS } from "./service_config.ts";
import { isUnixPath, type StreamAddress } from "./stream_address.ts";

/** A port of a client application that server applications reach through SNAPT. */
export interface ClientServiceConfig extends DatagramConfig {
  readonly to: StreamAddress;
  /** On which port of the virtual address; the client application's own where nothing is said. */
  readonly port: number | null;
  readonly protocol: "tcp" | "udp";
  /** Over links that CNAPT dials, or ones that SNAPT dials to where CNAPT is. */
  readonly reach: "links" | "direct";
  /** TCP: how the streams are packed on the wire. */
  readonly compress: Compression;
  /** TCP: after how long without a byte its host is asked whether it lives, in ms; 0: never. */
  readonly keepalive: number;
}

const TARGET_REMEDY = "say where the client application listens, `to: 127.0.0.1:9100`";

export const clientServiceConfig: Reader<ClientServiceConfig> = object({
  to: required(streamTarget, TARGET_REMEDY, {
    says: "Where the application listens that server applications reach.",
    example: "127.0.0.1:9100",
  }),
  port: optional(wholeNumber(1, 65_535), null, {
    says: "On which port of the virtual address they reach it.",
    ...{ usual: "its own", example: "5061" },
  }),
  protocol: optional(oneOf("tcp", "udp"), "tcp", "Whether it is for connections or datagrams."),
  reach: optional(
    oneOf("links", "direct"),
    "links",
    "Whether connections come over links that CNAPT dials, or ones that SNAPT dials (direct).",
  ),
  compress: optional(oneOf(...COMPRESSIONS), "none", "How connections are packed on the way."),
  keepalive: optional(
    durationMs("0s"),
    DEFAULT_KEEPALIVE_MS,
    "TCP: after how long without a byte its host is asked whether it lives; 0s never.",
  ),
  ...datagramFields,
});

/** The port under which SNAPT offers it. */
export function offeredClientPort({ to, port }: ClientServiceConfig): number {
  return port ?? (isUnixPath(to) ? 0 : to.port);
}

/** What only shows between the client services of a site. */
export function checkClientServices(
  services: ReadonlyMap<string, ClientServiceConfig>,
  at: Place,
): void {
  if (services.size > MAX_CLIENT_SERVICES) {
    at.problem(`there are more than ${MAX_CLIENT_SERVICES} client services`);
  }
  const taken = new Map<string, string>();
  for (const [name, service] of services) {
    const { to, port, protocol, reach } = service;
    const place = at.field(name);
    if (isUnixPath(to) && port === null) {
      place.field("port").problem("it is missing: a Unix socket has none, say which SNAPT offers");
    }
    if (isUnixPath(to) && protocol === "udp") {
      place.field("to").problem("a Unix socket is for TCP services only");
    }
    if (protocol === "udp" && reach === "direct") {
      place.field("reach").problem("it is for TCP: datagrams always go to where CNAPT is");
    }
    checkDatagramFields(service, place);
    const key = `${offeredClientPort(service)}/${protocol}`;
    const other = taken.get(key);
    if (other !== undefined) place.problem(`port ${key} is already that of ${other}`);
    taken.set(key, name);
  }
}
