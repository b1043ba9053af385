import { bytes, durationMs, hostPort, statusAddress } from "./common_settings.ts";
import type { HostPort } from "./host_port.ts";
import { log, type LogConfig } from "./log_config.ts";
import { metrics, strangerFields } from "./shared_settings.ts";
import {
  defaultsOf,
  nameOf,
  object,
  oneOf,
  oneOrMore,
  optional,
  readConfig,
  type Reader,
  wholeNumber,
} from "./schema.ts";

/** What relay.yaml says, defaults filled in. Times in ms, sizes in bytes. */
export interface RelayConfig {
  readonly name: string | null;
  readonly listen: readonly HostPort[];
  /** Where it is asked how it is; null: nowhere. */
  readonly status: HostPort | null;
  /** Where metrics are collected; null: nowhere but at `status`. */
  readonly metrics: HostPort | null;
  /** Whether datagrams go by UDP ports of the same numbers; off: over links. */
  readonly udp: "on" | "off";
  readonly timeouts: {
    /** How long a new connection has to say for whom it is, and to prove a key. */
    readonly handshake: number;
    /** How long a caller waits for a SNAPT that is not there. */
    readonly wait: number;
  };
  readonly limits: {
    /** Of one SNAPT: kept ahead of need. */
    readonly parked: number;
    /** Of one SNAPT: joined and waiting together. */
    readonly connections: number;
    /** Of one SNAPT, both ways together; null: no limit. */
    readonly bytesPerSecond: number | null;
    /** Of one SNAPT in a calendar month (UTC), both ways together; null: no limit. */
    readonly bytesPerMonth: number | null;
    readonly pendingPerSource: number;
    readonly failuresPerSecond: number;
    readonly pending: number;
  };
  readonly log: LogConfig;
}

/** Where a relay is asked how it is, unless its configuration says something. */
export const USUAL_RELAY_STATUS: HostPort = { host: "127.0.0.1", port: 7789 };

const timeouts = object({
  handshake: optional(
    durationMs("100ms"),
    10_000,
    "How long a new connection has to say for whom it is, and to prove a key.",
  ),
  wait: optional(durationMs("0s"), 5_000, "How long a caller waits for a SNAPT that is not there."),
});
const limits = object({
  parked: optional(
    wholeNumber(1, 64),
    8,
    "How many connections of one SNAPT wait for callers.",
  ),
  connections: optional(
    wholeNumber(1, 100_000),
    1_024,
    "How many connections one SNAPT may have, joined and waiting together.",
  ),
  bytesPerSecond: optional(bytes("16KiB"), null, {
    says: "What is carried for one SNAPT in a second, both ways together.",
    ...{ usual: "no limit", example: "2MB" },
  }),
  bytesPerMonth: optional(bytes("1MB"), null, {
    says: "What is carried for one SNAPT in a calendar month (UTC), both ways together.",
    ...{ usual: "no limit", example: "100GB" },
  }),
  ...strangerFields,
});
/** Reads relay.yaml as a whole. */
export const relayConfig: Reader<RelayConfig> = object({
  name: optional(nameOf("a relay"), null, {
    says: "What this relay is called.",
    ...{ usual: "as the machine", example: "relay" },
  }),
  listen: optional(
    oneOrMore(hostPort),
    [{ host: "::", port: 7787 }],
    "Where CNAPTs and SNAPTs connect to: one address or a list.",
  ),
  status: optional(
    statusAddress,
    USUAL_RELAY_STATUS,
    "Where the other commands talk to the running relay, on this machine; off: nowhere.",
  ),
  udp: optional(
    oneOf("on", "off"),
    "on",
    "Whether datagrams go by UDP ports of the same numbers as listen; off: over links.",
  ),
  timeouts: optional(timeouts, defaultsOf(timeouts), "How long things may take."),
  limits: optional(limits, defaultsOf(limits), "How much there may be."),
  metrics,
  log,
});

/**
 * Reads relay.yaml.
 *
 * @throws {ConfigInvalid} with every problem of the file
 */
export function parseRelayConfig(source: string, file: string): RelayConfig {
  return readConfig(source, file, relayConfig);
}
