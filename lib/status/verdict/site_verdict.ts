import { unreachable } from "../../core/exhaustive.ts";
import type { ReachFailure } from "../../relay/network/reach_failures.ts";
import { sitePhaseOf, type SiteSnapshot } from "../../relay/site/site_snapshot.ts";
import { counted, listed } from "../words/counted.ts";
import { inRoundTrip, inTime } from "../words/in_time.ts";
import type { Finding, Level } from "./finding.ts";
import { isNotAnnounced } from "./not_announced.ts";
import { refusalRemedy } from "./refusal_remedy.ts";

/** What is looked at of a site. */
export type JudgedSite = Pick<
  SiteSnapshot,
  | "name"
  | "state"
  | "refusal"
  | "pause"
  | "provider"
  | "away"
  | "failures"
  | "roundTripMs"
  | "heardAgoMs"
  | "usualSilenceMs"
  | "services"
  | "clientServices"
  | "streams"
  | "flows"
>;

/** How one site is. */
export interface SiteVerdict {
  readonly level: Level;
  /** Whether applications reach SNAPT: it was heard as lately as it usually is. */
  readonly isConnected: boolean;
  /** A sentence without the name of the site. */
  readonly base: string;
  readonly findings: readonly Finding[];
}

/** `offered`: the services that have a port here. */
export function siteVerdict(
  site: JudgedSite,
  offered: readonly string[],
  now: Date,
): SiteVerdict {
  const reach = reachOf(site, now);
  return {
    ...reach,
    findings: [
      ...reach.findings,
      ...heldFindings(site),
      ...unservedFindings(site, offered),
      ...clientServiceFindings(site),
    ],
  };
}

function reachOf(site: JudgedSite, now: Date): SiteVerdict {
  const { state, provider, roundTripMs, pause, refusal } = site;
  const phase = sitePhaseOf(state);
  switch (phase) {
    case "connected":
    case "preparing": {
      if (site.away !== null) return awayVerdict(site, now);
      const silence = silenceFinding(site);
      const trip = roundTripMs === null ? "" : `, ${inRoundTrip(roundTripMs)}`;
      if (silence === null) {
        const base = `Connected over ${provider}${trip}`;
        return { level: "good", isConnected: true, base, findings: troubles(site) };
      }
      const findings = [silence, ...troubles(site)];
      return { level: "waiting", isConnected: false, base: silence.what, findings };
    }
    case "switching":
      return {
        level: "waiting",
        isConnected: false,
        base: provider === "" ? "Moving to another network" : `Moving on from ${provider}`,
        findings: [],
      };
    case "searching":
      return awayVerdict(site, now);
    case "dialing":
    case "greeting": {
      const base = site.failures.length === 0 ? "Connecting to SNAPT" : "SNAPT is not reached";
      return { level: "waiting", isConnected: false, base, findings: unreached(site) };
    }
    case "refused": {
      const why = refusal?.sentence ?? "it did not say why";
      return {
        level: "bad",
        isConnected: false,
        base: `SNAPT refuses this CNAPT: ${why}`,
        findings: [{
          level: "bad",
          brief: "",
          what: `SNAPT refuses this CNAPT: ${why}`,
          remedy: refusalRemedy(refusal?.code ?? ""),
        }],
      };
    }
    case "ended": {
      if (pause === null) {
        return { level: "waiting", isConnected: false, base: "Not connected", findings: [] };
      }
      const when = `CNAPT tries again in ${inTime(pause.remainingMs)}`;
      const what = `the session has ended: ${pause.reason}`;
      return {
        level: "waiting",
        isConnected: false,
        base: `Not connected: ${pause.reason}; ${when}`,
        findings: [{ level: "waiting", brief: "", what, remedy: `nothing: ${when}` }],
      };
    }
    default:
      return unreachable(phase);
  }
}

/** The session has lost its network and is kept. */
function awayVerdict(site: JudgedSite, now: Date): SiteVerdict {
  const { away } = site;
  const since = away === null ? "" : ` for ${inTime(now.getTime() - Date.parse(away.since))}`;
  const waits = away === null || away.streams === 0
    ? ""
    : `; ${counted(away.streams, "connection")} kept for ${
      inTime(Date.parse(away.until) - now.getTime())
    } more`;
  return {
    level: "bad",
    isConnected: false,
    base: `No network leads to SNAPT${since}${waits}`,
    findings: site.failures.length === 0 ? [nothingHeard] : unreached(site),
  };
}

/** That a session counts as connected, and SNAPT has been silent for longer than it usually is. */
function silenceFinding(
  { heardAgoMs, usualSilenceMs, provider }: JudgedSite,
): Finding | null {
  if (heardAgoMs !== null && heardAgoMs <= (usualSilenceMs ?? Infinity)) return null;
  const time = heardAgoMs === null ? "yet" : `for ${inTime(heardAgoMs)}`;
  return {
    level: "waiting",
    brief: "",
    what: `Nothing heard from SNAPT ${time} over ${provider}`,
    remedy: "CNAPT asks, and goes to another network if nothing comes; `cnapt switch NETWORK` " +
      "does so at once",
  };
}

/** As long as no attempt has failed, which takes seconds where nobody answers. */
const nothingHeard: Finding = {
  level: "waiting",
  brief: "",
  what: "nothing comes from SNAPT any more",
  remedy: "CNAPT goes on trying; `cnapt doctor` says what is in the way",
};

/** Why SNAPT is reached over no network, each reason once. */
function unreached({ failures }: JudgedSite): readonly Finding[] {
  return byReason(failures).map(({ over, reason }) => ({
    level: "waiting",
    brief: "",
    what: `SNAPT is not reached${over}: ${reason}`,
    remedy: "CNAPT goes on trying; `cnapt doctor` says what is in the way",
  }));
}

/** What went wrong beside a network that leads to SNAPT. */
function troubles({ failures }: JudgedSite): readonly Finding[] {
  return byReason(failures).map(({ over, reason }) => ({
    level: "waiting",
    brief: `trouble${over}`,
    what: `trouble${over}: ${reason}`,
    remedy: "`cnapt doctor` says more",
  }));
}

function byReason(
  failures: readonly ReachFailure[],
): readonly { readonly over: string; readonly reason: string }[] {
  // The interface in a reason is the network that is named in front of it.
  const causeOf = ({ provider, reason }: ReachFailure) => reason.replace(` by ${provider}:`, ":");
  return [...Map.groupBy(failures, causeOf)].map(([reason, all]) => {
    const names = all.flatMap(({ provider }) => provider === "" ? [] : [provider]);
    return { over: names.length === 0 ? "" : ` over ${listed(names)}`, reason };
  });
}

/** What waits for another network, each reason once. */
function heldFindings({ streams, flows, provider }: JudgedSite): readonly Finding[] {
  const mute = flows.filter(({ way, held }) => way === "held" && held > 0);
  return [
    ...waiting("connection", streams.flatMap((stream) => stream.held ?? [])),
    ...waiting("UDP flow", mute.map(({ service }) => `${service} is not allowed over ${provider}`)),
  ];
}

/** `held`: why each of them waits. */
function waiting(what: string, held: readonly string[]): readonly Finding[] {
  const waits = (count: number) => `${counted(count, what)} ${count === 1 ? "waits" : "wait"}`;
  return [...Map.groupBy(held, (reason) => reason)].map(([reason, all]) => ({
    level: "waiting",
    brief: waits(all.length),
    what: `${waits(all.length)}: ${reason}`,
    remedy: "it goes on over the next network where that is allowed; `cnapt switch NETWORK` " +
      "chooses one, `providers:` of cnapt.yaml says what is allowed",
  }));
}

function unservedFindings(site: JudgedSite, offered: readonly string[]): readonly Finding[] {
  const missing = offered.filter((service) => isNotAnnounced(site, service));
  if (missing.length === 0) return [];
  return [{
    level: "waiting",
    brief: `SNAPT does not offer ${listed(missing)}`,
    what: `SNAPT of ${site.name} does not offer ${listed(missing)}`,
    remedy: "whoever runs SNAPT adds it to `services:` of snapt.yaml, or invites with it",
  }];
}

function clientServiceFindings({ clientServices }: JudgedSite): readonly Finding[] {
  return clientServices.flatMap(({ name, reason }): readonly Finding[] =>
    reason === "" ? [] : [{
      level: "waiting",
      brief: `servers do not reach ${name}`,
      what: `servers do not reach ${name}: ${reason}`,
      remedy: "`snapt check` on SNAPT's machine says what it needs",
    }]
  );
}
