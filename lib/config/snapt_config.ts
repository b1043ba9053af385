import { type DestinationRule, parseDestinationRule } from "../core/access/destination_rule.ts";
import type { SourceRange } from "../core/access/source_list.ts";
import type { PortRule } from "../core/access/port_rule.ts";
import {
  bytes,
  checkMemory,
  DEFAULT_SWITCH_MS,
  durationMs,
  hostPort,
  metricsAddress,
  statusAddress,
  target,
  yesOrNo,
} from "./common_settings.ts";
import {
  defaultsOf,
  listOf,
  named,
  nameOf,
  object,
  oneOf,
  oneOrMore,
  optional,
  parsed,
  type Place,
  readConfig,
  type Reader,
  required,
  wholeNumber,
} from "./schema.ts";
import { checkService, type ServiceConfig, serviceConfig } from "./service_config.ts";
import {
  address,
  checkVirtual,
  offeredPorts,
  type VirtualConfig,
  virtualConfig,
} from "./virtual_config.ts";
import { sourceList } from "./offer_config.ts";
import { type NotifyConfig, notifyConfig } from "./notify_config.ts";
import { formatHostPort, type HostPort, isAnyAddress } from "./host_port.ts";
import { type LogConfig, logConfig, USUAL_LOG } from "./log_config.ts";

/** What snapt.yaml says, defaults filled in. Times in ms, sizes in bytes. */
export interface SnaptConfig {
  readonly name: string | null;
  /** Where CNAPTs reach it, with one port or several: one at least. */
  readonly listen: readonly HostPort[];
  readonly status: HostPort | null;
  /** Where metrics are collected; null: nowhere but at `status`. */
  readonly metrics: HostPort | null;
  readonly security: "tls" | "none";
  /** Whether the router is asked to lead the port here. */
  readonly mapping: "auto" | "off";
  readonly services: ReadonlyMap<string, ServiceConfig>;
  /** What every CNAPT may reach beside the services. */
  readonly destinations: readonly DestinationRule[];
  /** Ports of client applications that every CNAPT may offer to server applications. */
  readonly clientServices: readonly PortRule[];
  /** Where server applications reach them; null: nowhere. */
  readonly virtual: VirtualConfig | null;
  /** What holds for one CNAPT, by the name that it was invited under. */
  readonly clients: ReadonlyMap<string, ClientConfig>;
  /** Relays by which it is reached as well, by names of the user's choice. */
  readonly through: ReadonlyMap<string, HostPort>;
  /** Whether CNAPTs are told where it is reached beside its relays. */
  readonly places: "auto" | "off";
  /** From where links come that a load balancer passes on. */
  readonly balancers: readonly SourceRange[];
  readonly timeouts: {
    /** For how long a session without a network is kept. */
    readonly switch: number;
    /** After how long a silence a session counts as one without a network; 30 s at most. */
    readonly inactivity: number;
    readonly handshake: number;
    /** How long what applications have written may take to arrive when the program ends. */
    readonly drain: number;
  };
  readonly limits: {
    readonly clients: number;
    readonly streams: number;
    readonly flows: number;
    readonly ring: number;
    readonly sessionMemory: number;
    readonly processMemory: number;
    readonly pendingPerSource: number;
    readonly failuresPerSecond: number;
    readonly pending: number;
  };
  /** Which programs are told when the path changes. */
  readonly notify: readonly NotifyConfig[];
  readonly log: LogConfig;
}

export interface ClientConfig {
  /** What it may reach beside the services and what all may. */
  readonly destinations: readonly DestinationRule[];
  /** What it may offer to server applications beside what all may. */
  readonly clientServices: readonly PortRule[];
  /** The virtual address that stands for it; null: one of the pool. */
  readonly address: string | null;
  /** Whether servers are told, by the PROXY protocol, who it says has connected to it. */
  readonly trustSource: boolean;
  /** The port at which SNAPT dials it when it asks for that (`reach: direct`); null: never. */
  readonly direct: number | null;
}

const destination: Reader<DestinationRule> = parsed(
  (value) => parseDestinationRule(String(value)),
  { kind: "name", name: "", ports: { first: 1, last: 1 } },
);
const client: Reader<ClientConfig> = object({
  destinations: optional(listOf(destination), []),
  clientServices: optional(offeredPorts, []),
  address: optional(address, null),
  trustSource: optional(yesOrNo, false),
  direct: optional(wholeNumber(1, 65_535), null),
});
/** What holds for a CNAPT that is not named. */
export const UNNAMED_CLIENT: ClientConfig = defaultsOf(client);

const timeouts = object({
  switch: optional(durationMs("1s"), DEFAULT_SWITCH_MS),
  inactivity: optional(durationMs("1s"), 30_000),
  handshake: optional(durationMs("100ms"), 10_000),
  drain: optional(durationMs("0s"), 5_000),
});
const limits = object({
  clients: optional(wholeNumber(1, 100_000), 256),
  streams: optional(wholeNumber(1, 65_535), 4_096),
  flows: optional(wholeNumber(1, 65_535), 4_096),
  ring: optional(bytes("16KiB"), 4 * 1_048_576),
  sessionMemory: optional(bytes("16KiB"), 256 * 1_048_576),
  processMemory: optional(bytes("16KiB"), 1_073_741_824),
  pendingPerSource: optional(wholeNumber(1, 100_000), 512),
  failuresPerSecond: optional(wholeNumber(1, 100_000), 20),
  pending: optional(wholeNumber(1, 1_000_000), 4_096),
});

const SERVICE_REMEDY = "name at least one, `ssh: { to: 127.0.0.1:22 }`";

const schema: Reader<SnaptConfig> = object({
  name: optional(nameOf("a SNAPT"), null),
  listen: optional(oneOrMore(hostPort), [{ host: "::", port: 7787 }]),
  status: optional(statusAddress, { host: "127.0.0.1", port: 7788 }),
  metrics: optional(metricsAddress, null),
  security: optional(oneOf("tls", "none"), "tls"),
  mapping: optional(oneOf("auto", "off"), "off"),
  services: required(
    named("service", serviceConfig),
    SERVICE_REMEDY,
  ),
  destinations: optional(listOf(destination), []),
  clientServices: optional(offeredPorts, []),
  virtual: optional(virtualConfig, null),
  clients: optional(named("CNAPT", client), new Map()),
  through: optional(named("relay", target), new Map()),
  places: optional(oneOf("auto", "off"), "auto"),
  balancers: optional(sourceList, []),
  timeouts: optional(timeouts, defaultsOf(timeouts)),
  limits: optional(limits, defaultsOf(limits)),
  notify: optional(notifyConfig, []),
  log: optional(logConfig, USUAL_LOG),
});

/**
 * Reads snapt.yaml.
 *
 * @throws {ConfigInvalid} with every problem of the file
 */
export function parseSnaptConfig(source: string, file: string): SnaptConfig {
  return readConfig(source, file, schema, check);
}

function check(config: SnaptConfig, at: Place): void {
  if (config.services.size === 0) {
    at.field("services").problem(
      `there is no service: ${SERVICE_REMEDY}`,
    );
  }
  if (config.services.size > 128) at.field("services").problem("there are more than 128 services");
  for (const [name, service] of config.services) {
    checkService(service, at.field("services").field(name));
  }
  if (config.virtual === null && config.clientServices.length > 0) {
    at.field("clientServices").problem(
      "there are no virtual addresses for it: say `virtual: { addresses: 127.77.0.0/24 }`",
    );
  }
  if (config.security === "none" && config.through.size > 0) {
    at.field("through").problem(
      "a relay carries TLS and nothing else: without it whoever runs the relay would read " +
        "everything; leave out `security: none`",
    );
  }
  if (config.security === "none" && config.mapping === "auto") {
    at.field("mapping").problem(
      "the router would open SNAPT to the whole Internet, where anybody on the way reads " +
        "everything without TLS; leave out `security: none`",
    );
  }
  checkVirtual(config.virtual, config.clients, at);
  checkMemory(config.limits, at.field("limits"));
  const { listen, status, metrics } = config;
  if (status !== null && metrics !== null && isSamePlace(status, metrics)) {
    at.field("metrics").problem("it is the same address as status");
  }
  for (const [index, one] of listen.entries()) {
    if (status !== null && isSamePlace(one, status)) {
      at.field("status").problem("it is the same address as listen");
    }
    if (metrics !== null && isSamePlace(one, metrics)) {
      at.field("metrics").problem("it is the same address as listen");
    }
    const before = listen.slice(0, index).find((other) => isSamePlace(one, other));
    if (before === undefined) continue;
    at.field("listen").field(index).problem(
      `it is the same address as ${formatHostPort(before)}`,
    );
  }
}

/** Whether only one of them can be listened on. */
function isSamePlace(one: HostPort, other: HostPort): boolean {
  return one.port === other.port && one.port !== 0 &&
    (takesPlaceOf(one.host, other.host) || takesPlaceOf(other.host, one.host));
}

/** Whether who listens at `host` keeps `other` from being listened on at the same port. */
function takesPlaceOf(host: string, other: string): boolean {
  const isEverywhere = isAnyAddress(host) && (host.includes(":") || !other.includes(":"));
  return host === other || isEverywhere;
}
