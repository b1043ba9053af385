import type { JSX } from "hono/jsx/dom/jsx-runtime";
import { counted } from "../../status/words/counted.ts";
import { Name } from "../common/name.tsx";
import { type Session, usesOf } from "./client_view.ts";

/** More would only make the page slow. */
const SHOWN_SOURCES = 8;

/** What a CNAPT does: its connections and conversations, service by service, behind a fold. */
export function ClientUses({ session }: { readonly session: Session }): JSX.Element {
  const { streams, flows, waitingCalls } = session;
  if (streams + flows.length === 0) return <span class="quiet">nothing</span>;
  const parts = [
    ...(streams === 0 ? [] : [counted(streams, "connection")]),
    ...(flows.length === 0 ? [] : [`${flows.length} by UDP`]),
  ];
  return (
    <details>
      <summary>{parts.join(", ")}</summary>
      <ul class="streams">
        {usesOf(session).map(({ service, opener, connections, sources }) => (
          <li key={`${opener} ${service}`}>
            <Name text={service} /> <span class="quiet">× {connections}</span>
            {opener === "server" ? <span class="quiet">, from a server</span> : null}
            <ul class="sources">
              {sources.slice(0, SHOWN_SOURCES).map((source, at) => (
                <li key={`${source} ${at}`} class="quiet">
                  <Name text={source} />
                </li>
              ))}
              {sources.length > SHOWN_SOURCES
                ? <li class="quiet">and {sources.length - SHOWN_SOURCES} more</li>
                : null}
            </ul>
          </li>
        ))}
      </ul>
      {waitingCalls === 0
        ? null
        : <p class="quiet">{counted(waitingCalls, "call")} waits for it</p>}
    </details>
  );
}
