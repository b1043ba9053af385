import { ALL_SERVICES } from "../../../lib/core/decision/service_rule.ts";
import { MemoryBudget } from "../../../lib/core/stream/memory_budget.ts";
import type { OfferedClientService } from "../../../lib/core/wire/client_service_messages.ts";
import { certificateDer, type Identity } from "../../../lib/config/identity.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { dial } from "../../../lib/net/dial.ts";
import type { Via } from "../../../lib/net/via.ts";
import { endpointOf } from "../../../lib/net/endpoint.ts";
import { listenByDevice } from "../../../lib/net/listen_by_device.ts";
import { NO_CONNECTOR } from "../../../lib/relay/network/connector.ts";
import { SYSTEM_CLOCK } from "../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import { CnaptSite } from "../../../lib/relay/site/cnapt_site.ts";
import type { CnaptSiteEvents } from "../../../lib/relay/site/cnapt_site_settings.ts";
import type { TestLog } from "../../test_log.ts";
import { KEY } from "./loopback_snapt.ts";
import { LIMITS, type PairSettings, PATIENCE_MS, termsOf } from "./pair_settings.ts";

const PROVIDERS: readonly { key: string; via: Via }[] = [
  { key: "a", via: { kind: "address", address: "127.0.0.2" } },
  { key: "b", via: { kind: "address", address: "127.0.0.3" } },
];

/** Makes CNAPT's side of a pair: a site whose providers are two addresses of the loopback. */
export function makeLoopbackSite(
  snaptPort: number,
  settings: PairSettings,
  identity: Identity,
  { log, events }: { readonly log: TestLog; readonly events: CnaptSiteEvents },
): CnaptSite {
  const { certificatePem, privateKeyPem } = identity;
  const isTls = settings.security === "tls";
  const id = new Uint8Array(16).fill(settings.id ?? 1);
  return new CnaptSite({
    settings: {
      name: settings.name ?? "home",
      flows: settings.cnaptFlows ?? 256,
      endpoint: {
        host: "127.0.0.1",
        port: settings.relay?.port ?? snaptPort,
        relay: settings.relay === undefined
          ? null
          : { host: "127.0.0.1", port: settings.relay.port },
        credentials: { id, key: KEY },
        tls: isTls ? { ca: certificatePem, serverName: settings.relay?.serverName ?? null } : null,
      },
      session: {
        limits: { ...LIMITS, ...settings.limits },
        liveness: { heartbeatMs: settings.heartbeatMs ?? 2_000, deadAfterMs: 1_500 },
        switchTimeoutMs: settings.switchTimeoutMs ?? PATIENCE_MS,
        ruleOf: (provider) => settings.ruleOf?.(provider) ?? ALL_SERVICES,
        clientServices: offersOf(settings),
      },
      clientApplications: {
        direct: settings.isDirect !== true ? null : {
          services: new Set(Object.keys(settings.clientServices ?? {})),
          certificate: isTls ? certificateDer(identity) : new Uint8Array(0),
          listen: (provider, host) =>
            listenByDevice(
              { host: settings.directHost ?? host, port: 0 },
              provider.via,
              isTls ? { cert: certificatePem, key: privateKeyPem } : null,
            ),
        },
        openClientApplication: (name, signal) => {
          const port = settings.clientServices?.[name] ?? 0;
          return dial({ host: "127.0.0.1", port }, { kind: "any" }, { signal });
        },
        compressionOfClientService: () => settings.compression ?? "none",
        findClientApplication: (name) => {
          const port = settings.datagramClientServices?.[name];
          return port === undefined || settings.isUnfindable === true
            ? Promise.reject(
              new ConnFailed("nameUnknown", `Cannot find ${name}: there is no such name`),
            )
            : Promise.resolve({
              server: endpointOf("127.0.0.1", port),
              answersFrom: settings.answersFrom ?? "ownPort",
            });
        },
      },
    },
    providers: {
      find: (key) => PROVIDERS.find((one) => one.key === key) ?? null,
      candidates: () => PROVIDERS.filter(({ key }) => settings.isCandidate?.(key) ?? true),
    },
    budget: new MemoryBudget(1 << 28),
    tasks: TaskGroup.root(SYSTEM_CLOCK, log),
    log,
    events,
    connector: settings.connector ?? NO_CONNECTOR,
  });
}

function offersOf(settings: PairSettings): readonly OfferedClientService[] {
  const terms = termsOf(settings);
  return [
    ...Object.entries(settings.clientServices ?? {})
      .map(([name, port]) => ({ name, port, protocol: "tcp" }) as const),
    ...Object.entries(settings.datagramClientServices ?? {})
      .map(([name, port]) => ({ name, port, protocol: "udp", ...terms }) as const),
  ];
}
