import { SYSTEM_CLOCK } from "../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import { NO_CONNECTOR } from "../../../lib/relay/network/connector.ts";
import { parseDestinationRule } from "../../../lib/core/access/destination_rule.ts";
import { findDestination, openDestination } from "../../../lib/relay/access/destination_access.ts";
import type { OfferedClientService } from "../../../lib/core/wire/client_service_messages.ts";
import { ALL_SERVICES, type RuleOf } from "../../../lib/core/decision/service_rule.ts";
import type { Compression } from "../../../lib/core/wire/stream_opening.ts";
import type { SessionLimits } from "../../../lib/core/session/session_limits.ts";
import { MemoryBudget } from "../../../lib/core/stream/memory_budget.ts";
import type { SwitchReceipt } from "../../../lib/core/session/switch_receipt.ts";
import { certificateDer, createIdentity, type Identity } from "../../../lib/config/identity.ts";
import { serverNameFor } from "../../../lib/config/server_name.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { dial, type Via } from "../../../lib/net/dial.ts";
import { endpointOf } from "../../../lib/net/endpoint.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { listenByDevice } from "../../../lib/net/listen_by_device.ts";
import { listenPlain, listenTls } from "../../../lib/net/listen.ts";
import { CnaptSite } from "../../../lib/relay/site/cnapt_site.ts";
import type { Connector } from "../../../lib/relay/network/connector.ts";
import type { SiteSnapshot } from "../../../lib/relay/site/site_snapshot.ts";
import { UdpEmulator } from "../../../lib/relay/emulator/udp_emulator.ts";
import { TcpEmulator } from "../../../lib/relay/emulator/tcp_emulator.ts";
import type { Admission } from "../../../lib/relay/link/link_auth.ts";
import { TestLog } from "../../test_log.ts";
import { WakeUp } from "../../../lib/relay/run/wake_up.ts";
import type { ClientServicePolicy } from "../../../lib/relay/access/client_service_policy.ts";
import type { AdmittedClient } from "../../../lib/relay/access/admitted_client.ts";
import { loadSodium } from "../../../lib/relay/datagram/sealing/chacha20_poly1305.ts";
import { SnaptServer } from "../../../lib/relay/server/snapt_server.ts";
import type { SnaptNotices } from "../../../lib/relay/notice/snapt_notices.ts";
import { SnaptDatagrams } from "../../../lib/relay/datagram/snapt_datagrams.ts";
import { portForBoth } from "./port_for_both.ts";
import { UdpGate } from "./udp_gate.ts";
import { tcpService, udpService } from "../../opening.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

/** Nothing in these tests takes longer unless it hangs. */
const PATIENCE_MS = 10_000;

export interface PairSettings {
  /** Of the site, where there are several. */
  readonly name?: string;
  readonly security?: "tls" | "none";
  readonly limits?: Partial<SessionLimits>;
  readonly switchTimeoutMs?: number;
  readonly handshakeMs?: number;
  readonly heartbeatMs?: number;
  readonly services?: readonly string[];
  /** Rules for what may be reached beside the services. */
  readonly destinations?: readonly string[];
  /** TCP ports of client applications by name, offered on `virtualAddress`. */
  readonly clientServices?: Readonly<Record<string, number>>;
  /** The same of UDP. */
  readonly datagramClientServices?: Readonly<Record<string, number>>;
  /** Their client applications cannot be found. */
  readonly isUnfindable?: boolean;
  /** SNAPT dials the links of the client services. */
  readonly isDirect?: boolean;
  /** Where CNAPT says that it listens for them, if not where it does. */
  readonly directHost?: string;
  /** Why SNAPT refuses a client service; null: it does not. */
  readonly refusalOf?: ClientServicePolicy["refusalOf"];
  /** UDP services, all with the same server application. */
  readonly datagrams?: readonly string[];
  /** Is told every receipt, as CNAPT's notices are. */
  readonly switchEnded?: (receipt: SwitchReceipt) => void;
  /** Those that are tried without being asked for; else both. */
  readonly isCandidate?: (provider: string) => boolean;
  /** Which services may go over which provider; else all. */
  readonly ruleOf?: RuleOf;
  /** What connects and closes the providers. */
  readonly connector?: Connector;
  /** SNAPT's side of the notices. */
  readonly notices?: SnaptNotices;
  /** How the streams of all services are packed. */
  readonly compression?: Compression;
  readonly holdMs?: number;
  readonly idleMs?: number;
  /** How many flows SNAPT allows. */
  readonly flows?: number;
  readonly cnaptFlows?: number;
  /** Datagrams go through `gate`. */
  readonly isGated?: boolean;
  /** What SNAPT says of the ID; by default it knows it. */
  readonly admit?: (idHex: string) => Admission<AdmittedClient>;
  readonly ids?: readonly number[];
}

const LIMITS: SessionLimits = { ringBytes: 1 << 20, sessionBytes: 64 << 20, streams: 256 };
export const KEY = new Uint8Array(32).fill(7);

/** Where server applications reach client applications; Linux has all of 127/8. */
export const VIRTUAL_ADDRESS = "127.77.0.1";

let identity: Promise<Identity> | null = null;

/**
 * SNAPT and one CNAPT in this process, on loopback, with real sockets: the parts that the
 * programs are made of, wired as the programs wire them. The providers are `a` and `b`.
 */
export class LoopbackPair implements AsyncDisposable {
  readonly server: SnaptServer;
  readonly site: CnaptSite;
  readonly port: number;
  readonly snaptLog: TestLog;
  readonly cnaptLog: TestLog;
  readonly receipts: SwitchReceipt[];
  readonly datagrams: SnaptDatagrams | null;
  readonly #emulators: TcpEmulator[];
  readonly #datagramEmulators: UdpEmulator[];
  readonly #gate: UdpGate | null;
  readonly #changed: WakeUp;

  private constructor(parts: {
    server: SnaptServer;
    site: CnaptSite;
    port: number;
    logs: readonly [TestLog, TestLog];
    receipts: SwitchReceipt[];
    emulators: TcpEmulator[];
    datagramEmulators: UdpEmulator[];
    snaptDatagrams: SnaptDatagrams | null;
    gate: UdpGate | null;
    changed: WakeUp;
  }) {
    this.server = parts.server;
    this.site = parts.site;
    this.port = parts.port;
    [this.snaptLog, this.cnaptLog] = parts.logs;
    this.receipts = parts.receipts;
    this.#emulators = parts.emulators;
    this.#datagramEmulators = parts.datagramEmulators;
    this.datagrams = parts.snaptDatagrams;
    this.#gate = parts.gate;
    this.#changed = parts.changed;
  }

  /** `service`: the port of the server application behind each service. */
  static async start(service: number, settings: PairSettings = {}): Promise<LoopbackPair> {
    const names = settings.services ?? ["echo"];
    const snaptLog = new TestLog();
    const cnaptLog = new TestLog();
    const limits = { ...LIMITS, ...settings.limits };
    const switchTimeoutMs = settings.switchTimeoutMs ?? PATIENCE_MS;
    const announced = names.map((name) => tcpService(name, service));
    const datagrams = (settings.datagrams ?? []).map((name) => ({
      name,
      holdMs: settings.holdMs ?? PATIENCE_MS,
      idleMs: settings.idleMs ?? PATIENCE_MS,
    }));
    announced.push(...datagrams.map(({ name }) => udpService(name, service)));
    const address = { host: "127.0.0.1", port: 0 };
    const own = { host: "127.0.0.1", port: settings.isGated === true ? 0 : portForBoth() };
    const id = new Uint8Array(16).fill(1);
    identity ??= createIdentity();
    const { certificatePem, privateKeyPem } = await identity;
    const isTls = settings.security === "tls";
    const destinations = (settings.destinations ?? []).map(parseDestinationRule);
    const listener = isTls
      ? listenTls(own, { cert: certificatePem, key: privateKeyPem })
      : listenPlain(own);
    const hasDatagrams = datagrams.length + destinations.length > 0 ||
      settings.datagramClientServices !== undefined;
    if (hasDatagrams && isTls) await loadSodium();
    const snaptDatagrams = !hasDatagrams ? null : new SnaptDatagrams(
      { host: "127.0.0.1", port: settings.isGated === true ? 0 : listener.port },
      {
        protection: isTls ? "sealed" : "signed",
        flows: settings.flows ?? 256,
        findServer: async (target, rules) =>
          target.kind === "destination"
            ? await findDestination(target, rules)
            : endpointOf("127.0.0.1", service),
        tasks: TaskGroup.root(SYSTEM_CLOCK, snaptLog),
      },
    );
    const gate = settings.isGated === true && snaptDatagrams !== null
      ? new UdpGate(listener.port, snaptDatagrams.port)
      : null;
    const server = new SnaptServer({
      settings: {
        site: "home",
        limits,
        sessions: 4,
        parkedPerClient: 1_024,
        pending: { pendingPerSource: 64, pending: 128, failuresPerSecond: 1_000 },
        handshakeMs: settings.handshakeMs ?? PATIENCE_MS,
        switchTimeoutMs,
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
                ...{ name: "laptop", services: announced, destinations, datagrams },
                clientServices: {
                  refusalOf: settings.refusalOf ?? (() => null),
                  address: () => Promise.resolve(VIRTUAL_ADDRESS),
                  allow: [],
                  mayUseDatagrams: settings.datagramClientServices !== undefined,
                },
              },
            },
        ),
      openService: ({ target }, client, signal) =>
        target.kind === "destination"
          ? openDestination(target, client.destinations, signal)
          : dial({ host: "127.0.0.1", port: service }, { kind: "any" }, { signal }),
      datagrams: snaptDatagrams,
      pathReported: (client, from, report) => settings.notices?.reported(client, from, report),
      tasks: TaskGroup.root(SYSTEM_CLOCK, snaptLog),
      log: snaptLog,
    });
    server.serve(listener);
    const receipts: SwitchReceipt[] = [];
    const changed = new WakeUp();
    const site = new CnaptSite({
      settings: {
        name: settings.name ?? "home",
        flows: settings.cnaptFlows ?? 256,
        endpoint: {
          host: "127.0.0.1",
          port: listener.port,
          credentials: { id, key: KEY },
          tls: isTls ? { ca: certificatePem, serverName: serverNameFor(id) } : null,
        },
        session: {
          limits,
          liveness: { heartbeatMs: settings.heartbeatMs ?? 2_000, deadAfterMs: 1_500 },
          switchTimeoutMs,
          ruleOf: (provider) => settings.ruleOf?.(provider) ?? ALL_SERVICES,
          clientServices: [
            ...offersOf(settings.clientServices, "tcp"),
            ...offersOf(settings.datagramClientServices, "udp"),
          ],
        },
        clientApplications: {
          direct: settings.isDirect !== true ? null : {
            services: new Set(Object.keys(settings.clientServices ?? {})),
            certificate: isTls ? certificateDer(await identity) : new Uint8Array(0),
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
          findClientApplication: (name) => {
            const port = settings.datagramClientServices?.[name];
            return port === undefined || settings.isUnfindable === true
              ? Promise.reject(
                new ConnFailed("nameUnknown", `Cannot find ${name}: there is no such name`),
              )
              : Promise.resolve(endpointOf("127.0.0.1", port));
          },
        },
      },
      providers: {
        find: (key) => PROVIDERS.find((one) => one.key === key) ?? null,
        candidates: () => PROVIDERS.filter(({ key }) => settings.isCandidate?.(key) ?? true),
      },
      budget: new MemoryBudget(1 << 28),
      tasks: TaskGroup.root(SYSTEM_CLOCK, cnaptLog),
      log: cnaptLog,
      events: {
        servicesAnnounced: () => changed.wake(),
        switchEnded: (receipt) => {
          receipts.push(receipt);
          cnaptLog.debug("switch-ended");
          settings.switchEnded?.(receipt);
          changed.wake();
        },
      },
      connector: settings.connector ?? NO_CONNECTOR,
    });
    const emulators = names.map((name) =>
      new TcpEmulator(listenPlain(address), {
        service: name,
        open: (opening, application) => site.open(opening, application),
        compression: () => settings.compression ?? "none",
        tasks: TaskGroup.root(SYSTEM_CLOCK, cnaptLog),
      }).start()
    );
    const datagramEmulators = datagrams.map(({ name }) =>
      new UdpEmulator(name, address, site.flows)
    );
    site.start();
    const logs = [snaptLog, cnaptLog] as const;
    return new LoopbackPair({
      server,
      site,
      port: listener.port,
      logs,
      receipts,
      emulators,
      datagramEmulators,
      snaptDatagrams,
      gate,
      changed,
    });
  }

  /** Starts and waits until CNAPT is connected. */
  static async connected(service: number, settings: PairSettings = {}): Promise<LoopbackPair> {
    const pair = await LoopbackPair.start(service, settings);
    await pair.until((site) => site.state === "connected" && site.services.length > 0);
    return pair;
  }

  /** Waits until the site is as wanted; woken by what happens, bounded by patience. */
  async until(wanted: (site: SiteSnapshot) => boolean): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!wanted(this.site.snapshot())) {
      if (signal.aborted) {
        throw new Error(`Not reached: ${JSON.stringify(this.site.snapshot())}\n${this.log()}`);
      }
      await Promise.race([this.#changed.wait(), tick()]);
    }
  }

  /** Waits until `wanted` holds, for things that nothing announces. */
  async eventually(wanted: () => boolean, what: string): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!wanted()) {
      if (signal.aborted) throw new Error(`Not reached: ${what}\n${this.log()}`);
      await tick();
    }
  }

  /** A client application connects to the emulator of a service. */
  async connect(service = 0): Promise<Deno.TcpConn> {
    const port = this.#emulators[service]?.port ?? 0;
    return await Deno.connect({ hostname: "127.0.0.1", port });
  }

  /** What datagrams go through when `isGated`. */
  get gate(): UdpGate {
    if (this.#gate === null) throw new TypeError("Cannot close the gate: there is none");
    return this.#gate;
  }

  /** Where client applications find a UDP service. */
  datagramPort(service = 0): number {
    return this.#datagramEmulators[service]?.port ?? 0;
  }

  async switchTo(provider: string, shape: "overlapped" | "strict"): Promise<SwitchReceipt> {
    return await this.site.switchTo(
      { to: provider, shape, reason: "test" },
      AbortSignal.timeout(PATIENCE_MS),
    );
  }

  /** The network under the current provider is gone. */
  loseProvider(): void {
    this.site.providerLost(this.site.provider, "pulled");
  }

  log(): string {
    return [...this.cnaptLog.lines, ...this.snaptLog.lines].join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#emulators.map((emulator) => emulator.close()));
    await Promise.all(this.#datagramEmulators.map((emulator) => emulator.close()));
    await this.site.stop();
    await this.server.stop();
    await this.#gate?.[Symbol.asyncDispose]();
  }
}

const PROVIDERS: readonly { key: string; via: Via }[] = [
  { key: "a", via: { kind: "address", address: "127.0.0.2" } },
  { key: "b", via: { kind: "address", address: "127.0.0.3" } },
];

function offersOf(
  services: Readonly<Record<string, number>> | undefined,
  protocol: "tcp" | "udp",
): readonly OfferedClientService[] {
  return Object.entries(services ?? {}).map(([name, port]) => ({ name, port, protocol }));
}

/** One turn of the event loop, timers included. */
function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
