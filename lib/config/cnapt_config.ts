import type { SourceRange } from "../core/access/source_list.ts";
import { checkClientServices } from "./client_service_config.ts";
import { checkMemory, DEFAULT_SWITCH_MS, durationMs, statusAddress } from "./common_settings.ts";
import { type HostPort } from "./host_port.ts";
import { log, type LogConfig } from "./log_config.ts";
import { formatStreamAddress, isUnixPath, type StreamAddress } from "./stream_address.ts";
import { drain, memoryFields, metrics, notify } from "./shared_settings.ts";
import {
  defaultsOf,
  named,
  object,
  optional,
  type Place,
  readConfig,
  type Reader,
  required,
  wholeNumber,
} from "./schema.ts";
import { checkDecision, decision, type DecisionConfig } from "./decision_config.ts";
import { checkOffer, checkReach, sourceList } from "./offer_config.ts";
import { checkProviders, type ProviderConfig, providers } from "./provider_config.ts";
import { type NotifyConfig } from "./notify_config.ts";
import { type SiteConfig, siteConfig } from "./site_config.ts";
import { type SecretReader, secretReader } from "./secret_reference.ts";

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

const timeouts = object({
  switch: optional(
    durationMs("1s"),
    DEFAULT_SWITCH_MS,
    "How long a connection without a network is kept.",
  ),
  sites: optional(durationMs("100ms"), 5_000, "How long sites wait for one another in a switch."),
  drain,
});
const heartbeat = object({
  interval: optional(durationMs("100ms"), null, {
    says: "How often the path is asked whether it lives.",
    ...{ usual: "as decision.sensitivity has it", example: "1s" },
  }),
  dead: optional(durationMs("100ms"), null, {
    says: "After how long a silence a network is given up.",
    ...{ usual: "as decision.sensitivity has it", example: "2s" },
  }),
});
const limits = object({
  flows: optional(wholeNumber(1, 65_535), 4_096, "How many UDP conversations there may be."),
  ...memoryFields("site"),
});

const FIELDS = {
  status: optional(
    statusAddress,
    { host: "127.0.0.1", port: 7786 },
    "Where the other commands talk to the running cnapt, on this machine; off: nowhere.",
  ),
  allow: optional(sourceList, null, {
    says: "Which other hosts may use what is offered on addresses that they reach.",
    ...{ usual: "none", example: "[192.168.7.0/24]" },
  }),
  providers: optional(providers, null, {
    says: "What you say of networks; those that are not named are used as their type has it.",
    example: "[{ interface: wlan0, priority: 1 }]",
  }),
  decision: optional(decision, defaultsOf(decision), "Which network is used, and when it changes."),
  timeouts: optional(timeouts, defaultsOf(timeouts), "How long things may take."),
  heartbeat: optional(heartbeat, defaultsOf(heartbeat), "How a silent network is noticed."),
  limits: optional(limits, defaultsOf(limits), "How much there may be."),
  notify,
  metrics,
  log,
} as const;

/** Reads cnapt.yaml as a whole, but for what only shows between settings. */
export function cnaptConfig(secret: SecretReader): Reader<CnaptConfig> {
  const sites = required(
    named("site", siteConfig(secret)),
    "`cnapt join CODE` adds a site",
    "The SNAPTs that are reached, by names of your choice.",
  );
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
  return readConfig(source, file, cnaptConfig(secret), check);
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
