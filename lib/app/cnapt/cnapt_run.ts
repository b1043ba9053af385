import { SYSTEM_CLOCK } from "../../relay/run/system_clock.ts";
import { TaskGroup } from "../../relay/run/task_group.ts";
import { certificatePem } from "../../config/identity.ts";
import type { CnaptConfig, SiteConfig } from "../../config/cnapt_config.ts";
import { sensitivityOf } from "../../config/decision_config.ts";
import { serverNameFor } from "../../config/server_name.ts";
import { OfferMemory, offerMemoryPath } from "../../config/offer_memory.ts";
import { directSettings } from "./direct_settings.ts";
import { offeredClientPort } from "../../config/client_service_config.ts";
import { cnaptStatusToken } from "../../config/status_token.ts";
import { MemoryBudget } from "../../core/stream/memory_budget.ts";
import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import { serveHttp } from "../../net/http_server.ts";
import { watchInterfaceEvents } from "../../net/interface_events.ts";
import {
  addressesOf,
  listInterfaces,
  type NetworkInterface,
  watchInterfaces,
} from "../../net/interfaces.ts";
import { CnaptNotices } from "../../relay/notice/cnapt_notices.ts";
import { CnaptSite } from "../../relay/site/cnapt_site.ts";
import type { NoticeBoard } from "../../relay/notice/notice_board.ts";
import type { DirectSettings } from "../../relay/link/direct/direct_settings.ts";
import { cnaptStatusApp } from "../../status/cnapt_status.ts";
import { exposureOf } from "../program/load_config.ts";
import { noticeEvents } from "../../status/notice_events.ts";
import { Log } from "../program/log.ts";
import { openConfirmations } from "./open_confirmations.ts";
import { openTerminal } from "../../net/terminal.ts";
import type { Confirmations } from "../../relay/decision/confirmations.ts";
import { openNoticeBoard } from "../program/notice_receivers.ts";
import { ProviderConnector } from "../providers/provider_connector.ts";
import { ProviderTable } from "../providers/provider_table.ts";
import { ServiceListeners } from "./service_listeners.ts";
import { clientApplicationFinder, clientApplicationOpener } from "./open_client_application.ts";
import { decidedSite } from "../../relay/site/decided_site.ts";
import { DecisionTask } from "../../relay/decision/decision_task.ts";
import { switchAsAsked } from "./asked_switch.ts";
import { decisionSettings } from "./decision_settings_of.ts";
import { untilAborted } from "../program/until_aborted.ts";
import { ContainedFailures } from "../program/contained_failures.ts";
import { VERSION } from "../program/version.ts";
import { WaysIn } from "./ways_in.ts";

interface RunningSite {
  readonly site: CnaptSite;
  readonly decision: DecisionTask;
  readonly listeners: ServiceListeners;
  readonly notices: CnaptNotices;
}

/**
 * Runs CNAPT until `signal`; then says goodbye to every SNAPT.
 *
 * @throws {ListenFailed} a configured port cannot be listened on
 */
export async function runCnapt(options: {
  readonly configFile: string;
  readonly config: CnaptConfig;
  readonly signal: AbortSignal;
}): Promise<number> {
  const { configFile, config, signal } = options;
  const log = new Log(config.log);
  const tasks = TaskGroup.root(SYSTEM_CLOCK, log);
  using _contained = new ContainedFailures(tasks);
  const exposure = await exposureOf(configFile);
  if (exposure !== null) log.warn("secrets-exposed", { reason: exposure });
  const table = new ProviderTable(config.providers);
  const budget = new MemoryBudget(config.limits.processMemory);
  const startedAt = new Date();
  const running: RunningSite[] = [];
  const waysIn = new WaysIn(tasks, log, config.allow ?? []);
  const memory = await OfferMemory.load(
    offerMemoryPath(configFile),
    (reason) => log.warn("ports-not-remembered", { reason }),
  );
  const stopping = new AbortController();
  const isUsed = (provider: string) => running.some(({ site }) => isOn(site, provider));
  let look = () => {};
  const connector = new ProviderConnector({
    table,
    log,
    clock: tasks,
    stopping: stopping.signal,
    isUsed,
    changed: () => {
      look();
      for (const { site } of running) site.providersChanged();
    },
  });
  const board = openNoticeBoard(config.notify, tasks);
  const questions = openConfirmations({
    config: config.decision,
    running,
    table,
    board,
    terminal: openTerminal(),
    tasks,
    log,
  });
  let status: { close(): Promise<void> } | null = null;
  try {
    for (const [name, site] of config.sites) {
      const direct = await directSettings(site);
      const shared = { table, connector, questions, isUsed, budget, board, memory, tasks, log };
      const one = createSite(name, site, config, { ...shared, direct });
      running.push(one);
      if (site.services !== null) await one.listeners.openConfigured(site.services);
      waysIn.open(one.site, site);
    }
    const [first] = config.sites.values();
    if (config.status !== null && first !== undefined) {
      const token = cnaptStatusToken(first.ticket.key);
      waysIn.openStdio(running.map(({ site }) => site), token);
      status = serveHttp(
        { ...config.status, setting: "status" },
        cnaptStatusApp({
          token,
          version: VERSION,
          mistake: (error) => tasks.fault("status", error),
          snapshot: () => ({
            startedAt,
            sites: running.map(({ site, notices }) => ({
              ...site.snapshot(),
              achievedBytesPerSecond: notices.achievedBytesPerSecond,
            })),
            emulators: running.flatMap(({ site, listeners }) =>
              listeners.emulators.map((emulator) => ({
                site: site.name,
                service: emulator.service,
                protocol: emulator.protocol,
                listen: emulator.name,
                refused: emulator.refused,
              }))
            ),
            notices: board.snapshot(),
            questions: questions.open,
            proxies: waysIn.all,
            stdio: waysIn.stdio,
            decisions: Object.fromEntries(
              running.map(({ site, decision }) => [site.name, decision.snapshot()]),
            ),
          }),
          events: () => noticeEvents(board),
          answer: (provider, answer) => questions.answer(provider, answer),
          switchTo: (request) => {
            questions.settle(request.to);
            table.confirm(request.to); // to ask for it is to say yes
            return switchAsAsked(running, request, {
              patienceMs: config.timeouts.sites,
              stopping: stopping.signal,
              tasks,
              log,
            }).finally(() => table.keepConfirmed(isUsed));
          },
          release: () => {
            for (const { decision } of running) decision.choose(null);
          },
          probe: async () => {
            await Promise.all(running.map(({ decision }) => decision.probeAll()));
          },
        }).fetch,
      );
    }
    const useAddresses = (interfaces: readonly NetworkInterface[]) => {
      for (const { listeners } of running) listeners.useAddresses(addressesOf(interfaces));
    };
    useAddresses(listInterfaces());
    look = watchInterfaces(stopping.signal, (interfaces) => {
      useAddresses(interfaces);
      const lost = table.update(interfaces);
      for (const { site } of running) site.providersChanged();
      for (const { key, reason } of lost) {
        log.info("provider-lost", { provider: key, reason });
        for (const { site } of running) site.providerLost(key, reason);
      }
    });
    void watchInterfaceEvents(stopping.signal, () => look()).then((reason) => {
      if (reason !== null) log.debug("interfaces-polled", { reason });
    });
    for (const { site, decision, notices } of running) {
      site.start();
      decision.start();
      notices.start();
    }
    log.info("started", {
      sites: running.map(({ site }) => site.name).join(","),
      version: VERSION,
    });
    await untilAborted(signal);
    log.info("stopping");
  } finally {
    stopping.abort();
    questions.close();
    for (const { notices } of running) notices.stop();
    await Promise.all([waysIn.close(), ...running.map(({ listeners }) => listeners.close())]);
    await Promise.all(running.map(({ decision }) => decision.stop()));
    await Promise.all(running.map(({ site }) => site.stop()));
    await connector.close();
    await memory.saved();
    await board.close(); // listeners to /events would keep the endpoint from closing
    await status?.close();
    tasks.close();
    await tasks.done();
  }
  return 0;
}

function createSite(
  name: string,
  config: SiteConfig,
  whole: CnaptConfig,
  { table, connector, questions, isUsed, budget, board, memory, tasks, log, direct }: {
    readonly table: ProviderTable;
    readonly connector: ProviderConnector;
    readonly questions: Confirmations;
    readonly isUsed: (provider: string) => boolean;
    readonly budget: MemoryBudget;
    readonly board: NoticeBoard;
    readonly memory: OfferMemory;
    readonly tasks: TaskGroup;
    readonly log: Log;
    readonly direct: DirectSettings | null;
  },
): RunningSite {
  const { ticket } = config;
  const { host, port } = config.address ?? ticket.address;
  const tls = ticket.certificate === null ? null : {
    ca: certificatePem(ticket.certificate),
    serverName: serverNameFor(ticket.id),
  };
  const profile = sensitivityOf(whole.decision.sensitivity);
  const site = new CnaptSite({
    settings: {
      name,
      flows: whole.limits.flows,
      clientApplications: {
        openClientApplication: clientApplicationOpener(config.clientServices),
        findClientApplication: clientApplicationFinder(config.clientServices),
        direct,
      },
      endpoint: { host, port, tls, credentials: { id: ticket.id, key: ticket.key } },
      session: {
        limits: {
          ringBytes: whole.limits.ring,
          sessionBytes: whole.limits.sessionMemory,
          streams: 65_535,
        },
        liveness: {
          heartbeatMs: whole.heartbeat.interval ?? profile.heartbeatMs,
          deadAfterMs: whole.heartbeat.dead ?? profile.deadAfterMs,
          quietMs: profile.quietMs,
          outvotedAfterMs: profile.outvotedAfterMs,
        },
        switchTimeoutMs: whole.timeouts.switch,
        ruleOf: (provider) => table.ruleOf(provider),
        clientServices: [...config.clientServices].map(([name, service]) => ({
          name,
          port: offeredClientPort(service),
          protocol: service.protocol,
        })),
      },
    },
    providers: table.towards(host),
    budget,
    tasks,
    log,
    events: {
      servicesAnnounced: (services) => {
        if (config.services === null) listeners.openAnnounced(services);
        else {
          listeners.adapt(config.services, services);
          for (const wanted of config.services.keys()) {
            if (services.some((service) => service.name === wanted)) continue;
            log.warn("service-not-announced", { site: name, service: wanted });
          }
        }
      },
      switchEnded: (receipt) => {
        logReceipt(log, name, receipt);
        notices.switchEnded(receipt);
        table.keepConfirmed(isUsed);
      },
    },
    connector,
  });
  const listeners = new ServiceListeners(site, { tasks, log, memory, allow: whole.allow ?? [] });
  const rows = () => table.rowsTowards(host);
  const decision = new DecisionTask({
    settings: decisionSettings(whole.decision),
    subject: decidedSite(site),
    rows,
    tasks,
    log,
    asker: questions,
  });
  const meteredOf = (provider: string) =>
    rows().find(({ candidate }) => candidate.key === provider)?.candidate.metered ?? null;
  const notices = new CnaptNotices(site, {
    meteredOf,
    publish: (notice) => board.publish(notice),
    tasks,
  });
  return { site, decision, listeners, notices };
}

/** Whether its session lives there; one between networks, or without one, does not. */
function isOn(site: CnaptSite, provider: string): boolean {
  const session = site.driver?.session;
  return session !== undefined && session.controlLink !== null && session.provider === provider;
}

function logReceipt(log: Log, site: string, receipt: SwitchReceipt): void {
  const { outcome, kind, from, to, reason, totalMs, stallMs, streams, replayedBytes } = receipt;
  const fields = { site, kind, from, to, reason, totalMs, stallMs, streams, replayedBytes };
  if (outcome === "switched") log.info("switched", fields);
  else log.warn("switch-failed", fields);
}
