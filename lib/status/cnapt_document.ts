import { isForSsh, sshLine } from "../config/ssh_line.ts";
import type { SwitchReceipt } from "../core/session/switch_receipt.ts";
import type { DescriptorSnapshot } from "../net/descriptor_budget.ts";
import type { FlowSnapshot } from "../relay/datagram/cnapt_flow.ts";
import type { DecisionSnapshot } from "../relay/decision/decision_snapshot.ts";
import type { NoticesSnapshot } from "../relay/notice/notice_board.ts";
import type { ConfirmationSnapshot } from "../relay/decision/confirmations.ts";
import { type SitePhase, sitePhaseOf, type SiteSnapshot } from "../relay/site/site_snapshot.ts";
import type { StreamSnapshot } from "../relay/site/stream_snapshot.ts";
import { cnaptVerdict } from "./verdict/cnapt_verdict.ts";
import { isNotAnnounced } from "./verdict/not_announced.ts";
import type { Verdict } from "./verdict/verdict.ts";

/** A site and what applications achieve over its path, in both directions together. */
export interface MeasuredSite extends SiteSnapshot {
  /** The best second of the last ten; null where too little was sent to tell. */
  readonly achievedBytesPerSecond: number | null;
}

/** What a running CNAPT is like at one moment. */
export interface CnaptSnapshot {
  readonly startedAt: Date;
  /** Since when this machine has no network that could lead to any site; null: it has. */
  readonly noNetworkSince: Date | null;
  readonly sites: readonly MeasuredSite[];
  readonly notices: NoticesSnapshot;
  /** What a person is asked now. */
  readonly questions: readonly ConfirmationSnapshot[];
  readonly emulators: readonly {
    readonly site: string;
    readonly service: string;
    readonly protocol: "tcp" | "udp";
    readonly listen: string;
    /** Connections, or datagrams, of hosts that `allow` does not have. */
    readonly refused: number;
  }[];
  /** Services that have no port here. */
  readonly missing: readonly {
    readonly site: string;
    readonly service: string;
    readonly reason: string;
  }[];
  /** Where programs ask for other destinations. */
  readonly proxies: readonly {
    readonly site: string;
    readonly kind: "socks5" | "http";
    readonly listen: string;
    readonly refused: number;
    /** How many programs have datagrams relayed now. */
    readonly associations: number;
  }[];
  /** What the decision task of each site knows and did. */
  readonly decisions: Readonly<Record<string, DecisionSnapshot>>;
  /** Where `cnapt stdio` comes in. */
  readonly stdio: string | null;
  /** Sockets and files of the program. */
  readonly descriptors: DescriptorSnapshot;
}

/** The state of CNAPT as a whole, for people and scripts. */
export type CnaptOverallState = "connected" | "connecting" | "switching" | "offline" | "refused";

/** What `GET /status.json` and `cnapt status --json` give. */
export interface CnaptDocument {
  readonly schema: "cnapt.status/1";
  /** Of CNAPT. */
  readonly version: string;
  readonly verdict: Verdict;
  readonly state: CnaptOverallState;
  readonly provider: string;
  /** ISO 8601, UTC; null while there is a network that could lead to a site. */
  readonly noNetworkSince: string | null;
  readonly uptimeMs: number;
  readonly memoryBytes: number;
  readonly sites: Readonly<
    Record<string, Omit<MeasuredSite, "name" | "streams" | "flows" | "switches">>
  >;
  readonly notices: NoticesSnapshot;
  readonly questions: readonly ConfirmationSnapshot[];
  readonly offers: readonly (CnaptSnapshot["emulators"][number] & {
    /** What is typed for a shell on the server; null: the service is not for ssh. */
    readonly sshCommand: string | null;
    /** False: SNAPT was heard, and did not name this service: then nobody is served there. */
    readonly isAnnounced: boolean;
  })[];
  readonly proxies: CnaptSnapshot["proxies"];
  readonly stdio: string | null;
  readonly descriptors: DescriptorSnapshot;
  readonly decisions: CnaptSnapshot["decisions"];
  readonly streams: readonly (StreamSnapshot & { readonly site: string })[];
  readonly flows: readonly (FlowSnapshot & { readonly site: string })[];
  readonly switches:
    readonly (SwitchReceipt & { readonly site: string; readonly endedAt: string })[];
}

export function cnaptDocument(
  snapshot: CnaptSnapshot,
  facts: { readonly version: string; readonly now: Date; readonly memoryBytes: number },
): CnaptDocument {
  const { sites } = snapshot;
  return {
    schema: "cnapt.status/1",
    version: facts.version,
    verdict: cnaptVerdict(snapshot, facts.now),
    state: overallState(sites),
    provider: sites.find((site) => site.provider !== "")?.provider ?? "",
    noNetworkSince: snapshot.noNetworkSince?.toISOString() ?? null,
    uptimeMs: facts.now.getTime() - snapshot.startedAt.getTime(),
    memoryBytes: facts.memoryBytes,
    sites: Object.fromEntries(
      sites.map(({ name, streams: _streams, flows: _flows, switches: _switches, ...rest }) => [
        name,
        rest,
      ]),
    ),
    notices: snapshot.notices,
    questions: snapshot.questions,
    offers: snapshot.emulators.map((one) => ({
      ...one,
      sshCommand: sshCommandOf(one, sites),
      isAnnounced: !sites.some(({ name, ...site }) =>
        name === one.site && isNotAnnounced(site, one.service)
      ),
    })),
    proxies: snapshot.proxies,
    stdio: snapshot.stdio,
    descriptors: snapshot.descriptors,
    decisions: snapshot.decisions,
    streams: sites.flatMap(({ name, streams }) => streams.map((one) => ({ site: name, ...one }))),
    flows: sites.flatMap(({ name, flows }) => flows.map((one) => ({ site: name, ...one }))),
    switches: sites.flatMap(({ name, switches }) => switches.map((one) => ({ site: name, ...one })))
      .sort((a, b) => a.endedAt.localeCompare(b.endedAt)),
  };
}

/** What SNAPT did not announce goes by its name. */
function sshCommandOf(
  { site, service, protocol, listen }: CnaptSnapshot["emulators"][number],
  sites: readonly Pick<SiteSnapshot, "name" | "services">[],
): string | null {
  const services = sites.find(({ name }) => name === site)?.services ?? [];
  const { port } = services.find(({ name }) => name === service) ?? { port: 0 };
  const isMeant = isForSsh({ name: service, port, protocol });
  return isMeant ? sshLine({ site, service, listen }) : null;
}

/** The best that can be said of any site: one dead site does not make the whole offline. */
export function overallState(sites: readonly Pick<SiteSnapshot, "state">[]): CnaptOverallState {
  const states = new Set(sites.map((site) => OVERALL[sitePhaseOf(site.state)]));
  const order = ["connected", "switching", "connecting", "offline", "refused"] as const;
  return order.find((state) => states.has(state)) ?? "offline";
}

const OVERALL: Readonly<Record<SitePhase, CnaptOverallState>> = {
  dialing: "connecting",
  greeting: "connecting",
  connected: "connected",
  preparing: "connected",
  switching: "switching",
  searching: "offline",
  ended: "offline",
  refused: "refused",
};
