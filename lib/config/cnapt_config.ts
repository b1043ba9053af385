import { bytes, durationMs, hostPort, logLevel, statusAddress } from "./common_settings.ts";
import type { HostPort } from "./host_port.ts";
import {
  defaultsOf,
  listOf,
  named,
  object,
  optional,
  parsed,
  type Place,
  readConfig,
  type Reader,
  required,
  text,
} from "./schema.ts";
import { decodeTicket, type Ticket } from "./ticket.ts";

/** What the user says about one way to the network. */
export interface ProviderConfig {
  readonly name: string | null;
  readonly interface: string | null;
  readonly address: string | null;
}

export interface SiteConfig {
  readonly ticket: Ticket;
  /** Where SNAPT is, when that is no longer where the ticket says. */
  readonly address: HostPort | null;
  /** Where each service is offered; null: all that SNAPT announces, on their real ports. */
  readonly services: ReadonlyMap<string, { readonly listen: HostPort }> | null;
}

/** What cnapt.yaml says, defaults filled in. Times in ms, sizes in bytes. */
export interface CnaptConfig {
  readonly status: HostPort | null;
  readonly sites: ReadonlyMap<string, SiteConfig>;
  readonly providers: readonly ProviderConfig[] | null;
  readonly timeouts: { readonly switch: number };
  readonly heartbeat: { readonly interval: number; readonly dead: number };
  readonly limits: {
    readonly ring: number;
    readonly sessionMemory: number;
    readonly processMemory: number;
  };
  readonly log: "info" | "debug" | "warn";
}

const ticket: Reader<Ticket> = parsed((value) => decodeTicket(String(value ?? "")), {
  name: "",
  address: { host: "", port: 0 },
  site: "",
  id: new Uint8Array(16),
  key: new Uint8Array(32),
  certificate: null,
});
const site = object({
  ticket: required(ticket),
  address: optional(hostPort, null),
  services: optional(named("service", object({ listen: required(hostPort) })), null),
});
const provider = object({
  name: optional(text("a name"), null),
  interface: optional(text("the name of an interface"), null),
  address: optional(text("an address"), null),
});
const timeouts = object({ switch: optional(durationMs, 600_000) });
const heartbeat = object({
  interval: optional(durationMs, 2_000),
  dead: optional(durationMs, 1_500),
});
const limits = object({
  ring: optional(bytes, 4 * 1_048_576),
  sessionMemory: optional(bytes, 256 * 1_048_576),
  processMemory: optional(bytes, 1_073_741_824),
});

const schema: Reader<CnaptConfig> = object({
  status: optional(statusAddress, { host: "127.0.0.1", port: 7786 }),
  sites: required(named("site", site)),
  providers: optional(listOf(provider), null),
  timeouts: optional(timeouts, defaultsOf(timeouts)),
  heartbeat: optional(heartbeat, defaultsOf(heartbeat)),
  limits: optional(limits, defaultsOf(limits)),
  log: optional(logLevel, "info"),
});

/**
 * Reads cnapt.yaml.
 *
 * @throws {ConfigInvalid} with every problem of the file
 */
export function parseCnaptConfig(source: string, file: string): CnaptConfig {
  return readConfig(source, file, schema, check);
}

function check(config: CnaptConfig, at: Place): void {
  if (config.sites.size === 0) {
    at.field("sites").problem("there is no site: add one with `cnapt join TICKET`");
  }
  const taken = new Map<string, string>();
  for (const [site, { services }] of config.sites) {
    for (const [service, { listen }] of services ?? []) {
      const key = `${listen.host}:${listen.port}`;
      const place = at.field("sites").field(site).field("services").field(service).field("listen");
      const other = taken.get(key);
      if (listen.port !== 0 && other !== undefined) {
        place.problem(`${key} is already used by ${other}`);
      }
      taken.set(key, `sites.${site}.services.${service}`);
    }
  }
  config.providers?.forEach((provider, index) => {
    const place = at.field("providers").field(index);
    if ((provider.interface === null) === (provider.address === null)) {
      place.problem("name either the interface or the address of a provider");
    }
  });
}
