import { parseDestinationRule } from "../../../lib/core/access/destination_rule.ts";
import { MemoryBudget } from "../../../lib/core/stream/memory_budget.ts";
import type { Identity } from "../../../lib/config/identity.ts";
import { dial } from "../../../lib/net/dial.ts";
import { endpointOf } from "../../../lib/net/endpoint.ts";
import { listenPlain, listenTls } from "../../../lib/net/listen.ts";
import { findDestination, openDestination } from "../../../lib/relay/access/destination_access.ts";
import { loadSodium } from "../../../lib/relay/datagram/sealing/chacha20_poly1305.ts";
import { SnaptDatagrams } from "../../../lib/relay/datagram/snapt_datagrams.ts";
import { SYSTEM_CLOCK } from "../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import { SnaptServer } from "../../../lib/relay/server/snapt_server.ts";
import { tcpService, udpService } from "../../opening.ts";
import type { TestLog } from "../../test_log.ts";
import { LIMITS, type PairSettings, PATIENCE_MS, termsOf } from "./pair_settings.ts";
import { portForBoth } from "./port_for_both.ts";
import { UdpGate } from "./udp_gate.ts";

export const KEY = new Uint8Array(32).fill(7);

/** Where server applications reach client applications; Linux has all of 127/8. */
export const VIRTUAL_ADDRESS = "127.77.0.1";

/** SNAPT's side of a pair. */
export interface LoopbackSnapt {
  readonly server: SnaptServer;
  readonly port: number;
  readonly datagrams: SnaptDatagrams | null;
  readonly gate: UdpGate | null;
}

/** Starts SNAPT on loopback; `service`: the port of the server application behind each service. */
export async function startLoopbackSnapt(
  service: number,
  settings: PairSettings,
  identity: Identity,
  log: TestLog,
): Promise<LoopbackSnapt> {
  const services = (settings.services ?? ["echo"]).map((name) => tcpService(name, service));
  const offered = (settings.datagrams ?? []).map((name) => ({ name, ...termsOf(settings) }));
  services.push(...offered.map(({ name }) => udpService(name, service)));
  const own = { host: "127.0.0.1", port: settings.isGated === true ? 0 : portForBoth() };
  const { certificatePem, privateKeyPem } = identity;
  const listener = settings.security === "tls"
    ? listenTls(own, { cert: certificatePem, key: privateKeyPem })
    : listenPlain(own);
  const datagrams = await startDatagrams(service, settings, listener.port, log);
  const gate = settings.isGated === true && datagrams !== null
    ? new UdpGate(listener.port, datagrams.port)
    : null;
  const server = new SnaptServer({
    places: () => [],
    settings: {
      site: "home",
      limits: { ...LIMITS, ...settings.limits },
      sessions: 4,
      parkedPerClient: 1_024,
      pending: { pendingPerSource: 64, pending: 128, failuresPerSecond: 1_000 },
      handshakeMs: settings.handshakeMs ?? PATIENCE_MS,
      switchTimeoutMs: settings.switchTimeoutMs ?? PATIENCE_MS,
      inactivityMs: 600_000,
    },
    budget: new MemoryBudget(1 << 28),
    admit: (idHex) =>
      Promise.resolve(
        settings.admit?.(idHex) ??
          {
            kind: "known",
            key: KEY,
            client: {
              name: "laptop",
              services,
              destinations: destinationsOf(settings),
              isSourceTrusted: false,
              refusalOfDial: () => null,
              datagrams: offered,
              clientServices: {
                refusalOf: settings.refusalOf ?? (() => null),
                address: () => Promise.resolve(VIRTUAL_ADDRESS),
                allow: [],
                rules: [],
                mayUseDatagrams: settings.datagramClientServices !== undefined,
              },
            },
          },
      ),
    pairing: settings.pairing ?? null,
    openService: ({ target }, client, signal) =>
      target.kind === "destination"
        ? openDestination(target, client.destinations, signal)
        : dial({ host: "127.0.0.1", port: service }, { kind: "any" }, { signal }),
    datagrams: () => datagrams,
    pathReported: (client, session, report) => settings.notices?.reported(client, session, report),
    tasks: TaskGroup.root(SYSTEM_CLOCK, log),
    log,
  });
  server.serve(listener);
  settings.relay?.bring(server, datagrams, { identity, log });
  return { server, port: listener.port, datagrams, gate };
}

function destinationsOf({ destinations }: PairSettings) {
  return (destinations ?? []).map(parseDestinationRule);
}

/** Null where nothing uses UDP. */
async function startDatagrams(
  service: number,
  settings: PairSettings,
  port: number,
  log: TestLog,
): Promise<SnaptDatagrams | null> {
  const { datagrams, destinations, datagramClientServices } = settings;
  const users = (datagrams?.length ?? 0) + (destinations?.length ?? 0);
  if (users === 0 && datagramClientServices === undefined) return null;
  const isTls = settings.security === "tls";
  if (isTls) await loadSodium();
  return new SnaptDatagrams(
    [{ host: "127.0.0.1", port: settings.isGated === true ? 0 : port }],
    {
      protection: isTls ? "sealed" : "signed",
      flows: settings.flows ?? 256,
      findServer: async (target, rules) =>
        target.kind === "destination"
          ? { server: await findDestination(target, rules), answersFrom: "ownPort" }
          : {
            server: endpointOf("127.0.0.1", service),
            answersFrom: settings.answersFrom ?? "ownPort",
          },
      tasks: TaskGroup.root(SYSTEM_CLOCK, log),
    },
  );
}
