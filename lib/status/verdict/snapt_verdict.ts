import { describeWay, type MappingWay } from "../../core/mapping/mapping_way.ts";
import type { ThroughRelaySnapshot } from "../../relay/own_relay/through_relay.ts";
import type { ServedSessionSnapshot } from "../../relay/server/served_session_snapshot.ts";
import type { KnownClients, LimitSnapshot } from "../known_client.ts";
import { listed } from "../words/counted.ts";
import { describeAbsence, describeQuota, quotaRemedy } from "../words/describe_relay.ts";
import { inTime } from "../words/in_time.ts";
import { type Finding, verdictOf } from "./finding.ts";
import { clientListFindings, limitFindings } from "./limit_findings.ts";
import { type ProgramFacts, programFindings } from "./program_findings.ts";
import { UNUSUAL_SILENCE_MS } from "./unusual_silence.ts";
import type { Verdict } from "./verdict.ts";

type JudgedSession = Pick<
  ServedSessionSnapshot,
  "client" | "away" | "heardAgoMs" | "streams" | "clientServices"
>;

/** What the verdict about SNAPT is made of: its snapshot has all of it. */
export interface JudgedSnapt
  extends Pick<ProgramFacts, "descriptors" | "notices">, Pick<KnownClients, "clientsFailure"> {
  readonly limits: readonly LimitSnapshot[];
  readonly site: string;
  readonly sessions: readonly JudgedSession[];
  readonly relays: readonly ThroughRelaySnapshot[];
  readonly mapping: readonly MappingWay[];
}

/** How a running SNAPT is. */
export function snaptVerdict(snapt: JudgedSnapt, now: Date): Verdict {
  const { site, sessions, relays, mapping, descriptors, notices } = snapt;
  const away = sessions.filter((one) => one.away !== null);
  const silent = sessions.filter((one) => one.away === null && isSilent(one));
  const parts = [
    `${sessions.length - away.length - silent.length} connected`,
    ...(silent.length === 0 ? [] : [`${silent.length} silent`]),
    ...(away.length === 0 ? [] : [`${away.length} away`]),
  ];
  const streams = sessions.reduce((sum, one) => sum + one.streams, 0);
  return verdictOf({ level: "good", base: `Site ${site}: ${parts.join(", ")}`, calm: "" }, [
    ...clientListFindings(snapt),
    ...relays.flatMap(relayFindings),
    ...mapping.flatMap(mappingFindings),
    ...silenceFindings(silent),
    ...sessions.flatMap(clientServiceFindings),
    ...limitFindings(snapt.limits),
    ...programFindings({ descriptors, notices, streams, now }),
  ]);
}

function isSilent({ heardAgoMs }: JudgedSession): boolean {
  return heardAgoMs === null || heardAgoMs > UNUSUAL_SILENCE_MS;
}

/** One that has only just been configured is still on its way there. */
function relayFindings(relay: ThroughRelaySnapshot): readonly Finding[] {
  const { name, quota, why } = relay;
  if (relay.state === "absent") {
    if (why === null) return [];
    return [{
      level: "bad",
      brief: `the relay ${name} is not reached`,
      what: `relay ${name}: ${describeAbsence(relay)}`,
      remedy: why.remedy,
    }];
  }
  if (quota === null || quota.state === "free") return [];
  const isSpent = quota.state === "spent";
  return [{
    level: isSpent ? "bad" : "waiting",
    brief: `the month of the relay ${name} is ${isSpent ? "used up" : "nearly used up"}`,
    what: `relay ${name}: ${describeQuota(quota)}`,
    remedy: quotaRemedy(quota),
  }];
}

function mappingFindings(way: MappingWay): readonly Finding[] {
  const words = describeWay(way);
  if (words === null || way.remedy === "") return [];
  const brief = way.state === "mapped"
    ? "the router's address is of no use"
    : "no router leads here";
  return [{ level: "waiting", brief, what: `router: ${words}`, remedy: way.remedy }];
}

function silenceFindings(silent: readonly JudgedSession[]): readonly Finding[] {
  if (silent.length === 0) return [];
  const longest = Math.max(...silent.map(({ heardAgoMs }) => heardAgoMs ?? 0));
  const [first] = silent;
  const who = silent.length === 1 && first !== undefined ? first.client : `${silent.length} CNAPTs`;
  return [{
    level: "waiting",
    brief: "",
    what: `nothing heard of ${who} for ${inTime(longest)}`,
    remedy: "it comes back by itself over another network, or counts as away after 30 s",
  }];
}

function clientServiceFindings({ client, clientServices }: JudgedSession): readonly Finding[] {
  const closed = clientServices.filter(({ reason }) => reason !== "");
  const [first] = closed;
  if (first === undefined) return [];
  const names = listed(closed.map(({ name }) => name));
  return [{
    level: "waiting",
    brief: `servers do not reach ${names} of ${client}`,
    what: `servers do not reach ${names} of ${client}: ${first.reason}`,
    remedy: "`snapt check` says what it needs",
  }];
}
