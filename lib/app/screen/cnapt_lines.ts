import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { isNotAnnounced } from "../../status/verdict/not_announced.ts";
import { counted } from "../../status/words/counted.ts";
import { describeAway } from "../../status/words/describe_away.ts";
import { describeRate } from "../../status/words/describe_rate.ts";
import { describeSwitch } from "../../status/words/describe_switch.ts";
import { describeWay } from "../../status/words/describe_way.ts";
import { inRoundTrip, inTime } from "../../status/words/in_time.ts";
import { networkLines } from "./network_lines.ts";
import { tableLines } from "./table_lines.ts";
import { clipped, folded } from "./text_width.ts";
import { verdictLines } from "./verdict_lines.ts";

type Site = CnaptDocument["sites"][string];

/** As many of the last switches are shown. */
const SHOWN_SWITCHES = 5;
const NAME_COLUMNS = 24;
const SERVICE_COLUMNS = [{ most: 16 }, { most: 40 }, { most: 120 }] as const;

/**
 * `cnapt status`: the verdict, what is wrong and what to do, then each site. `columns`: of the
 * terminal; null: it goes to none, and no line is folded or cut.
 */
export function cnaptLines(now: CnaptDocument, columns: number | null): readonly string[] {
  const lines = [
    ...Object.entries(now.sites).flatMap(([name, site]) => siteLines(now, name, site)),
    ...now.proxies.map(({ site, kind, listen, refused, associations }) =>
      `${kind} for ${site}: ${listen}` +
      (associations === 0 ? "" : `, ${associations} relaying datagrams`) + notAllowed(refused)
    ),
    ...switchLines(now),
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

function siteLines(now: CnaptDocument, name: string, site: Site): readonly string[] {
  const trip = site.roundTripMs === null ? "" : `, ${inRoundTrip(site.roundTripMs)}`;
  const heard = typeof site.heardAgoMs !== "number" ? "" : `, heard ${inTime(site.heardAgoMs)} ago`;
  const over = site.provider === "" ? "" : ` over ${clipped(site.provider, NAME_COLUMNS)}`;
  const rate = describeRate(site.achievedBytesPerSecond);
  const way = describeWay(site);
  return [
    `site ${clipped(name, NAME_COLUMNS)}: ${site.state}${over}${trip}${heard}` +
    `${rate === "" ? "" : `, ${rate}`}`,
    ...(way === null ? [] : [`  ${way}`]),
    ...(site.away === null ? [] : [`  ${describeAway(site.away)}`]),
    ...(site.packetBytes === null
      ? []
      : [`  packets of ${site.packetBytes} bytes at most: full ones vanish on this network`]),
    ...indented(networkLines(now.decisions[name]?.providers ?? [])),
    ...indented(serviceLines(now, name, site)),
  ];
}

function serviceLines(now: CnaptDocument, name: string, site: Site): readonly string[] {
  const offers = now.offers.filter((one) => one.site === name).map((offer) => [
    offer.service,
    `${offer.listen}/${offer.protocol}`,
    usersOf(now, offer) + notAllowed(offer.refused) +
    (isNotAnnounced(site, offer.service) ? ", SNAPT does not offer it" : ""),
  ]);
  const own = site.clientServices.map(({ name: service, protocol, address, reason }) => {
    const calls = now.streams.filter((one) =>
      one.site === name && one.service === service && one.opener === "server"
    );
    return address === ""
      ? [service, reason === "" ? "waits for SNAPT" : `not reached: ${reason}`, ""]
      : [service, `reached at ${address}/${protocol}`, counted(calls.length, "connection")];
  });
  return tableLines(SERVICE_COLUMNS, [...offers, ...own]);
}

/** Who uses a service, and how many of them wait. */
function usersOf(
  { streams, flows }: CnaptDocument,
  { site, service, protocol }: CnaptDocument["offers"][number],
): string {
  if (protocol === "udp") {
    const all = flows.filter((one) => one.site === site && one.service === service);
    return `${counted(all.length, "flow")}${all[0] === undefined ? "" : ` (${all[0].way})`}`;
  }
  const all = streams.filter((one) =>
    one.site === site && one.service === service && one.opener === "client"
  );
  const waiting = all.filter(({ held }) => held !== null).length;
  const waits = waiting === 0 ? "" : ` (${waiting} ${waiting === 1 ? "waits" : "wait"})`;
  return `${counted(all.length, "connection")}${waits}`;
}

function notAllowed(refused: number): string {
  return refused === 0 ? "" : `, ${refused} not allowed`;
}

function switchLines({ switches, sites }: CnaptDocument): readonly string[] {
  const isOne = Object.keys(sites).length < 2;
  return switches.slice(-SHOWN_SWITCHES).map((one) =>
    `${one.endedAt}${isOne ? "" : ` ${clipped(one.site, NAME_COLUMNS)}:`} ${describeSwitch(one)}`
  );
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
