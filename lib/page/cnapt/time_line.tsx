import type { JSX } from "hono/jsx/dom/jsx-runtime";
import { timeOfDay } from "../common/formats.ts";
import { Name } from "../common/name.tsx";
import { shownText } from "../common/shown_text.ts";
import { useMark } from "./network_mark.tsx";
import { type NetworkSpan, placeIn, ticksOf, type TimeRange } from "./time_line_view.ts";

/** A tick so near to an end of the bar has its words beside it, where there is room. */
const AT_THE_EDGE = 0.06;

/** Which network when, as one bar. */
export function TimeLine(
  { spans, range }: { readonly spans: readonly NetworkSpan[]; readonly range: TimeRange },
): JSX.Element {
  const mark = useMark();
  const percent = (share: number) => `${(share * 100).toFixed(3)}%`;
  return (
    <div class="time-line">
      <ol aria-label="Which network was used when">
        {spans.map(({ network, from, to }, at) => {
          const left = placeIn(from, range);
          const name = network === "" ? "no network" : network;
          const times = `${timeOfDay(from, range.to)} to ${timeOfDay(to, range.to)}`;
          return (
            <li
              key={at}
              class={network === "" ? "none" : `net-${mark(network).color}`}
              title={`${shownText(name).full}, ${times}`}
              style={`left:${percent(left)};width:${percent(placeIn(to, range) - left)}`}
            >
              <Name text={name} /> <span class="unseen">from {times}</span>
            </li>
          );
        })}
      </ol>
      <div class="ticks" aria-hidden="true">
        {ticksOf(range).map(({ at, label }) => {
          const place = placeIn(at, range);
          const side = place < AT_THE_EDGE ? "first" : place > 1 - AT_THE_EDGE ? "last" : "";
          return <span key={label} class={side} style={`left:${percent(place)}`}>{label}</span>;
        })}
      </div>
    </div>
  );
}
