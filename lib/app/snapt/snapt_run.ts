import { SYSTEM_CLOCK } from "../../relay/run/system_clock.ts";
import { TaskGroup } from "../../relay/run/task_group.ts";
import { AddressBook, addressBookPath } from "../../config/address_book.ts";
import { ClientsFailed, clientsPath, ClientsStore } from "../../config/clients_store.ts";
import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import { identityPath, loadIdentity } from "../../config/identity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { DEFAULT_HOLD_MS, DEFAULT_IDLE_MS, offeredPort } from "../../config/service_config.ts";
import { formatStreamAddress } from "../../config/stream_address.ts";
import { snaptStatusToken } from "../../config/status_token.ts";
import { MemoryBudget } from "../../core/stream/memory_budget.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { serveHttp } from "../../net/http_server.ts";
import { type ByteListener, listenPlain, listenTls } from "../../net/listen.ts";
import type { Admission } from "../../relay/link/link_auth.ts";
import type { AdmittedClient } from "../../relay/access/admitted_client.ts";
import { SnaptServer } from "../../relay/server/snapt_server.ts";
import { SnaptNotices } from "../../relay/notice/snapt_notices.ts";
import {
  addressesOf,
  listInterfaces,
  type NetworkInterface,
  watchInterfaces,
} from "../../net/interfaces.ts";
import { noticeEvents } from "../../status/notice_events.ts";
import { snaptStatusApp } from "../../status/snapt_status.ts";
import { loadSodium } from "../../relay/datagram/sealing/chacha20_poly1305.ts";
import { SnaptDatagrams } from "../../relay/datagram/snapt_datagrams.ts";
import { openNoticeBoard } from "../program/notice_receivers.ts";
import { findServer } from "./find_server.ts";
import { serviceOpener } from "./open_service.ts";
import { defaultSiteName } from "../program/site_name.ts";
import { exposureOf } from "../program/load_config.ts";
import { Log } from "../program/log.ts";
import { clientServicePolicy } from "./client_service_policy.ts";
import { untilAborted } from "../program/until_aborted.ts";
import { ContainedFailures } from "../program/contained_failures.ts";
import { VERSION } from "../program/version.ts";
import { fixedAddresses, VirtualAddresses } from "./virtual_addresses.ts";

/** How often this machine's addresses are looked at. */
const ADDRESS_POLL_MS = 2_000;

/**
 * Runs SNAPT until `signal`; then says goodbye to every CNAPT.
 *
 * @throws {ListenFailed} a port cannot be listened on
 * @throws {IdentityInvalid} the identity cannot be read
 */
export async function runSnapt(options: {
  readonly configFile: string;
  readonly config: SnaptConfig;
  readonly signal: AbortSignal;
}): Promise<number> {
  const { configFile, config, signal } = options;
  const log = new Log(config.log);
  const tasks = TaskGroup.root(SYSTEM_CLOCK, log);
  using _contained = new ContainedFailures(tasks);
  const identity = await loadIdentity(identityPath(configFile));
  const clients = new ClientsStore(clientsPath(configFile));
  await clients.list();
  for (const file of [identityPath(configFile), clientsPath(configFile)]) {
    const exposure = await exposureOf(file);
    if (exposure !== null) log.warn("secrets-exposed", { reason: exposure });
  }
  const addresses = await openVirtualAddresses(configFile, config, clients, log);
  const site = config.name ?? defaultSiteName();
  const startedAt = tasks.date();

  const address = { ...config.listen, setting: "listen" };
  const listener = config.security === "tls"
    ? listenTls(address, {
      cert: identity.certificatePem,
      key: identity.privateKeyPem,
    })
    : listenPlain(address);
  const datagrams = await listenForDatagrams(config, listener, tasks);
  const board = openNoticeBoard(config.notify, tasks);
  const notices = new SnaptNotices(site, tasks, (notice) => board.publish(notice));
  const server = new SnaptServer({
    settings: {
      site,
      limits: {
        ringBytes: config.limits.ring,
        sessionBytes: config.limits.sessionMemory,
        streams: config.limits.streams,
      },
      sessions: config.limits.clients,
      parkedPerClient: config.limits.streams + 256,
      pending: {
        pendingPerSource: config.limits.pendingPerSource,
        failuresPerSecond: config.limits.failuresPerSecond,
        pending: config.limits.pending,
      },
      handshakeMs: config.timeouts.handshake,
      switchTimeoutMs: config.timeouts.switch,
      inactivityMs: config.timeouts.inactivity,
    },
    budget: new MemoryBudget(config.limits.processMemory),
    admit: (idHex) => admit(clients, config, addresses, idHex),
    openService: serviceOpener(config),
    datagrams,
    pathReported: (client, from, report) => notices.reported(client, from, report),
    tasks,
    log,
  });
  const stopping = new AbortController();
  try {
    server.serve(listener);
    notices.start(server);
    if (datagrams !== null) followAddresses(datagrams, stopping.signal);
    await using _status = config.status === null ? null : disposable(serveHttp(
      { ...config.status, setting: "status" },
      snaptStatusApp({
        token: snaptStatusToken(identity.secret),
        version: VERSION,
        snapshot: () => ({
          site,
          startedAt,
          services: [...config.services].map(([name, { to, protocol }]) => ({
            name,
            to: formatStreamAddress(to),
            protocol,
          })),
          ...server.snapshot(),
          datagramsDropped: datagrams?.drops.snapshot() ?? {},
          notices: { ...board.snapshot(), droppedReports: notices.droppedReports },
        }),
        events: () => noticeEvents(board, tasks),
        mistake: (error) => {
          if (!(error instanceof ClientsFailed)) tasks.fault("status", error);
        },
        revoke: async (name: string) => {
          const all = (await clients.list()).filter((client) => client.name === name);
          return all.map((client) => server.endSession(client.idHex)).includes(true);
        },
      }).fetch,
    ));
    log.info("listening", {
      address: formatHostPort({ host: listener.address, port: listener.port }),
      security: config.security,
      status: statusText(config.status),
      services: [...config.services.keys()].join(","),
      site,
      version: VERSION,
    });
    await untilAborted(signal);
    log.info("stopping");
    await board.close(); // listeners to /events would keep the endpoint from closing
  } finally {
    stopping.abort();
    notices.stop();
    await board.close();
    await server.stop();
    await addresses?.close();
    tasks.close();
  }
  return 0;
}

/** Tells where datagrams may come to, now and whenever that changes. */
function followAddresses(datagrams: SnaptDatagrams, signal: AbortSignal): void {
  const use = (interfaces: readonly NetworkInterface[]) =>
    datagrams.useAddresses(addressesOf(interfaces));
  use(listInterfaces());
  watchInterfaces(signal, use, ADDRESS_POLL_MS);
}

/** The UDP socket on the same port number as the links; null where nothing is reached by UDP. */
async function listenForDatagrams(
  config: SnaptConfig,
  listener: ByteListener,
  tasks: TaskGroup,
): Promise<SnaptDatagrams | null> {
  const hasService = [...config.services.values()].some(({ protocol }) => protocol === "udp");
  const hasDestination = config.destinations.length > 0 ||
    [...config.clients.values()].some(({ destinations }) => destinations.length > 0);
  const ports = [
    ...config.clientServices,
    ...[...config.clients.values()].flatMap(({ clientServices }) => clientServices),
  ];
  const mayBeOffered = ports.some(({ protocol }) => protocol !== "tcp");
  if (!hasService && !hasDestination && !mayBeOffered) return null;
  try {
    if (config.security === "tls") await loadSodium();
    return new SnaptDatagrams(
      { host: config.listen.host, port: listener.port, setting: "listen" },
      {
        protection: config.security === "tls" ? "sealed" : "signed",
        flows: config.limits.flows,
        findServer: (target, rules) => findServer(config, target, rules),
        tasks,
      },
    );
  } catch (error) {
    listener.close();
    throw error;
  }
}

async function admit(
  clients: ClientsStore,
  config: SnaptConfig,
  addresses: VirtualAddresses | null,
  idHex: string,
): Promise<Admission<AdmittedClient>> {
  const client = await clients.find(idHex).catch((error: unknown) => {
    if (!(error instanceof ClientsFailed)) throw error;
    // It may be mended while SNAPT runs: this link goes, and CNAPT tries again.
    throw new ConnFailed("other", error.message, { cause: error });
  });
  if (client === null) {
    return {
      kind: "refused",
      code: "unknownId",
      sentence: "SNAPT does not know this CNAPT: join with a new ticket",
    };
  }
  if (client.revokedAt !== null) {
    return { kind: "refused", code: "revoked", sentence: `${client.name} was revoked at SNAPT` };
  }
  const allowed = [...config.services].filter(([name]) =>
    client.services === "all" || client.services.includes(name)
  );
  const services = allowed.map(([name, service]) => ({
    name,
    port: offeredPort(service),
    protocol: service.protocol,
    compression: service.compress,
  }));
  const datagrams = allowed.filter(([, { protocol }]) => protocol === "udp")
    .map(([name, { hold, idle }]) => ({
      name,
      holdMs: hold ?? DEFAULT_HOLD_MS,
      idleMs: idle ?? DEFAULT_IDLE_MS,
    }));
  return {
    kind: "known",
    key: Uint8Array.fromHex(client.keyHex),
    client: {
      name: client.name,
      services,
      destinations: [
        ...config.destinations,
        ...config.clients.get(client.name)?.destinations ?? [],
      ],
      clientServices: clientServicePolicy(config, client, addresses),
      datagrams,
    },
  };
}

async function openVirtualAddresses(
  configFile: string,
  config: SnaptConfig,
  clients: ClientsStore,
  log: Log,
): Promise<VirtualAddresses | null> {
  const { virtual } = config;
  if (virtual === null) return null;
  return new VirtualAddresses({
    virtual,
    fixed: fixedAddresses(config),
    book: await AddressBook.load(addressBookPath(configFile)),
    known: async () => {
      const active = (await clients.list()).filter(({ revokedAt }) => revokedAt === null);
      return new Set(active.map(({ idHex }) => idHex));
    },
    log,
  });
}

function disposable<T extends { close(): Promise<void> }>(resource: T): T & AsyncDisposable {
  return Object.assign(resource, { [Symbol.asyncDispose]: () => resource.close() });
}

function statusText(address: HostPort | null): string {
  return address === null ? "off" : formatHostPort(address);
}
