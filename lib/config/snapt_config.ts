import { type DestinationRule } from "../core/access/destination_rule.ts";
import type { SourceRange } from "../core/access/source_list.ts";
import type { PortRule } from "../core/access/port_rule.ts";
import { checkMemory, DEFAULT_SWITCH_MS, durationMs, hostPort, target } from "./common_settings.ts";
import { drain, memoryFields, metrics, notify, strangerFields } from "./shared_settings.ts";
import {
  defaultsOf,
  named,
  nameOf,
  object,
  oneOf,
  oneOrMore,
  optional,
  type Place,
  readConfig,
  type Reader,
  required,
  wholeNumber,
} from "./schema.ts";
import { type ClientConfig, clientConfig, destinations } from "./client_config.ts";
import { checkService, type ServiceConfig, serviceConfig } from "./service_config.ts";
import { checkVirtual, offeredPorts, type VirtualConfig, virtualConfig } from "./virtual_config.ts";
import { sourceList } from "./offer_config.ts";
import { type NotifyConfig } from "./notify_config.ts";
import { formatHostPort, type HostPort, isAnyAddress } from "./host_port.ts";
import { log, type LogConfig } from "./log_config.ts";
import { type ServedStatus, servedStatus } from "./served_status.ts";

/** What snapt.yaml says, defaults filled in. Times in ms, sizes in bytes. */
export interface SnaptConfig {
  readonly name: string | null;
  /** Where CNAPTs reach it, with one port or several: one at least. */
  readonly listen: readonly HostPort[];
  readonly status: ServedStatus | null;
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

const timeouts = object({
  switch: optional(
    durationMs("1s"),
    DEFAULT_SWITCH_MS,
    "How long the session of a CNAPT without a network is kept.",
  ),
  inactivity: optional(
    durationMs("1s"),
    30_000,
    "After how long a silence a CNAPT counts as away.",
  ),
  handshake: optional(
    durationMs("100ms"),
    10_000,
    "How long a new connection has to prove its key.",
  ),
  drain,
});
const limits = object({
  clients: optional(wholeNumber(1, 100_000), 256, "How many sessions there may be."),
  streams: optional(
    wholeNumber(1, 65_535),
    4_096,
    "How many connections one session may have.",
  ),
  flows: optional(
    wholeNumber(1, 65_535),
    4_096,
    "How many UDP conversations one session may have.",
  ),
  ...memoryFields("session"),
  ...strangerFields,
});

const SERVICE_REMEDY = "name at least one, `ssh: { to: 127.0.0.1:22 }`";

/** Reads snapt.yaml as a whole, but for what only shows between settings. */
export const snaptConfig: Reader<SnaptConfig> = object({
  name: optional(nameOf("a SNAPT"), null, {
    says: "What this SNAPT is called on the other side.",
    usual: "as the machine",
  }),
  listen: optional(
    oneOrMore(hostPort),
    [{ host: "::", port: 7787 }],
    "Where CNAPTs connect to: one address or a list.",
  ),
  status: optional(
    servedStatus,
    { host: "127.0.0.1", port: 7788 },
    {
      says:
        "Where the page is and the other commands talk to the running snapt, on this machine; " +
        "off: nowhere; with an origin: behind a proxy that ends TLS.",
      example: "{ listen: 10.0.0.5:7788, origin: https://snapt.example.org }",
    },
  ),
  security: optional(
    oneOf("tls", "none"),
    "tls",
    "Whether links are secured; none only inside a network that you trust.",
  ),
  mapping: optional(
    oneOf("auto", "off"),
    "off",
    "Whether the router is asked to lead the port here.",
  ),
  services: required(
    named("service", serviceConfig),
    SERVICE_REMEDY,
    "The servers that CNAPTs may reach, by names of your choice.",
  ),
  destinations: optional(destinations, [], {
    says: "What every CNAPT may reach besides; * stands for the first labels or all ports.",
    example: '["10.0.0.0/8:*", "*.example.org:443"]',
  }),
  clientServices: optional(offeredPorts, [], {
    says: "Which ports every CNAPT may offer to server applications: a list, or all.",
    example: "[9100]",
  }),
  virtual: optional(
    virtualConfig,
    null,
    "The addresses under which server applications reach what CNAPTs offer.",
  ),
  clients: optional(
    named("CNAPT", clientConfig),
    new Map(),
    "What holds for one CNAPT, by the name that it was invited under.",
  ),
  through: optional(named("relay", target), new Map(), {
    says: "Relays by which SNAPT is reached as well; `snapt through CODE` writes it.",
    example: "{ relay: relay.example.org:7787 }",
  }),
  places: optional(
    oneOf("auto", "off"),
    "auto",
    "Whether CNAPTs are told the addresses of SNAPT.",
  ),
  balancers: optional(sourceList, [], {
    says: "Load balancers that tell with the PROXY protocol who connects.",
    example: "[192.0.2.0/28]",
  }),
  timeouts: optional(timeouts, defaultsOf(timeouts), "How long things may take."),
  limits: optional(limits, defaultsOf(limits), "How much there may be."),
  notify,
  metrics,
  log,
});

/**
 * Reads snapt.yaml.
 *
 * @throws {ConfigInvalid} with every problem of the file
 */
export function parseSnaptConfig(source: string, file: string): SnaptConfig {
  return readConfig(source, file, snaptConfig, check);
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
