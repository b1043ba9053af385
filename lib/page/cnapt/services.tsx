import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { CopyButton } from "../common/copy_button.tsx";
import { type Column, DataTable } from "../common/data_table.tsx";
import { counted } from "../../status/words/counted.ts";
import { Name } from "../common/name.tsx";
import { shownText } from "../common/shown_text.ts";
import { Prose } from "../common/prose.tsx";
import { otherStreams, type ServiceView, serviceViews, waitingIn } from "./service_view.ts";
import { Flows, Streams } from "./streams.tsx";

/** The services of a site, where they are reached, and what goes on in them. */
export function Services({ site, document }: {
  readonly site: string;
  readonly document: CnaptDocument;
}): JSX.Element {
  const proxies = document.proxies.filter((one) => one.site === site);
  const others = otherStreams(document, site);
  return (
    <>
      <DataTable
        caption="Services"
        columns={COLUMNS}
        rows={serviceViews(document, site)}
        keyOf={({ side, name }) => `${side} ${name}`}
        empty="This site has no service here."
      />
      {proxies.map(({ kind, listen, associations, refused }) => (
        <p class="proxy copied" key={`${kind} ${listen}`}>
          <span>Other destinations by {kind === "socks5" ? "SOCKS5" : "an HTTP proxy"} at</span>
          <code>
            <Name text={listen} />
          </code>{" "}
          <CopyButton text={listen} what={`the address of the ${kind} proxy`} />
          {associations === 0 ? "" : ` ${counted(associations, "program")} with datagrams`}
          {refused === 0 ? "" : ` ${counted(refused, "attempt")} not allowed`}
        </p>
      ))}
      <Waiting streams={others.streams} />
      <Streams streams={others.streams} title="other connection" />
      <Flows flows={others.flows} title="other conversation" />
    </>
  );
}

const COLUMNS: readonly Column<ServiceView>[] = [
  {
    title: "Service",
    cell: ({ name, side, trouble }) => (
      <>
        <Name text={name} />
        {side === "here" ? null : <span class="detail">offered to servers</span>}
        {trouble === "" ? null : (
          <span class="detail trouble">
            <Prose text={trouble} />
          </span>
        )}
      </>
    ),
  },
  { title: "Address", cell: (one) => <Address {...one} /> },
  {
    title: "Connections",
    cell: ({ streams, flows, protocol }) => (
      <div>
        {protocol === "tcp"
          ? (
            <>
              <Streams streams={streams} title="connection" />
              <Waiting streams={streams} />
            </>
          )
          : <Flows flows={flows} title="conversation" />}
      </div>
    ),
  },
];

function Address({ name, address, protocol, sshCommand }: ServiceView): JSX.Element {
  return (
    <div>
      {address === "" ? <span class="quiet">none yet</span> : (
        <p class="copied">
          <code>
            <Name text={`${address}/${protocol}`} />
          </code>
          <CopyButton text={address} what={`the address of ${shownText(name).short}`} />
        </p>
      )}
      {sshCommand === null ? null : (
        <p class="copied">
          <code>
            <Name text={sshCommand} limit={80} />
          </code>
          <CopyButton text={sshCommand} what={`the ssh command for ${shownText(name).short}`} />
        </p>
      )}
    </div>
  );
}

function Waiting({ streams }: { readonly streams: CnaptDocument["streams"] }): JSX.Element | null {
  const waiting = waitingIn(streams);
  if (waiting.length === 0) return null;
  return (
    <ul class="waits">
      {waiting.map(({ reason, count }) => (
        <li key={reason}>
          <span class="sign" aria-hidden="true">…</span>
          <span>
            {count === 1 ? "One waits" : `${count} wait`}: <Prose text={reason} />
          </span>
        </li>
      ))}
    </ul>
  );
}
