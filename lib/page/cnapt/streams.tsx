import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { counted } from "../../status/words/counted.ts";
import { inBytes } from "../../status/words/describe_bytes.ts";
import { Name } from "../common/name.tsx";

/** More would only make the page slow. */
const SHOWN = 50;

/** Connections behind a fold; `title` is what one of them is called. */
export function Streams({ streams, title }: {
  readonly streams: CnaptDocument["streams"];
  readonly title: string;
}): JSX.Element | null {
  if (streams.length === 0) {
    return title === "connection" ? <span class="quiet">nothing</span> : null;
  }
  return (
    <details>
      <summary>{counted(streams.length, title)}</summary>
      <ul class="streams">
        {streams.slice(0, SHOWN).map(({ stream, service, source, ...one }) => (
          <li key={stream}>
            <Name text={title === "connection" ? source : `${source} → ${service}`} />{" "}
            <span class="quiet">
              {inBytes(one.sentBytes)} sent, {inBytes(one.receivedBytes)} received
              {one.sentBytes > one.acknowledgedBytes
                ? `, ${inBytes(one.sentBytes - one.acknowledgedBytes)} on the way`
                : ""}
              {one.held !== null ? ", waits" : one.link === "bound" ? "" : `, ${LINKS[one.link]}`}
            </span>
          </li>
        ))}
      </ul>
      <More count={streams.length} />
    </details>
  );
}

const LINKS = {
  unbound: "without a link",
  resting: "at rest",
  requested: "waits for a link",
  binding: "moves to a link",
} as const;

/** Conversations by UDP behind a fold. */
export function Flows({ flows, title }: {
  readonly flows: CnaptDocument["flows"];
  readonly title: string;
}): JSX.Element | null {
  if (flows.length === 0) {
    return title === "conversation" ? <span class="quiet">nothing</span> : null;
  }
  return (
    <details>
      <summary>{counted(flows.length, title)}</summary>
      <ul class="streams">
        {flows.slice(0, SHOWN).map(({ flow, application, way, ...one }) => (
          <li key={flow}>
            <Name text={application} />{" "}
            <span class="quiet">
              {counted(one.sentDatagrams, "datagram")} sent ({inBytes(one.sentBytes)}),{" "}
              {one.receivedDatagrams} received ({inBytes(one.receivedBytes)}), {way}
              {one.held === 0 ? "" : `, ${one.held} wait`}
            </span>
          </li>
        ))}
      </ul>
      <More count={flows.length} />
    </details>
  );
}

function More({ count }: { readonly count: number }): JSX.Element | null {
  return count <= SHOWN ? null : <p class="quiet">and {count - SHOWN} more</p>;
}
