import type { ConfirmationSnapshot } from "../../relay/decision/confirmations.ts";
import { counted, listed } from "../words/counted.ts";
import { inRoundTrip, inTime } from "../words/in_time.ts";
import { type Finding, type Level, verdictOf, worse } from "./finding.ts";
import { type ProgramFacts, programFindings } from "./program_findings.ts";
import { type JudgedSite, type SiteVerdict, siteVerdict } from "./site_verdict.ts";
import type { Verdict } from "./verdict.ts";

/** What the verdict about CNAPT is made of: its snapshot has all of it. */
export interface JudgedCnapt extends Pick<ProgramFacts, "descriptors" | "notices"> {
  readonly noNetworkSince: Date | null;
  readonly sites: readonly JudgedSite[];
  readonly questions: readonly ConfirmationSnapshot[];
  readonly emulators: readonly { readonly site: string; readonly service: string }[];
  readonly missing: readonly {
    readonly site: string;
    readonly service: string;
    readonly reason: string;
  }[];
}

interface Judged extends SiteVerdict {
  readonly site: JudgedSite;
}

/** How a running CNAPT is. */
export function cnaptVerdict(cnapt: JudgedCnapt, now: Date): Verdict {
  const { sites, emulators, noNetworkSince, descriptors, notices } = cnapt;
  const streams = sites.reduce((sum, site) => sum + site.streams.length, 0);
  const own = [
    ...cnapt.questions.map(questionFinding),
    ...cnapt.missing.map(missingFinding),
    ...programFindings({ descriptors, notices, streams, now }),
  ];
  if (sites.length === 0) return withoutSites(own);
  if (noNetworkSince !== null) return withoutNetwork(noNetworkSince, { sites, now, own });
  const judged = sites.map((site): Judged => {
    const offered = emulators.filter((one) => one.site === site.name).map((one) => one.service);
    return { site, ...siteVerdict(site, offered, now) };
  });
  const findings = judged.flatMap((one) => sites.length === 1 ? one.findings : named(one));
  const whole = judged.map(({ level }) => level).reduce<Level>(worse, "good");
  const isCalm = judged.every(({ isConnected }) => isConnected);
  const base = baseOf(judged);
  return verdictOf({ level: whole, base, calm: isCalm ? "nothing waits" : "" }, [
    ...findings,
    ...own,
  ]);
}

function baseOf(judged: readonly Judged[]): string {
  const [first, ...others] = judged;
  if (first !== undefined && others.length === 0) return first.base;
  const there = judged.filter(({ isConnected }) => isConnected);
  const over = listed([...new Set(there.map(({ site }) => site.provider))]);
  const trips = there.flatMap(({ site }) => site.roundTripMs ?? []);
  const trip = trips.length === 0 ? "" : `, ${inRoundTrip(Math.max(...trips))} at most`;
  if (there.length === judged.length) {
    return `Connected to all ${judged.length} sites over ${over}${trip}`;
  }
  const worst = judged.filter(({ isConnected }) => !isConnected)
    .reduce((one, other) => worse(one.level, other.level) === one.level ? one : other);
  const where = there.length === 0 ? "" : ` over ${over}`;
  return `Connected to ${there.length} of ${judged.length} sites${where}; ` +
    `${worst.site.name}: ${startingSmall(worst.base)}`;
}

function named({ site, findings }: Judged): readonly Finding[] {
  return findings.map((finding) => ({
    ...finding,
    what: `${site.name}: ${finding.what}`,
    brief: finding.brief === "" ? "" : `${finding.brief} (${site.name})`,
  }));
}

function withoutSites(own: readonly Finding[]): Verdict {
  return verdictOf({ level: "waiting", base: "There is no site yet", calm: "" }, [{
    level: "waiting",
    brief: "",
    what: "this CNAPT has no site, so nothing is relayed",
    remedy: "`cnapt join CODE` with a code of `snapt invite NAME`",
  }, ...own]);
}

function withoutNetwork(
  since: Date,
  { sites, now, own }: {
    readonly sites: readonly JudgedSite[];
    readonly now: Date;
    readonly own: readonly Finding[];
  },
): Verdict {
  const kept = sites.reduce((sum, { streams }) => sum + streams.length, 0);
  const waits = kept === 0 ? "" : `; ${counted(kept, "connection")} kept`;
  const base = `This machine has had no network for ${
    inTime(now.getTime() - since.getTime())
  }${waits}`;
  return verdictOf({ level: "bad", base, calm: "" }, [{
    level: "bad",
    brief: "",
    what: "this machine has no network that could lead to SNAPT",
    remedy: "connect it to one; the first that comes is used, and connections go on",
  }, ...own]);
}

function missingFinding({ site, service, reason }: JudgedCnapt["missing"][number]): Finding {
  return {
    level: "waiting",
    brief: `${service} has no port here`,
    what: `${service} of ${site} has no port here: ${reason}`,
    remedy:
      `name a free one in cnapt.yaml: \`services: { ${service}: { listen: 127.0.0.1:PORT } }\` ` +
      "of the site, then `cnapt reload`",
  };
}

function questionFinding({ provider, from, reason, leftMs }: ConfirmationSnapshot): Finding {
  return {
    level: "waiting",
    brief: `asks whether to use ${provider}`,
    what: `use ${provider} instead of ${from}? ${reason} (${inTime(leftMs)} left)`,
    remedy: `\`cnapt confirm ${provider}\`, or \`cnapt confirm ${provider} --no\``,
  };
}

/** SNAPT and CNAPT stay what they are. */
function startingSmall(sentence: string): string {
  return /^[A-Z][a-z]/.test(sentence)
    ? sentence.charAt(0).toLowerCase() + sentence.slice(1)
    : sentence;
}
