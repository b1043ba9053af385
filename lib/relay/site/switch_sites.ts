import {
  type SiteOutcome,
  summarizeSwitch,
  type SwitchFailure,
  type SwitchSummary,
} from "../../core/session/switch_summary.ts";
import type { SitePoint } from "../../core/session/site_barrier.ts";
import type { SwitchShape } from "../../core/wire/message.ts";
import type { CnaptSite } from "./cnapt_site.ts";
import { describeFailures } from "./reach_patience.ts";
import { SwitchImpossible } from "./switch_impossible.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import type { SitePart } from "../session/site_part.ts";
import { SiteRound } from "./site_round.ts";
import { type SitePhase, sitePhaseOf } from "./site_snapshot.ts";
import type { EndedSwitch } from "./switch_receipts.ts";

export interface SwitchRequest {
  readonly to: string;
  readonly mode: SwitchShape;
  /** One site by name; all when absent. */
  readonly site?: string | undefined;
}

/** What became of a switch at one site, with the receipt as it is kept. */
interface SiteEnd extends SiteOutcome {
  readonly receipt: EndedSwitch | null;
}

export interface SwitchOutcome {
  readonly outcome: SwitchSummary["outcome"];
  /** Why it failed, in words, for each site that has. */
  readonly error?: string;
  /** What kept all of those from it; absent when there is no one thing. */
  readonly failure?: SwitchFailure;
  readonly receipts: readonly (EndedSwitch & { readonly site: string })[];
  /** The switch as a whole; absent when there was no site to switch. */
  readonly summary?: SwitchSummary;
}

export interface SwitchContext {
  /** How long the sites wait for one another, at each point where they do. */
  readonly patienceMs: number;
  readonly stopping: AbortSignal;
  /** The program's. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/** A switch that was asked for is given up when it has not ended after so long. */
const SWITCH_LIMIT_MS = 60_000;

/**
 * Switches the sites that were asked for, all at the same time; they wait for one another where
 * the patent's Multi-Site configuration wants it (`SITE_POINTS`). A site that is dead holds the
 * others up for `patienceMs` at most, one that is known to be without a connection not at all:
 * when all others have ended, it is reported as late and follows by itself.
 */
export async function switchSites(
  sites: readonly CnaptSite[],
  request: SwitchRequest,
  context: SwitchContext,
): Promise<SwitchOutcome> {
  const wanted = sites.filter((site) => request.site === undefined || site.name === request.site);
  if (wanted.length === 0) {
    const names = sites.map((site) => site.name).join(", ");
    return {
      outcome: "failed",
      error: `Cannot switch ${request.site}: there is no such site (there is: ${names})`,
      failure: "impossible",
      receipts: [],
    };
  }
  const startedAt = context.tasks.now();
  const outcomes = await switchTogether(wanted, request, context);
  const summary = summarizeSwitch(
    { kind: request.mode, to: request.to },
    outcomes,
    context.tasks.now() - startedAt,
  );
  const reasons = outcomes.flatMap(({ reason }) => reason === "" ? [] : reason);
  const [failure = null, ...others] = new Set(outcomes.flatMap(({ failure }) => failure ?? []));
  return {
    outcome: summary.outcome,
    ...(reasons.length === 0 ? {} : { error: reasons.join("; ") }),
    ...(failure === null || others.length > 0 ? {} : { failure }),
    receipts: outcomes.flatMap(({ site, receipt }) => receipt === null ? [] : { ...receipt, site }),
    summary,
  };
}

async function switchTogether(
  sites: readonly CnaptSite[],
  request: SwitchRequest,
  context: SwitchContext,
): Promise<readonly SiteEnd[]> {
  const patienceMs = Math.max(...sites.map(({ connector }) => connector.patienceMs(request.to)));
  const { tasks, stopping } = context;
  const limit = { clock: tasks, ms: SWITCH_LIMIT_MS + patienceMs, signal: stopping };
  return await withinLimit(limit, (signal) => switchInARound(sites, request, context, signal));
}

async function switchInARound(
  sites: readonly CnaptSite[],
  request: SwitchRequest,
  { patienceMs, tasks, log }: SwitchContext,
  limit: AbortSignal,
): Promise<readonly SiteEnd[]> {
  const othersDone = new AbortController();
  const ready = sites.filter((site) => site.state === "connected").map(({ name }) => name);
  // Without any that is ready, there is nobody who would have to wait.
  const awaited = new Set(ready.length > 0 ? ready : sites.map(({ name }) => name));
  const done = (name: string) => {
    awaited.delete(name);
    if (awaited.size === 0 && sites.length > 1) othersDone.abort();
  };
  const late = (site: string, point: SitePoint | null) => {
    if (sites.length > 1) log.warn("site-late", { site, at: point ?? "a sudden switch" });
    done(site);
  };
  const round = new SiteRound({ sites: ready, patienceMs, clock: tasks, late });
  const signal = AbortSignal.any([limit, othersDone.signal]);
  try {
    return await Promise.all(sites.map(async (site) => {
      const isAlive = sites.length > 1 && ready.length > 0 || hasSession(site);
      const outcome = isAlive
        ? await switchOne(site, request, round.partOf(site.name), signal)
        : absent(site);
      round.settled(site.name);
      done(site.name);
      return outcome;
    }));
  } finally {
    round.end();
  }
}

async function switchOne(
  site: CnaptSite,
  { to, mode }: SwitchRequest,
  part: SitePart,
  signal: AbortSignal,
): Promise<SiteEnd> {
  const { name } = site;
  try {
    const wanted = { to, shape: mode, reason: "asked for", part };
    const receipt = await site.switchTo(wanted, signal);
    const isThere = receipt.outcome === "switched" && receipt.to === to;
    return isThere ? { site: name, outcome: "switched", reason: "", failure: null, receipt } : {
      site: name,
      outcome: "failed",
      reason: `${name} is on ${site.provider}: ${receipt.reason}`,
      // It was tried, and the network that was asked for did not lead to SNAPT.
      failure: "unreached",
      receipt,
    };
  } catch (error) {
    part.leave();
    if (error instanceof SwitchImpossible) {
      const { message: reason, failure } = error;
      return { site: name, outcome: "failed", reason, failure, receipt: null };
    }
    if (!signal.aborted) throw error;
    const reason = `Cannot switch ${name}: it is ${site.state} and follows when it is reached`;
    return { site: name, outcome: "late", reason, failure: "unreached", receipt: null };
  }
}

/** Whether there is a session, or one that has lost its network, to be switched. */
const HAS_SESSION: Readonly<Record<SitePhase, boolean>> = {
  dialing: false,
  greeting: false,
  connected: true,
  preparing: true,
  switching: true,
  searching: true,
  ended: false,
  refused: false,
};

function hasSession({ state }: CnaptSite): boolean {
  return HAS_SESSION[sitePhaseOf(state)];
}

/** There is no session, and nothing to be switched. */
function absent(site: CnaptSite): SiteEnd {
  const { name, failures } = site.snapshot();
  const { lastRefusal } = site;
  const reasons = lastRefusal ?? describeFailures(failures);
  const why = reasons === "" ? "" : ` (${reasons})`;
  return {
    site: name,
    outcome: "failed",
    reason: `Cannot switch ${name}: there is no session with SNAPT${why}`,
    failure: lastRefusal === null ? "unreached" : "refused",
    receipt: null,
  };
}
