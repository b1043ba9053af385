import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { counted } from "../../status/words/counted.ts";
import { inBytes } from "../../status/words/describe_bytes.ts";
import { inBytesPerSecond } from "../../status/words/describe_rate.ts";
import { describeWay } from "../../status/words/describe_way.ts";
import { inTime } from "../../status/words/in_time.ts";
import { timeOfDay } from "../common/formats.ts";
import { Prose } from "../common/prose.tsx";

type Site = CnaptDocument["sites"][string];

/** What there is to say of the way to a SNAPT, beside its networks. */
export function SiteFacts({ facts }: { readonly facts: Site }): JSX.Element {
  return (
    <ul class="facts">
      {factsOf(facts, Date.now()).map((fact) => (
        <li key={fact}>
          <Prose text={fact} />
        </li>
      ))}
    </ul>
  );
}

function factsOf(facts: Site, now: number): readonly string[] {
  const { achievedBytesPerSecond: rate, parkedLinks, away, packetBytes, datagrams } = facts;
  const { refusal, pause, failures } = facts;
  const way = describeWay(facts);
  const dropped = Object.entries(datagrams.dropped);
  return [
    ...(refusal === null ? [] : [`SNAPT refuses: ${refusal.sentence}`]),
    ...(pause === null
      ? []
      : [`${pause.reason}; CNAPT tries again in ${inTime(pause.remainingMs)}`]),
    ...failures.map(({ provider, reason }) =>
      `not reached${provider === "" ? "" : ` over ${provider}`}: ${reason}`
    ),
    ...(way === null ? [] : [`SNAPT ${way}; ${counted(parkedLinks, "link")} ready`]),
    ...(rate === null ? [] : [`applications had ${inBytesPerSecond(rate)} lately`]),
    ...(away === null ? [] : [
      `without a network since ${timeOfDay(away.since, now)}; all is kept until ` +
      `${timeOfDay(away.until, now)}: ${counted(away.streams, "connection")} and ` +
      `${inBytes(away.waitingBytes)} wait`,
    ]),
    ...(packetBytes === null
      ? []
      : [`packets of ${packetBytes} bytes at most: full ones vanish on this network`]),
    ...(dropped.length === 0 ? [] : [
      `datagrams dropped: ${dropped.map(([reason, count]) => `${count} ${reason}`).join(", ")}`,
    ]),
  ];
}
