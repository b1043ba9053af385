import { type ClientServiceConfig, offeredClientPort } from "../../config/client_service_config.ts";
import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { placesOf, type SiteConfig } from "../../config/site_config.ts";
import { datagramTerms } from "../../config/datagram_config.ts";
import { sensitivityOf } from "../../config/decision_config.ts";
import { certificatePem } from "../../config/pem.ts";
import { serverNameOf } from "../../config/server_name.ts";
import type { ServiceRule } from "../../core/decision/service_rule.ts";
import type { LivenessSettings } from "../../core/path/liveness.ts";
import type { ToldPlace } from "../../core/wire/places_message.ts";
import type { OfferedClientService } from "../../core/wire/client_service_messages.ts";
import type { DirectSettings } from "../../relay/link/direct/direct_settings.ts";
import { isRelayed } from "../../relay/link/not_at_relay.ts";
import type { SnaptEndpoint } from "../../relay/link/snapt_endpoint.ts";
import type { CnaptSiteSettings } from "../../relay/site/cnapt_site_settings.ts";
import { clientApplicationFinder, clientApplicationOpener } from "./open_client_application.ts";

/** A stream has a number of 16 bits. */
const MAX_STREAMS = 65_535;

/** What the settings of a site come from. */
export interface SiteSettingsSource {
  readonly name: string;
  readonly config: SiteConfig;
  /** What holds now. */
  readonly whole: () => CnaptConfig;
  readonly direct: DirectSettings | null;
  /** Where SNAPT said in an earlier run that it is reached. */
  readonly told?: readonly ToldPlace[];
  /** Which services are allowed over a provider. */
  readonly ruleOf: (provider: string) => ServiceRule;
}

/** What the relays need of the configuration of one site. */
export function siteSettings(source: SiteSettingsSource): CnaptSiteSettings {
  const { name, config, whole, direct, told = [], ruleOf } = source;
  const now = () => whole().sites.get(name) ?? config;
  const clientServices = () => now().clientServices;
  return {
    name,
    get flows() {
      return whole().limits.flows;
    },
    clientApplications: {
      openClientApplication: clientApplicationOpener(clientServices),
      findClientApplication: clientApplicationFinder(clientServices),
      compressionOfClientService: (service) => clientServices().get(service)?.compress ?? "none",
      direct,
    },
    told,
    get endpoint() {
      return endpointOf(now());
    },
    session: {
      limits: {
        get ringBytes() {
          return whole().limits.ring;
        },
        get sessionBytes() {
          return whole().limits.sessionMemory;
        },
        streams: MAX_STREAMS,
      },
      liveness: livenessSettings(whole),
      get switchTimeoutMs() {
        return whole().timeouts.switch;
      },
      ruleOf,
      get clientServices() {
        return [...clientServices()].map(([service, one]) => offerOf(service, one));
      },
    },
  };
}

/** How sensitive a session is, each time that it looks: it lives longer than a configuration. */
function livenessSettings(whole: () => CnaptConfig): LivenessSettings {
  const profile = () => sensitivityOf(whole().decision.sensitivity);
  return {
    get heartbeatMs() {
      return whole().heartbeat.interval ?? profile().heartbeatMs;
    },
    get deadAfterMs() {
      return whole().heartbeat.dead ?? profile().deadAfterMs;
    },
    get quietMs() {
      return profile().quietMs;
    },
    get outvotedAfterMs() {
      return profile().outvotedAfterMs;
    },
    get measureMs() {
      return whole().decision.check;
    },
  };
}

function offerOf(name: string, config: ClientServiceConfig): OfferedClientService {
  const { protocol } = config;
  const place = { name, port: offeredClientPort(config) };
  return protocol === "tcp"
    ? { ...place, protocol }
    : { ...place, protocol, ...datagramTerms(config) };
}

/** Where SNAPT is, and how both sides prove who they are. */
export function endpointOf(
  { ticket, address, serverName }: Pick<SiteConfig, "ticket" | "address" | "serverName">,
): SnaptEndpoint {
  const [{ host, port }, ...others] = placesOf({ address, ticket });
  const tls = ticket.certificate === null ? null : {
    ca: certificatePem(ticket.certificate),
    serverName: serverNameOf(serverName, ticket.id),
  };
  // The code of the relay was redeemed at its address, which the ticket keeps.
  const relay = isRelayed(tls) ? ticket.address : null;
  return { host, port, others, relay, tls, credentials: { id: ticket.id, key: ticket.key } };
}
