import { ClientsStore } from "../../config/clients_store.ts";
import { InvitationsStore } from "../../config/invitations_store.ts";
import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import { loadIdentity } from "../../config/identity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { snaptStatusToken } from "../../config/status_token.ts";
import { formatStreamAddress } from "../../config/stream_address.ts";
import { MemoryBudget } from "../../core/stream/memory_budget.ts";
import { bootMs } from "../../net/boot_clock.ts";
import { descriptors } from "../../net/descriptor_budget.ts";
import { serveHttp } from "../../net/http_server.ts";
import { answerPairing } from "../../relay/pairing/answer_pairing.ts";
import type { SnaptDatagrams } from "../../relay/datagram/snapt_datagrams.ts";
import { SnaptNotices } from "../../relay/notice/snapt_notices.ts";
import { AwakeClock } from "../../relay/run/awake_clock.ts";
import { SYSTEM_CLOCK } from "../../relay/run/system_clock.ts";
import { TaskGroup } from "../../relay/run/task_group.ts";
import { idsOfClient, pathsOf } from "../../relay/server/session_path.ts";
import { SnaptServer } from "../../relay/server/snapt_server.ts";
import { type ReachedSession, SnaptNetworks } from "../../relay/server/snapt_networks.ts";
import { noticeEvents } from "../../status/notice_events.ts";
import type { SnaptSnapshot } from "../../status/snapt_document.ts";
import { snaptStatusApp } from "../../status/snapt_status.ts";
import { snaptVerdict } from "../../status/verdict/snapt_verdict.ts";
import { moveStrays } from "../places/move_strays.ts";
import type { SnaptState } from "../places/state_files.ts";
import { ContainedFailures } from "../program/contained_failures.ts";
import { openDescriptorBudget } from "../program/open_descriptor_budget.ts";
import { type ConfigSource, exposureOf } from "../program/load_config.ts";
import { TELL_FOLDED_MS } from "../program/log.ts";
import { MetricsListener } from "../program/metrics_listener.ts";
import type { Wording } from "../program/log_line.ts";
import { openLog } from "../program/open_log.ts";
import { openNoticeBoard } from "../program/notice_receivers.ts";
import { ServiceReport } from "../program/service_report.ts";
import { defaultSiteName } from "../program/site_name.ts";
import { watchSleep } from "../program/watch_sleep.ts";
import type { ProgramSignals } from "../program/termination_signal.ts";
import { untilAborted } from "../program/until_aborted.ts";
import { VERSION } from "../program/version.ts";
import { admissionOf } from "./admission_of.ts";
import { Admissions } from "./admissions.ts";
import { needsDatagrams } from "./needs_datagrams.ts";
import { serviceOpener } from "./open_service.ts";
import { SnaptInvitationDesk } from "./invitation_desk.ts";
import { ListedClients } from "./listed_clients.ts";
import { listenForLinks } from "./listen_for_links.ts";
import { loadSnaptMetrics } from "./load_snapt_metrics.ts";
import { openVirtualAddresses } from "./open_virtual_addresses.ts";
import { outerStatus } from "./outer_status.ts";
import { RelaysIfAny } from "./relays_if_any.ts";
import { Revocations } from "./revocations.ts";
import { ReachedPlaces } from "./reached_places.ts";
import { serverSettings } from "./server_settings_of.ts";
import { snaptReloads } from "./snapt_reload.ts";
import { withLimits } from "./snapt_limits.ts";
import { SnaptClientActions } from "./snapt_client_actions.ts";
import { SnaptMapping } from "./snapt_mapping.ts";

/**
 * Runs SNAPT until it is asked to end; then says goodbye to every CNAPT.
 *
 * @throws {ListenFailed} a port cannot be listened on
 * @throws {IdentityInvalid} the identity cannot be read
 */
export async function runSnapt(options: {
  readonly source: ConfigSource;
  readonly state: SnaptState;
  readonly config: SnaptConfig;
  readonly signals: ProgramSignals;
  /** Whether the log is JSON whatever the configuration says. */
  readonly isJsonLog: boolean;
  /** What a person on the terminal reads in place of the log; null: the log. */
  readonly wording: Wording | null;
}): Promise<number> {
  const { source, config, signals, isJsonLog, wording } = options;
  const signal = signals.ending;
  const log = openLog("snapt", config.log, isJsonLog, wording);
  const clock = new AwakeClock(SYSTEM_CLOCK, bootMs);
  const tasks = TaskGroup.root(clock, log);
  using _contained = new ContainedFailures(tasks);
  tasks.every(TELL_FOLDED_MS, () => log.tellFolded());
  const budget = openDescriptorBudget(tasks, log);
  using report = new ServiceReport(tasks, log);
  const { paths } = await moveStrays(options.state, log);
  const identity = await loadIdentity(paths.identity);
  const clients = new ClientsStore(paths.clients);
  const invitations = new InvitationsStore(paths.invitations);
  const relayKeys = config.through.size === 0 ? [] : [paths.relays];
  for (const file of [paths.identity, paths.clients, paths.invitations, ...relayKeys]) {
    const exposure = await exposureOf(file);
    if (exposure !== null) log.warn("secrets-exposed", { reason: exposure });
  }
  const addresses = await openVirtualAddresses(paths.addresses, config, clients, log);
  const reloads = snaptReloads({
    source,
    config,
    log,
    board: () => board,
    rightsChanged: () => revocations.meaningChanged(),
    openDatagrams: () => openDatagrams(),
    useRelays: (through) => relays.use(through),
    placesChanged: () => places.look(),
    useMapping: () => mapping.use(current()),
    metrics: () => metrics,
  });
  const current = () => reloads.config;
  const admissions = await Admissions.open({
    store: clients,
    admissionOf: (client) => admissionOf(client, current(), addresses),
    log,
  });
  const site = config.name ?? defaultSiteName();
  const startedAt = tasks.date();
  const desk = new SnaptInvitationDesk({
    invitations,
    clients,
    site,
    date: () => tasks.date(),
    log,
  });

  const listeners = listenForLinks(config, identity);
  const stopping = new AbortController();
  const mapping = new SnaptMapping({ listeners, current, identity, tasks, clock, log });
  let datagrams: SnaptDatagrams | null = null;
  const openDatagrams = async () => {
    if (datagrams !== null || !needsDatagrams(current()) || stopping.signal.aborted) return;
    // Who has no UDP pays nothing for what it needs.
    const { followAddresses, listenForDatagrams } = await import("./open_datagrams.ts");
    datagrams = await listenForDatagrams(current, listeners, tasks);
    followAddresses(datagrams, stopping.signal);
  };
  try {
    await openDatagrams();
  } catch (error) {
    for (const listener of listeners) listener.close();
    throw error;
  }
  const board = openNoticeBoard(config.notify, tasks);
  const notices = new SnaptNotices(site, tasks, (notice) => board.publish(notice));
  const server: SnaptServer = new SnaptServer({
    settings: serverSettings(site, current, budget),
    budget: new MemoryBudget(() => current().limits.processMemory),
    admit: (idHex) => admissions.admit(idHex),
    pairing: config.security === "none" ? null : {
      answer: (opening) => answerPairing(opening, desk),
      proven: (idHex) => desk.proven(idHex),
    },
    openService: serviceOpener(current),
    datagrams: () => datagrams,
    places: () => places.all,
    pathReported: (client, session, report) => notices.reported(client, session, report),
    tasks,
    log,
  });
  const relays: RelaysIfAny = new RelaysIfAny({
    keysFile: paths.relays,
    identity,
    serve: (listener) => server.serve(listener),
    datagrams: () => datagrams?.relayed ?? null,
    via: () => networks.via,
    tasks,
    log,
  });
  const networks: SnaptNetworks = new SnaptNetworks({
    relays,
    sessions: () => reachedSessions(server),
    tell: (adviceOf) => server.placesChanged(adviceOf),
    placesChanged: () => places.renew(),
    tasks,
    log,
  });
  const places = new ReachedPlaces({
    current,
    listeners,
    relays: () => relays.places,
    outer: () => mapping.outerAddresses(),
    only: () => networks.chosen,
    stirred: () => networks.changed(),
    changed: () => networks.tellPlaces(),
    tasks,
    log,
  });
  const listed = new ListedClients({
    ...{ clients, invitations, tasks },
    lastSessionOf: (idHex) => server.ended.of(idHex),
    addressOf: (client) => addresses?.known(client) ?? null,
  });
  const snapshot = (): SnaptSnapshot => ({
    site,
    startedAt,
    services: [...current().services].map(([name, { to, protocol }]) => ({
      name,
      to: formatStreamAddress(to),
      protocol,
    })),
    ...withLimits(server.snapshot(), current(), descriptors().snapshot()),
    ...listed.snapshot(),
    network: networks.chosen,
    relays: relays.snapshot(),
    datagramsDropped: datagrams?.drops.snapshot() ?? {},
    notices: { ...board.snapshot(), droppedReports: notices.droppedReports },
    mapping: mapping.snapshot(),
  });
  const revocations = new Revocations(admissions, server);
  const actions = new SnaptClientActions({
    ...{ paths, clients, invitations, current, revocations, tasks, log },
    sessionsOf: (name) => idsOfClient(server.sessions, name),
    endSession: (idHex, farewell) => server.endSession(idHex, farewell),
    mapping: () => mapping.snapshot(),
    changed: () => listed.look(),
  });
  const datagramsDropped = () => datagrams?.drops.snapshot() ?? {};
  const loadMetrics = () =>
    loadSnaptMetrics({ startedAt, server, relays, mapping, datagramsDropped });
  const metrics = new MetricsListener({ load: loadMetrics, whyNotReady: () => null, tasks });
  const reload = () => tasks.run("reload", () => reloads.reload());
  signals.requests.addEventListener("reload", reload, { signal: stopping.signal });
  try {
    const awake = watchSleep(clock, tasks, log);
    stopping.signal.addEventListener("abort", () => awake.cancel(), { once: true });
    for (const listener of listeners) server.serve(listener);
    await metrics.use(config.metrics);
    notices.start(() => pathsOf(server.sessions));
    revocations.watch(tasks);
    await relays.use(config.through);
    await mapping.use(config);
    places.start(stopping.signal);
    stopping.signal.addEventListener("abort", mapping.whenChanged(() => places.look()));
    await listed.look();
    await using _status = config.status === null ? null : disposable(serveHttp(
      { host: config.status.host, port: config.status.port, setting: "status" },
      snaptStatusApp({
        token: snaptStatusToken(identity.secret),
        ...outerStatus(config.status),
        version: VERSION,
        snapshot,
        sessions: () => server.sessions.size,
        metrics: async () => (await loadMetrics())(),
        events: (endsAt) => noticeEvents(board, tasks, endsAt),
        live: { board, clock: tasks },
        mistake: (error) => tasks.fault("status", error),
        clients: actions,
        reload: () => reloads.reload(),
        switchTo: (network, asked) => networks.switchTo(network, asked),
      }).fetch,
    ));
    log.info("listening", {
      address: listeners.map(({ name }) => name).join(","),
      security: config.security,
      status: statusText(config.status),
      services: [...config.services.keys()].join(","),
      site,
      version: VERSION,
    });
    report.ready(() => snaptVerdict(snapshot(), tasks.date()).sentence);
    metrics.started();
    await untilAborted(signal);
    log.info("stopping");
    report.stopping();
    await board.close(); // listeners to /events would keep the endpoint from closing
  } finally {
    stopping.abort();
    metrics.stopping();
    notices.stop();
    await board.close();
    await Promise.all([mapping.stop(), server.stop(current().timeouts.drain)]);
    await addresses?.close();
    await metrics.close();
    tasks.close();
  }
  return 0;
}

/** What sessions there are, and by which addresses of this machine. */
function reachedSessions({ sessions }: SnaptServer): readonly ReachedSession[] {
  return [...sessions.values()].map(({ client: { name }, driver: { controlLink } }) => ({
    client: name,
    localAddress: controlLink.current?.conn.localAddress ?? null,
  }));
}

function disposable<T extends { close(): Promise<void> }>(resource: T): T & AsyncDisposable {
  return Object.assign(resource, { [Symbol.asyncDispose]: () => resource.close() });
}

function statusText(address: HostPort | null): string {
  return address === null ? "off" : formatHostPort(address);
}
