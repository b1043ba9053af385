import type { ProviderSnapshot } from "../../relay/decision/decision_snapshot.ts";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { counted } from "../../status/words/counted.ts";
import { describeBriefly } from "../../status/words/describe_switch.ts";
import { inRoundTrip } from "../../status/words/in_time.ts";
import { type FrameLine, plain, type ScreenSize } from "./frame.ts";
import { fittedSections, type FrameSection } from "./fitted_sections.ts";
import { stateOf } from "./network_lines.ts";
import { sparkline } from "./sparkline.ts";
import { padded, widthOf } from "./text_width.ts";
import { verdictSection } from "./verdict_section.ts";
import type { Seen } from "./watch_source.ts";

/** What a live view of CNAPT shows. */
export interface CnaptModel {
  readonly seen: Seen<CnaptDocument>;
  /** The network that Enter switches to. */
  readonly chosen: string | null;
  /** What came of the last key; empty: nothing to tell. */
  readonly message: string;
  readonly trips: (provider: string) => readonly (number | null)[];
}

/** Digits choose them. */
const MOST_DIGITS = 9;
const NAME_COLUMNS = 15;
/** For a few words about a network. */
const STATE_COLUMNS = 20;
const SERVICE_COLUMNS = 18;
const WHERE_COLUMNS = 30;
/** Where there is room for the verdict alone. */
const FEW_ROWS = 5;
/** Bars of a round trip below this are low. */
const CALM_TRIP_MS = 20;
const KEYS = "1-9 ↑ ↓ choose a network  Enter switches  a automatic  q leaves";

/** The networks in the order of their digits: each once, as the first site has it. */
export function networksOf({ decisions }: CnaptDocument): readonly ProviderSnapshot[] {
  const all = Object.values(decisions).flatMap(({ providers }) => providers);
  return [...new Map(all.toReversed().map((one) => [one.candidate.key, one])).values()]
    .toSorted((a, b) => a.candidate.key < b.candidate.key ? -1 : 1);
}

/** The lines of the view in a terminal of this size. */
export function cnaptView(model: CnaptModel, size: ScreenSize): readonly FrameLine[] {
  const { seen } = model;
  const now = seen.document;
  const head = verdictSection(seen, "CNAPT", size.columns);
  const sections = now === null ? [head] : [
    head,
    networkSection(model, now, size.columns),
    serviceSection(now, size.columns),
    switchSection(now),
  ];
  const foot = size.rows < FEW_ROWS ? [] : footOf(model);
  const body = fittedSections(sections, size.rows - foot.length);
  const gap = Math.max(0, size.rows - foot.length - body.length);
  return [...body, ...Array.from({ length: gap }, () => plain("")), ...foot];
}

function footOf({ message, seen }: CnaptModel): readonly FrameLine[] {
  const [question] = seen.document?.questions ?? [];
  const asked = question === undefined
    ? ""
    : `Use ${question.provider} instead of ${question.from}? y yes, n no`;
  return [{ text: message === "" ? asked : message, tone: "waiting" }, {
    text: KEYS,
    tone: "quiet",
  }];
}

function networkSection(
  { chosen, trips }: CnaptModel,
  now: CnaptDocument,
  columns: number,
): FrameSection {
  const networks = networksOf(now);
  const cells = (name: string, trip: string, loss: string, signal: string) =>
    `${padded(name, NAME_COLUMNS)} ${padded(trip, 8, "right")} ${padded(loss, 6, "right")} ` +
    padded(signal, 6, "right");
  const fixed = widthOf(`> 1 * ${cells("", "", "", "")}  `);
  const bars = Math.max(0, Math.min(24, columns - fixed - STATE_COLUMNS));
  const lines = networks.map((one, at): FrameLine => {
    const { key } = one.candidate;
    const digit = at < MOST_DIGITS ? String(at + 1) : " ";
    const row = cells(
      key,
      one.measurement === null || one.measurement.roundTripMs === null
        ? "-"
        : inRoundTrip(one.measurement.roundTripMs),
      percent(one.measurement?.loss ?? null, 100),
      percent(one.measurement?.signalPercent ?? null, 1),
    );
    const line = sparkline(trips(key), bars, CALM_TRIP_MS);
    return {
      text:
        `${key === chosen ? ">" : " "} ${digit} ${one.isCurrent ? "*" : " "} ${row}  ${line}  ` +
        stateOf(one),
      tone: key === chosen ? "chosen" : one.isCurrent ? "strong" : "plain",
    };
  });
  const heading = `      ${cells("NETWORK", "TRIP", "LOSS", "SIGNAL")}  ${
    padded(bars < 12 ? "" : "ROUND TRIP", bars)
  }`;
  return { heading: { text: heading, tone: "quiet" }, lines, least: 4 };
}

function percent(value: number | null, times: number): string {
  return value === null ? "-" : `${Math.round(value * times)} %`;
}

function serviceSection(now: CnaptDocument, columns: number): FrameSection {
  const where = Math.max(15, Math.min(WHERE_COLUMNS, columns - SERVICE_COLUMNS - 24));
  const isOne = Object.keys(now.sites).length < 2;
  const lines = now.offers.map(({ site, service, listen, protocol }) => {
    const name = isOne ? service : `${site}/${service}`;
    const mine = (one: { readonly site: string; readonly service: string }) =>
      one.site === site && one.service === service;
    const users = protocol === "udp"
      ? counted(now.flows.filter(mine).length, "flow")
      : streamWords(now.streams.filter((one) => mine(one) && one.opener === "client"));
    return plain(
      `      ${padded(name, SERVICE_COLUMNS)} ${padded(listen, where)} ${users}`,
    );
  });
  const heading = `      ${padded("SERVICE", SERVICE_COLUMNS)} ${padded("HERE AT", where)} IN USE`;
  return { heading: { text: heading, tone: "quiet" }, lines, least: 3 };
}

function streamWords(streams: CnaptDocument["streams"]): string {
  const waiting = streams.filter(({ held }) => held !== null).length;
  return counted(streams.length, "connection") +
    (waiting === 0 ? "" : `, ${waiting} ${waiting === 1 ? "waits" : "wait"}`);
}

/** The newest first: what has no room is old. */
function switchSection({ switches, sites }: CnaptDocument): FrameSection {
  const isOne = Object.keys(sites).length < 2;
  const lines = switches.toReversed().slice(0, 10).map((one) =>
    plain(
      `      ${one.endedAt.slice(11, 19)}Z ${isOne ? "" : `${one.site}: `}${describeBriefly(one)}`,
    )
  );
  return { heading: { text: "      LAST SWITCHES", tone: "quiet" }, lines, least: 2 };
}
