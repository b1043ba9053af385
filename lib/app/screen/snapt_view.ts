import type { SnaptDocument } from "../../status/snapt_document.ts";
import { atMinute } from "../../status/words/at_minute.ts";
import { counted } from "../../status/words/counted.ts";
import { describePresence } from "../../status/words/describe_relay.ts";
import { inRoundTrip, inTime } from "../../status/words/in_time.ts";
import { type FrameLine, plain, type ScreenSize } from "./frame.ts";
import { fittedSections, type FrameSection } from "./fitted_sections.ts";
import { sparkline } from "./sparkline.ts";
import { padded } from "./text_width.ts";
import { verdictSection } from "./verdict_section.ts";
import type { Seen } from "./watch_source.ts";

/** What a live view of SNAPT shows. */
export interface SnaptModel {
  readonly seen: Seen<SnaptDocument>;
  /** So many sessions are further up than the screen. */
  readonly above: number;
  readonly trips: (client: string) => readonly (number | null)[];
}

type Session = SnaptDocument["sessions"][number];

const CLIENT_COLUMNS = 16;
const FROM_COLUMNS = 21;
const MOST_BARS = 12;
/** What the other columns of a session take, and a number of connections. */
const BESIDE_BARS = 72;
/** Bars of a round trip below this are low. */
const CALM_TRIP_MS = 20;
const KEYS = "↑ ↓ move the list  q leaves";

/** The lines of the view in a terminal of this size. */
export function snaptView(model: SnaptModel, size: ScreenSize): readonly FrameLine[] {
  const { seen } = model;
  const now = seen.document;
  const head = verdictSection(seen, "SNAPT", size.columns);
  const sections = now === null
    ? [head]
    : [head, sessionSection(model, now, size.columns), relaySection(now), serviceSection(now)];
  const foot: FrameLine = { text: KEYS, tone: "quiet" };
  const body = fittedSections(sections, size.rows - 1);
  const gap = Math.max(0, size.rows - 1 - body.length);
  return [...body, ...Array.from({ length: gap }, () => plain("")), foot];
}

function sessionSection(
  { above, trips }: SnaptModel,
  { sessions }: SnaptDocument,
  columns: number,
): FrameSection {
  const bars = Math.max(0, Math.min(MOST_BARS, columns - BESIDE_BARS));
  const cells = (client: string, from: string, trip: string, heard: string) =>
    `${padded(client, CLIENT_COLUMNS)} ${padded(from, FROM_COLUMNS)} ${padded(trip, 7, "right")} ` +
    padded(heard, 7, "right");
  const lines = sessions.slice(above).map((session): FrameLine => ({
    text: cells(session.client, session.from, tripOf(session), heardOf(session)) +
      ` ${sparkline(trips(session.client), bars, CALM_TRIP_MS)}  ${usesOf(session)}`,
    tone: session.away === null ? "plain" : "waiting",
  }));
  const heading = `${cells("CLIENT", "FROM", "TRIP", "HEARD")} ${padded("", bars)}  IN USE`;
  return { heading: { text: heading, tone: "quiet" }, lines, least: 6 };
}

function tripOf({ roundTripMs, away }: Session): string {
  return roundTripMs === null || away !== null ? "-" : inRoundTrip(roundTripMs);
}

function heardOf({ heardAgoMs }: Session): string {
  return typeof heardAgoMs === "number" ? inTime(heardAgoMs) : "-";
}

function usesOf({ away, streams, flows }: Session): string {
  const uses = [
    counted(streams, "connection"),
    ...(flows.length === 0 ? [] : [counted(flows.length, "flow")]),
  ];
  return away === null ? uses.join(", ") : `away, kept until ${atMinute(away.until)}`;
}

function relaySection({ relays }: SnaptDocument): FrameSection {
  const lines = relays.map((relay) =>
    plain(
      `${padded(relay.name, CLIENT_COLUMNS)} ${padded(relay.address, FROM_COLUMNS)} ` +
        (relay.state === "attached" ? describePresence(relay) : "not connected"),
    )
  );
  return { heading: { text: "RELAY", tone: "quiet" }, lines, least: 2 };
}

function serviceSection({ services, sessions }: SnaptDocument): FrameSection {
  const uses = sessions.flatMap(({ applications }) => applications);
  const lines = services.map(({ name, to, protocol }) => {
    const count = uses.filter(({ service, opener }) => service === name && opener === "client");
    return plain(
      `${padded(name, CLIENT_COLUMNS)} ${padded(`${to}/${protocol}`, FROM_COLUMNS + 8)} ` +
        (protocol === "tcp" ? counted(count.length, "connection") : ""),
    );
  });
  return { heading: { text: "SERVICE", tone: "quiet" }, lines, least: 2 };
}
