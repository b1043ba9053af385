import type { SourceRange } from "../core/access/source_list.ts";
import {
  checkClientServices,
  type ClientServiceConfig,
  clientServiceConfig,
} from "./client_service_config.ts";
import {
  bytes,
  checkMemory,
  DEFAULT_SWITCH_MS,
  durationMs,
  hostPort,
  metricsAddress,
  statusAddress,
  target,
} from "./common_settings.ts";
import { type HostPort } from "./host_port.ts";
import { type LogConfig, logConfig, USUAL_LOG } from "./log_config.ts";
import { formatStreamAddress, isUnixPath, type StreamAddress } from "./stream_address.ts";
import {
  defaultsOf,
  named,
  object,
  oneOrMore,
  optional,
  parsed,
  type Place,
  readConfig,
  type Reader,
  required,
  wholeNumber,
} from "./schema.ts";
import { checkDecision, decision, type DecisionConfig } from "./decision_config.ts";
import {
  checkOffer,
  checkReach,
  type OfferConfig,
  offerConfig,
  sourceList,
} from "./offer_config.ts";
import { checkProviders, type ProviderConfig, providers } from "./provider_config.ts";
import { type NotifyConfig, notifyConfig } from "./notify_config.ts";
import { NO_SERVER_NAME, parseServerName, type ServerNameChoice } from "./server_name.ts";
import { type SecretReader, secretReader } from "./secret_reference.ts";
import { decodeTicket, type Ticket } from "./ticket.ts";

/** Where SNAPT may be, the preferred first, one at least. */
export function placesOf(
  { address, ticket }: Pick<SiteConfig, "address" | "ticket">,
): readonly [HostPort, ...HostPort[]] {
  const [first, ...others] = address;
  return first === undefined ? [ticket.address] : [first, ...others];
}

export interface SiteConfig {
  readonly ticket: Ticket;
  /** Where SNAPT is, the preferred first, when that is not only where the ticket says; else empty. */
  readonly address: readonly HostPort[];
  /** What is asked for in TLS, in the clear. */
  readonly serverName: ServerNameChoice;
  /** Where each service is offered; null: all that SNAPT announces, on their real ports. */
  readonly services: ReadonlyMap<string, OfferConfig> | null;
  /** Where programs ask for other destinations, in the language of SOCKS5; null: nowhere. */
  readonly socks5: HostPort | null;
  /** The same in the language of HTTP CONNECT. */
  readonly http: HostPort | null;
  /** Ports of client applications, offered to the server applications of this site. */
  readonly clientServices: ReadonlyMap<string, ClientServiceConfig>;
  /** Where SNAPT dials CNAPT for those with `reach: direct`; 0: nothing is said. */
  readonly directPort: number;
  /** The server, as `ssh://…`, that `cnapt join` has set up for this site; null: none. */
  readonly setUpOver: string | null;
}

/** What cnapt.yaml says, defaults filled in. Times in ms, sizes in bytes. */
export interface CnaptConfig {
  readonly status: HostPort | null;
  /** Where metrics are collected; null: nowhere but at `status`. */
  readonly metrics: HostPort | null;
  readonly sites: ReadonlyMap<string, SiteConfig>;
  /** Which other hosts may use what is offered on an address that they reach; null: unsaid. */
  readonly allow: readonly SourceRange[] | null;
  readonly providers: readonly ProviderConfig[] | null;
  readonly timeouts: {
    readonly switch: number;
    /** How long the sites of one switch wait for one another. */
    readonly sites: number;
    /** How long what applications have written may take to arrive when the program ends. */
    readonly drain: number;
  };
  readonly decision: DecisionConfig;
  /** Null: as `decision.sensitivity` has it. */
  readonly heartbeat: { readonly interval: number | null; readonly dead: number | null };
  readonly limits: {
    readonly flows: number;
    readonly ring: number;
    readonly sessionMemory: number;
    readonly processMemory: number;
  };
  /** Which programs are told when the path changes. */
  readonly notify: readonly NotifyConfig[];
  readonly log: LogConfig;
}

const NO_TICKET: Ticket = {
  name: "",
  address: { host: "", port: 0 },
  site: "",
  id: new Uint8Array(16),
  key: new Uint8Array(32),
  certificate: null,
};

const sshServer: Reader<string | null> = parsed((value) => {
  if (typeof value === "string" && /^ssh:\/\/\S+$/.test(value)) return value;
  throw new TypeError("write ssh://USER@HOST, as `cnapt join` has it");
}, null);

/** The line of a ticket, or where that line is. */
function ticketReader(secret: SecretReader): Reader<Ticket> {
  return parsed((value) => {
    const isElsewhere = typeof value === "object" && value !== null;
    return decodeTicket(isElsewhere ? secret(value) : String(value ?? ""));
  }, NO_TICKET);
}

const SITE_FIELDS = {
  address: optional(oneOrMore(target), []),
  serverName: optional(parsed(parseServerName, NO_SERVER_NAME), NO_SERVER_NAME),
  services: optional(named("service", offerConfig), null),
  socks5: optional(hostPort, null),
  http: optional(hostPort, null),
  clientServices: optional(named("client service", clientServiceConfig), new Map()),
  directPort: optional(wholeNumber(1, 65_535), 0),
  setUpOver: optional(sshServer, null),
} as const;
const timeouts = object({
  switch: optional(durationMs("1s"), DEFAULT_SWITCH_MS),
  sites: optional(durationMs("100ms"), 5_000),
  drain: optional(durationMs("0s"), 5_000),
});
const heartbeat = object({
  interval: optional(durationMs("100ms"), null),
  dead: optional(durationMs("100ms"), null),
});
const limits = object({
  flows: optional(wholeNumber(1, 65_535), 4_096),
  ring: optional(bytes("16KiB"), 4 * 1_048_576),
  sessionMemory: optional(bytes("16KiB"), 256 * 1_048_576),
  processMemory: optional(bytes("16KiB"), 1_073_741_824),
});

const FIELDS = {
  status: optional(statusAddress, { host: "127.0.0.1", port: 7786 }),
  metrics: optional(metricsAddress, null),
  allow: optional(sourceList, null),
  providers: optional(providers, null),
  decision: optional(decision, defaultsOf(decision)),
  timeouts: optional(timeouts, defaultsOf(timeouts)),
  heartbeat: optional(heartbeat, defaultsOf(heartbeat)),
  limits: optional(limits, defaultsOf(limits)),
  notify: optional(notifyConfig, []),
  log: optional(logConfig, USUAL_LOG),
} as const;

function schemaWith(secret: SecretReader): Reader<CnaptConfig> {
  const ticket = required(ticketReader(secret), "`cnapt join CODE` writes it");
  const site = object({ ticket, ...SITE_FIELDS });
  const sites = required(named("site", site), "`cnapt join CODE` adds a site");
  const { status, ...others } = FIELDS;
  return object({ status, sites, ...others });
}

/**
 * Reads cnapt.yaml; `secret` reads what does not stand in it.
 *
 * @throws {ConfigInvalid} with every problem of the file
 */
export function parseCnaptConfig(
  source: string,
  file: string,
  secret: SecretReader = secretReader(file),
): CnaptConfig {
  return readConfig(source, file, schemaWith(secret), check);
}

function check(config: CnaptConfig, at: Place): void {
  if (config.sites.size === 0) {
    at.field("sites").problem("there is no site: `cnapt join CODE` adds one");
  }
  checkMemory(config.limits, at.field("limits"));
  checkListeners(config, at);
  checkProviders(config.providers ?? [], at.field("providers"));
  checkDecision(config.decision, at.field("decision"));
}

/** Two services cannot listen on one port, unless one uses UDP and the other does not. */
function checkListeners({ status, metrics, sites, allow }: CnaptConfig, at: Place): void {
  const taken = new Map<string, string>();
  const take = (listen: StreamAddress | null, suffix: string, path: string, place: Place) => {
    if (listen === null || (!isUnixPath(listen) && listen.port === 0)) return;
    const address = formatStreamAddress(listen) + suffix;
    const other = taken.get(address);
    if (other !== undefined) place.problem(`${address} is already used by ${other}`);
    taken.set(address, path);
  };
  take(status, "", "status", at.field("status"));
  take(metrics, "", "metrics", at.field("metrics"));
  for (const [name, site] of sites) {
    const place = at.field("sites").field(name);
    for (const [service, offer] of site.services ?? []) {
      const own = place.field("services").field(service);
      checkOffer(offer, allow, own);
      const suffix = offer.protocol === "udp" ? "/udp" : "";
      take(offer.listen, suffix, `sites.${name}.services.${service}`, own.field("listen"));
    }
    checkClientServices(site.clientServices, place.field("clientServices"));
    const isDirect = [...site.clientServices.values()].some(({ protocol, reach }) =>
      protocol === "tcp" && reach === "direct"
    );
    if (isDirect && site.directPort === 0) {
      place.field("directPort").problem(
        "it is missing: say to which port SNAPT connects for `reach: direct`, such as 7790, and " +
          "allow it in snapt.yaml, `clients: { NAME: { direct: 7790 } }`",
      );
    }
    for (const kind of ["socks5", "http"] as const) {
      const listen = site[kind];
      take(listen, "", `sites.${name}.${kind}`, place.field(kind));
      if (listen !== null) checkReach(listen, allow, place.field(kind));
    }
  }
}
