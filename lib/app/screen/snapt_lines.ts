import { describeWay } from "../../core/mapping/mapping_way.ts";
import { hostOf } from "../../net/socket_address.ts";
import type { SnaptDocument } from "../../status/snapt_document.ts";
import { counted } from "../../status/words/counted.ts";
import { describeAway } from "../../status/words/describe_away.ts";
import { describeRelay } from "../../status/words/describe_relay.ts";
import { inRoundTrip, inTime } from "../../status/words/in_time.ts";
import { tableLines } from "./table_lines.ts";
import { clipped, folded, padded } from "./text_width.ts";
import { verdictLines } from "./verdict_lines.ts";

type Session = SnaptDocument["sessions"][number];

const NAME_COLUMNS = 20;
const SERVICE_COLUMNS = [{ most: 16 }, { most: 60 }] as const;
const HOST_COLUMNS = 18;

/**
 * `snapt status`: the verdict, what is wrong and what to do, what is offered, then who is connected.
 * `columns`: of the terminal; null: it goes to none, and no line is folded or cut.
 */
export function snaptLines(now: SnaptDocument, columns: number | null): readonly string[] {
  const { network } = now;
  const router = now.mapping.flatMap((way) => describeWay(way) ?? []);
  const lines = [
    ...indented(tableLines(
      SERVICE_COLUMNS,
      now.services.map(({ name, to, protocol }) => [name, `${to}/${protocol}`]),
    )),
    ...(network === null
      ? []
      : [`  ${"network".padEnd(16)} reached over ${network} alone (snapt switch --all ends that)`]),
    ...now.relays.flatMap(describeRelay),
    ...router.map((line) => `  ${"router".padEnd(16)} ${line}`),
    ...now.sessions.flatMap(sessionLines),
  ];
  return [
    ...verdictLines(now, columns),
    "",
    ...(columns === null ? lines : lines.flatMap((line) => fitted(line, columns))),
  ];
}

/** Sentences are folded, and rows of a table cut: they begin further to the right. */
function fitted(line: string, columns: number): readonly string[] {
  return line.startsWith("  ") ? [clipped(line, columns)] : folded(line, columns, 4);
}

function sessionLines(session: Session): readonly string[] {
  const { client, state, from, relay, roundTripMs, heardAgoMs, away } = session;
  const own = session.applications.filter(({ opener }) => opener === "client");
  const datagrams = session.flows.map(({ service, application }) => ({
    service,
    source: application,
  }));
  const trip = roundTripMs === null || away !== null ? "" : `, ${inRoundTrip(roundTripMs)}`;
  const heard = typeof heardAgoMs !== "number" ? "" : `, heard ${inTime(heardAgoMs)} ago`;
  return [
    `${padded(client, NAME_COLUMNS)} ${state} from ${from}` +
    `${relay === null ? "" : ` by the relay ${relay}`}${trip}${heard}, ` +
    `${counted(session.streams, "connection")}, ${counted(session.flows.length, "flow")}, ` +
    counted(session.switches, "switch", "switches"),
    ...(away === null ? [] : [`  ${describeAway(away)}`]),
    ...indented(hostsBehind([...own, ...datagrams])),
    ...indented(session.clientServices.map((service) => offerLine(session, service))),
  ];
}

function offerLine(
  { applications }: Session,
  { name, protocol, address, reason, refused }: Session["clientServices"][number],
): string {
  const where = address === "" ? `not open: ${reason}` : `${address}/${protocol}`;
  const calls = applications.filter((one) => one.opener === "server" && one.service === name);
  const users = address === "" ? "" : `, ${counted(calls.length, "connection")}`;
  const others = refused === 0 ? "" : `, ${refused} not allowed`;
  return `offers ${padded(name, 11)} ${where}${users}${others}`;
}

/** One line for each host beside or behind a CNAPT: which services it uses, how often. */
function hostsBehind(
  applications: readonly { readonly service: string; readonly source: string }[],
): readonly string[] {
  const hosts = new Map<string, Map<string, number>>();
  for (const { service, source } of applications) {
    const host = hostOf(source) || "unknown";
    const services = hosts.get(host) ?? new Map<string, number>();
    services.set(service, (services.get(service) ?? 0) + 1);
    hosts.set(host, services);
  }
  return [...hosts].map(([host, services]) => {
    const uses = [...services].map(([name, count]) => count > 1 ? `${name} (${count})` : name);
    return `${padded(host, HOST_COLUMNS)} ${uses.join(", ")}`;
  });
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
