import { ClientsStore } from "../../config/clients_store.ts";
import { loadIdentity, RELAY_INIT } from "../../config/identity.ts";
import { InvitationsStore } from "../../config/invitations_store.ts";
import { changeOfRelay } from "../../config/relay_change.ts";
import { type RelayConfig, USUAL_RELAY_STATUS } from "../../config/relay_config.ts";
import type { RelayFiles } from "../../config/relay_files.ts";
import { RelayUsage } from "../../config/relay_usage.ts";
import { relayStatusToken } from "../../config/status_token.ts";
import { monthOf } from "../../core/relay/month_meter.ts";
import { descriptors } from "../../net/descriptor_budget.ts";
import { type HttpServer, serveHttp } from "../../net/http_server.ts";
import { type ByteListener, ListenFailed, listenPlain } from "../../net/listen.ts";
import { DatagramPort, type DatagramPortContext } from "../../relay/own_relay/datagram_port.ts";
import { RelayServer } from "../../relay/own_relay/relay_server.ts";
import { answerPairing } from "../../relay/pairing/answer_pairing.ts";
import { SYSTEM_CLOCK } from "../../relay/run/system_clock.ts";
import { TaskGroup } from "../../relay/run/task_group.ts";
import type { RelaySnapshot } from "../../status/relay_snapshot.ts";
import { relayVerdict } from "../../status/verdict/relay_verdict.ts";
import { relayStatusApp, type RelayStatusContext } from "../../status/relay_status.ts";
import { ContainedFailures } from "../program/contained_failures.ts";
import { exposureOf } from "../program/load_config.ts";
import { type Log, TELL_FOLDED_MS } from "../program/log.ts";
import { MetricsListener } from "../program/metrics_listener.ts";
import { openLog } from "../program/open_log.ts";
import { openDescriptorBudget } from "../program/open_descriptor_budget.ts";
import { Reloads } from "../program/reloads.ts";
import { ServiceReport } from "../program/service_report.ts";
import { defaultSiteName } from "../program/site_name.ts";
import type { ProgramSignals } from "../program/termination_signal.ts";
import { untilAborted } from "../program/until_aborted.ts";
import { VERSION } from "../program/version.ts";
import { SnaptInvitationDesk } from "../snapt/invitation_desk.ts";
import { followAddresses } from "../snapt/open_datagrams.ts";
import { InvitedSnapts } from "./invited_snapts.ts";
import { KeptUsage } from "./kept_usage.ts";
import { loadRelayMetrics } from "./load_relay_metrics.ts";
import { servedLimits, strangerLimits } from "./relay_limits_of.ts";
import { relayedSnapts } from "./relayed_snapts.ts";
import { relayIdOf } from "./relay_id.ts";

/** What a relay is run with. */
export interface RelayOrder {
  readonly files: RelayFiles;
  readonly config: RelayConfig;
  /** Reads the configuration again. */
  readonly load: () => Promise<RelayConfig>;
  readonly signals: ProgramSignals;
  /** Whether the log is JSON whatever the configuration says. */
  readonly isJsonLog: boolean;
}

/**
 * Runs a relay until it is asked to end.
 *
 * @throws {ListenFailed} a port cannot be listened on
 * @throws {IdentityInvalid} the identity cannot be read
 * @throws {ClientsFailed} nobody knows who was invited
 */
export async function runRelay(
  { files, config, load, signals, isJsonLog }: RelayOrder,
): Promise<void> {
  const log = openLog("relay", config.log, isJsonLog);
  const tasks = TaskGroup.root(SYSTEM_CLOCK, log);
  using _contained = new ContainedFailures(tasks);
  tasks.every(TELL_FOLDED_MS, () => log.tellFolded());
  const budget = openDescriptorBudget(tasks, log);
  using report = new ServiceReport(tasks, log);
  const identity = await loadIdentity(files.identity, RELAY_INIT);
  for (const file of Object.values(files)) {
    const exposure = await exposureOf(file);
    if (exposure !== null) log.warn("secrets-exposed", { reason: exposure });
  }
  const snapts = new ClientsStore(files.snapts);
  const invitations = new InvitationsStore(files.invitations);
  const invited = await InvitedSnapts.open({
    snapts,
    invitations,
    log,
    now: () => tasks.now(),
  });
  const kept = await KeptUsage.open(new RelayUsage(files.usage), log);
  const site = config.name ?? defaultSiteName();
  const desk = new SnaptInvitationDesk({
    invitations,
    clients: snapts,
    site,
    date: () => tasks.date(),
    log,
  });
  const reloads = new Reloads({
    config,
    load,
    change: changeOfRelay,
    apply: async (now) => {
      log.use(now.log);
      const unheard = await metrics.change(now.metrics);
      return unheard === null ? { failed: [], kept: [] } : { failed: [unheard], kept: ["metrics"] };
    },
    log,
  });
  const current = () => reloads.config;
  const monthLimit = (idHex: string) => {
    const own = invited.monthLimit(idHex);
    return own === undefined ? current().limits.bytesPerMonth : own;
  };
  const used = () => server.seen().map(({ idHex, record }) => ({ idHex, ...record.month.use }));
  const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
  const listeners = listenEverywhere(config);
  const datagrams = openDatagrams(config, listeners, {
    places: () => current().limits.connections,
    tasks,
    random,
  });
  const server = new RelayServer({
    limits: servedLimits(current),
    pending: strangerLimits(current, budget.strangers),
    get handshakeMs() {
      return current().timeouts.handshake;
    },
    identity: { cert: identity.certificatePem, key: identity.privateKeyPem },
    monthLimit,
    monthKept: (idHex) => kept.of(idHex),
    meaningOf: (name) => invited.meaningOf(name),
    admit: (idHex) => invited.admit(idHex),
    pairing: {
      answer: (opening) => answerPairing(opening, desk),
      proven: (idHex) => desk.proven(idHex),
    },
    tasks,
    log,
    random,
    datagrams,
  });
  const startedAt = tasks.date();
  const snapshot = (): RelaySnapshot => ({
    id: relayIdOf(identity),
    name: site,
    startedAt,
    listen: listeners.map(({ name }) => name),
    snapts: relayedSnapts(invited.all, server.seen(), {
      limitOf: monthLimit,
      keptOf: (idHex) => kept.of(idHex),
      month: monthOf(tasks.date()),
    }),
    counters: server.counters,
    descriptors: descriptors().snapshot(),
  });
  const loadMetrics = () =>
    loadRelayMetrics(() => ({
      ...{ ...snapshot(), version: VERSION },
      residentBytes: Deno.memoryUsage().rss,
    }));
  const metrics = new MetricsListener({ load: loadMetrics, whyNotReady: () => null, tasks });
  const stopping = new AbortController();
  const reload = () => tasks.run("reload", () => reloads.reload());
  signals.requests.addEventListener("reload", reload, { signal: stopping.signal });
  let status: HttpServer | null = null;
  try {
    status = serveStatus(config, log, {
      token: relayStatusToken(identity.secret),
      version: VERSION,
      snapshot,
      metrics: async () => (await loadMetrics())(),
      reload: () => reloads.reload(),
      mistake: (error) => tasks.fault("status", error),
    });
    if (datagrams !== null) followAddresses(datagrams, stopping.signal);
    for (const listener of listeners) server.serve(listener);
    await metrics.use(config.metrics);
    kept.watch(tasks, used);
    invited.watch(tasks, () => server.review((idHex) => invited.isInvited(idHex)));
    log.info("relay-listening", {
      address: listeners.map(({ name }) => name).join(","),
      udp: config.udp,
      site,
      version: VERSION,
    });
    report.ready(() => relayVerdict(snapshot(), tasks.date()).sentence);
    metrics.started();
    await untilAborted(signals.ending);
    log.info("stopping");
    report.stopping();
  } finally {
    stopping.abort();
    metrics.stopping();
    await status?.close();
    await server.stop();
    await kept.close(used(), tasks.date());
    await metrics.close();
    tasks.close();
  }
}

/**
 * The status endpoint; null: it is off, or another relay of this machine has the usual place.
 *
 * @throws {ListenFailed} what the configuration names cannot be listened on
 */
function serveStatus(
  { status }: RelayConfig,
  log: Log,
  context: RelayStatusContext,
): HttpServer | null {
  if (status === null) return null;
  try {
    return serveHttp({ ...status, setting: "status" }, relayStatusApp(context).fetch);
  } catch (error) {
    if (!(error instanceof ListenFailed) || status !== USUAL_RELAY_STATUS) throw error;
    log.warn("status-off", { reason: error.message, remedy: "say `status:` in relay.yaml" });
    return null;
  }
}

/** Opens every port, or none. */
function listenEverywhere({ listen }: RelayConfig): readonly ByteListener[] {
  const opened: ByteListener[] = [];
  try {
    for (const one of listen) opened.push(listenPlain({ ...one, setting: "listen" }, "link"));
    return opened;
  } catch (error) {
    for (const one of opened) one.close();
    throw error;
  }
}

/**
 * The UDP ports beside those of the connections; null where the configuration wants none.
 *
 * @throws {ListenFailed} one of them is taken; then none of either kind is left open
 */
function openDatagrams(
  { listen, udp }: RelayConfig,
  listeners: readonly ByteListener[],
  context: DatagramPortContext,
): DatagramPort | null {
  if (udp === "off") return null;
  try {
    return new DatagramPort(
      listen.map(({ host, port }, index) => ({
        host,
        port: listeners[index]?.port ?? port,
        setting: "udp",
      })),
      context,
    ).start();
  } catch (error) {
    for (const one of listeners) one.close();
    throw error;
  }
}
