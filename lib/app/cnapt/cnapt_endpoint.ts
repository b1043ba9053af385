import type { CnaptConfig } from "../../config/cnapt_config.ts";
import { descriptors } from "../../net/descriptor_budget.ts";
import type { Confirmations } from "../../relay/decision/confirmations.ts";
import type { NoticeBoard } from "../../relay/notice/notice_board.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";
import { siteMeasures } from "../../relay/site/site_measures.ts";
import type { SwitchOutcome, SwitchRequest } from "../../relay/site/switch_sites.ts";
import type { CnaptSnapshot } from "../../status/cnapt_document.ts";
import type { CnaptMeasured } from "../../status/cnapt_metrics.ts";
import type { CnaptStatusContext } from "../../status/cnapt_status.ts";
import type { ReadMetric } from "../../status/metric.ts";
import { noticeEvents } from "../../status/notice_events.ts";
import type { Log } from "../program/log.ts";
import type { Reloads } from "../program/reloads.ts";
import { VERSION } from "../program/version.ts";
import type { ProviderTable } from "../providers/provider_table.ts";
import { switchAsAsked } from "./asked_switch.ts";
import type { NetworkAbsence } from "./network_absence.ts";
import type { RunningSite } from "./running_site.ts";
import { sampleHistory } from "./sample_history.ts";
import type { WaysIn } from "./ways_in.ts";

/** What the status endpoint of a running CNAPT shows, and what it passes requests on to. */
export interface CnaptEndpointContext {
  /** What holds now. */
  readonly current: () => CnaptConfig;
  readonly reloads: Reloads<CnaptConfig>;
  /** Who knows it may read and change. */
  readonly token: string;
  readonly startedAt: Date;
  readonly running: readonly RunningSite[];
  readonly confirmations: Confirmations;
  readonly absence: NetworkAbsence;
  readonly table: ProviderTable;
  readonly board: NoticeBoard;
  readonly waysIn: WaysIn;
  /** Aborted when CNAPT stops: a switch under way is given up. */
  readonly stopping: AbortSignal;
  /** The program's. */
  readonly tasks: TaskGroup;
  readonly log: Log;
  /** Whether the session of any site is on this provider. */
  readonly isUsed: (provider: string) => boolean;
}

/** The running program as its status endpoint knows it. */
export function cnaptEndpoint(context: CnaptEndpointContext): CnaptStatusContext {
  const { running, confirmations, board, tasks } = context;
  return {
    token: context.token,
    version: VERSION,
    mistake: (error) => tasks.fault("status", error),
    snapshot: () => snapshotOf(context),
    metrics: async () => (await loadCnaptMetrics(context))(),
    events: (endsAt) => noticeEvents(board, tasks, endsAt),
    live: { board, clock: tasks },
    history: sampleHistory(running, board, tasks),
    answer: (provider, answer) => confirmations.answer(provider, answer),
    switchTo: (request) => switchAndForget(context, request),
    release: () => {
      for (const { decision } of running) decision.choose(null);
    },
    measure: async (provider) => {
      const measured = running.map(async ({ site, decision }) =>
        [site.name, await decision.measure(provider)] as const
      );
      return Object.fromEntries(await Promise.all(measured));
    },
    reload: () => context.reloads.reload(),
    probe: async () => {
      await Promise.all(running.map(({ decision }) => decision.probeAll()));
    },
  };
}

/** What reads the metrics of a running CNAPT; hardly anybody asks for them. */
export async function loadCnaptMetrics(
  context: CnaptEndpointContext,
): Promise<() => readonly ReadMetric[]> {
  const { CNAPT_METRICS } = await import("../../status/cnapt_metrics.ts");
  const { readMetrics } = await import("../../status/metric.ts");
  return () => readMetrics(CNAPT_METRICS, measuredOf(context));
}

/** Strangers may ask for metrics, so that nothing is listed for them as it is for the status. */
function measuredOf({ startedAt, running }: CnaptEndpointContext): CnaptMeasured {
  return {
    ...{ version: VERSION, startedAt },
    sites: running.map(({ site }) => siteMeasures(site)),
    totals: running.map(({ site: { name, totals } }) => ({
      site: name,
      traffic: totals.traffic.snapshot(),
      switches: totals.switches.snapshot(),
    })),
    decisions: decisionsOf(running),
    descriptors: descriptors().snapshot(),
    residentBytes: Deno.memoryUsage().rss,
  };
}

function decisionsOf(running: readonly RunningSite[]): CnaptSnapshot["decisions"] {
  return Object.fromEntries(
    running.map(({ site, decision }) => [site.name, decision.snapshot()]),
  );
}

/** Whoever asks for a switch has said yes to that network, for as long as it is used. */
async function switchAndForget(
  context: CnaptEndpointContext,
  request: SwitchRequest,
): Promise<SwitchOutcome> {
  const { current, running, confirmations, table, stopping, tasks, log, isUsed } = context;
  confirmations.settle(request.to);
  table.confirm(request.to);
  const patienceMs = current().timeouts.sites;
  try {
    return await switchAsAsked(running, request, { patienceMs, stopping, tasks, log });
  } finally {
    table.keepConfirmed(isUsed);
  }
}

function snapshotOf(context: CnaptEndpointContext): CnaptSnapshot {
  const { startedAt, running, confirmations, absence, board, waysIn } = context;
  return {
    startedAt,
    noNetworkSince: absence.since,
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
    missing: running.flatMap(({ site, listeners }) =>
      listeners.missing.map((one) => ({ site: site.name, ...one }))
    ),
    notices: board.snapshot(),
    questions: confirmations.open,
    proxies: waysIn.all,
    stdio: waysIn.stdio,
    descriptors: descriptors().snapshot(),
    decisions: decisionsOf(running),
  };
}
