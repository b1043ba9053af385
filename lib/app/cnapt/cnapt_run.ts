import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { OfferMemory } from "../../config/offer_memory.ts";
import { MemoryBudget } from "../../core/stream/memory_budget.ts";
import { bootMs } from "../../net/boot_clock.ts";
import { serveHttp } from "../../net/http_server.ts";
import { openTerminal } from "../../net/terminal.ts";
import { AwakeClock } from "../../relay/run/awake_clock.ts";
import { SYSTEM_CLOCK } from "../../relay/run/system_clock.ts";
import { TaskGroup } from "../../relay/run/task_group.ts";
import { overallState } from "../../status/cnapt_document.ts";
import { cnaptStatusApp } from "../../status/cnapt_status.ts";
import { cnaptVerdict } from "../../status/verdict/cnapt_verdict.ts";
import { moveStrays } from "../places/move_strays.ts";
import type { CnaptState } from "../places/state_files.ts";
import { ContainedFailures } from "../program/contained_failures.ts";
import { openDescriptorBudget } from "../program/open_descriptor_budget.ts";
import { type ConfigSource, exposureOf } from "../program/load_config.ts";
import { TELL_FOLDED_MS } from "../program/log.ts";
import { MetricsListener } from "../program/metrics_listener.ts";
import { standardError } from "../program/log_output.ts";
import type { Wording } from "../program/log_line.ts";
import { openLog } from "../program/open_log.ts";
import { openNoticeBoard } from "../program/notice_receivers.ts";
import { ServiceReport } from "../program/service_report.ts";
import type { ProgramSignals } from "../program/termination_signal.ts";
import { untilAborted } from "../program/until_aborted.ts";
import { VERSION } from "../program/version.ts";
import { ProviderConnector } from "../providers/provider_connector.ts";
import { ProviderTable } from "../providers/provider_table.ts";
import { cnaptEndpoint, loadCnaptMetrics } from "./cnapt_endpoint.ts";
import { cnaptReloads } from "./cnapt_reload.ts";
import { followInterfaces } from "./follow_interfaces.ts";
import { followSleep } from "./follow_sleep.ts";
import { NetworkAbsence } from "./network_absence.ts";
import { openConfirmations } from "./open_confirmations.ts";
import { ownToken } from "./own_token.ts";
import type { RunningSite } from "./running_site.ts";
import { RunningSites } from "./running_sites.ts";
import { WaysIn } from "./ways_in.ts";

/**
 * Runs CNAPT until it is asked to end; then says goodbye to every SNAPT.
 *
 * @throws {ListenFailed} a configured port cannot be listened on
 */
export async function runCnapt(options: {
  readonly source: ConfigSource;
  readonly state: CnaptState;
  readonly config: CnaptConfig;
  readonly signals: ProgramSignals;
  /** Whether the log is JSON whatever the configuration says. */
  readonly isJsonLog: boolean;
  /** What a person on the terminal reads in place of the log; null: the log. */
  readonly wording: Wording | null;
}): Promise<number> {
  const { source, config, signals, isJsonLog, wording } = options;
  const configFile = source.file;
  const log = openLog("cnapt", config.log, isJsonLog, wording);
  const clock = new AwakeClock(SYSTEM_CLOCK, bootMs);
  const tasks = TaskGroup.root(clock, log);
  using _contained = new ContainedFailures(tasks);
  tasks.every(TELL_FOLDED_MS, () => log.tellFolded());
  openDescriptorBudget(tasks, log);
  using report = new ServiceReport(tasks, log);
  const state = await moveStrays(options.state, log);
  const exposure = await exposureOf(configFile);
  if (exposure !== null) log.warn("secrets-exposed", { reason: exposure });
  const table = new ProviderTable(config.providers);
  const budget = new MemoryBudget(() => current().limits.processMemory);
  const startedAt = tasks.date();
  const running: RunningSite[] = [];
  const waysIn = new WaysIn(tasks, log, () => current().allow ?? []);
  const memory = await OfferMemory.load(
    state.paths.ports,
    (reason) => log.warn("ports-not-remembered", { reason }),
  );
  const stopper = new AbortController();
  const stopping = stopper.signal;
  const isUsed = (provider: string) => running.some(({ site }) => site.livesOn(provider));
  let look = () => {};
  const connector = new ProviderConnector({
    table,
    log,
    clock: tasks,
    stopping,
    isUsed,
    changed: () => {
      look();
      for (const { site } of running) site.providersChanged();
    },
  });
  const board = openNoticeBoard(config.notify, tasks);
  const terminal = openTerminal(standardError.text);
  const absence = new NetworkAbsence({
    sites: () => running.map(({ site, hasNetwork }) => ({ name: site.name, hasNetwork })),
    terminal,
    publish: (notice) => board.publish(notice),
    tasks,
    log,
  });
  const confirmations = openConfirmations({
    config: () => current().decision,
    running,
    table,
    board,
    terminal,
    tasks,
    log,
  });
  const reloads = cnaptReloads({
    ...{ source, config, running, stopping, table, waysIn, board, tasks, log },
    sites: () => sites,
    metrics: () => metrics,
  });
  const current = () => reloads.config;
  const reload = () => tasks.run("reload", () => reloads.reload());
  const common = {
    current,
    reloads,
    table,
    confirmations,
    absence,
    board,
    tasks,
    log,
    isUsed,
  };
  const sites = new RunningSites(running, { ...common, connector, budget, memory }, waysIn);
  const token = await ownToken(config.status === null ? null : state.paths.token, log);
  const seen = { ...common, token, startedAt, running, waysIn, stopping };
  const endpoint = cnaptEndpoint(seen);
  const metrics = new MetricsListener({
    load: () => loadCnaptMetrics(seen),
    whyNotReady: () => whyNotReady(running),
    tasks,
  });
  let status: { close(): Promise<void> } | null = null;
  try {
    await metrics.use(config.metrics);
    for (const [name, site] of config.sites) {
      await sites.open(name, site);
    }
    if (config.status !== null) {
      waysIn.openStdio(() => running.map(({ site }) => site), token);
      status = serveHttp({ ...config.status, setting: "status" }, cnaptStatusApp(endpoint).fetch);
    }
    look = followInterfaces({ table, running, stopping, tasks, log });
    const awake = followSleep({ clock, tasks, log, look, running });
    stopping.addEventListener("abort", () => awake.cancel(), { once: true });
    for (const one of running) sites.start(one);
    absence.start();
    signals.requests.addEventListener("reload", reload, { signal: stopping });
    const names = running.map(({ site }) => site.name).join(",");
    log.info("started", { sites: names, version: VERSION });
    report.ready(() => cnaptVerdict(endpoint.snapshot(), tasks.date()).sentence);
    metrics.started();
    await untilAborted(signals.ending);
    log.info("stopping");
    report.stopping();
  } finally {
    stopper.abort();
    metrics.stopping();
    confirmations.close();
    for (const { notices } of running) notices.stop();
    await Promise.all([waysIn.close(), ...running.map(({ listeners }) => listeners.close())]);
    await Promise.all(running.map(({ decision }) => decision.stop()));
    await Promise.all(running.map(({ site }) => site.stop(current().timeouts.drain)));
    await connector.close();
    await memory.saved();
    await board.close(); // listeners to /events would keep the endpoint from closing
    await Promise.all([status?.close(), metrics.close()]);
    tasks.close();
    await tasks.done();
  }
  return 0;
}

function whyNotReady(running: readonly RunningSite[]): string | null {
  const state = overallState(running.map(({ site }) => site));
  return state === "connected" || state === "switching" ? null : "no site is connected";
}
