import { useState } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { SnaptDocument } from "../../status/snapt_document.ts";
import { Ago } from "../common/ago.tsx";
import { type Column, DataTable } from "../common/data_table.tsx";
import { counted } from "../../status/words/counted.ts";
import { inBytes } from "../../status/words/describe_bytes.ts";
import { inMs, timeOfDay } from "../common/formats.ts";
import { Name } from "../common/name.tsx";
import { Section } from "../common/section.tsx";
import { AllowedCell } from "./allowed_cell.tsx";
import { ClientActions } from "./client_actions.tsx";
import { ClientUses } from "./client_uses.tsx";
import {
  type ClientRow,
  clientRows,
  type ClientState,
  filtered,
  SHOWN_ROWS,
  stateOf,
  textOfRow,
} from "./client_view.ts";

/** With fewer nobody needs to look for one. */
const FILTER_FROM = 6;

export interface ClientsPartProps {
  readonly document: SnaptDocument;
  /** When the sessions of the document came, in ms since 1970. */
  readonly cameAt: number;
  readonly services: readonly string[];
}

/** Who has a session: those that are connected, and those that are away and kept. */
export function ClientsPart({ document, cameAt, services }: ClientsPartProps): JSX.Element {
  const [filter, setFilter] = useState("");
  const all = clientRows(document, cameAt);
  const found = filtered(all, filter, textOfRow);
  const rows = found.slice(0, SHOWN_ROWS);
  return (
    <Section
      id="clients"
      title="CNAPTs with a session"
      aside={all.length < FILTER_FROM && filter === ""
        ? undefined
        : <Filter filter={filter} change={setFilter} what="name, address, network or service" />}
    >
      <DataTable
        caption="CNAPTs with a session"
        columns={columnsFor(services)}
        rows={rows}
        keyOf={({ key }) => key}
        empty={filter === ""
          ? "No CNAPT is connected. Invite one below."
          : `None of ${all.length} has that.`}
      />
      <p class="quiet more" role="status">
        {found.length > rows.length
          ? `The first ${rows.length} of ${found.length} are shown; the filter finds the others.`
          : filter === ""
          ? ""
          : `${found.length} of ${all.length}`}
      </p>
    </Section>
  );
}

/** A field that shortens a list as one types. */
export function Filter({ filter, change, what }: {
  readonly filter: string;
  readonly change: (filter: string) => void;
  readonly what: string;
}): JSX.Element {
  const typed = (event: Event) => {
    if (event.target instanceof HTMLInputElement) change(event.target.value);
  };
  return (
    <label class="filter">
      <span>Find</span>
      <input
        type="search"
        placeholder={what}
        value={filter}
        onInput={typed}
        autocomplete="off"
        spellcheck={false}
      />
    </label>
  );
}

function columnsFor(services: readonly string[]): readonly Column<ClientRow>[] {
  return [
    { title: "CNAPT", cell: (row) => <Who row={row} /> },
    { title: "Comes from", cell: (row) => <From row={row} /> },
    {
      title: "May use",
      cell: ({ session, known }) => (
        <AllowedCell
          name={session.client}
          allowed={known?.services ?? session.services}
          services={services}
        />
      ),
    },
    { title: "Goes on", cell: ({ session }) => <ClientUses session={session} /> },
    {
      title: "Carried",
      kind: "number",
      cell: ({ session: { traffic } }) => (
        <div>
          <span class="figure">{inBytes(traffic.sentBytes)} to it</span>
          <span class="figure">{inBytes(traffic.receivedBytes)} from it</span>
        </div>
      ),
    },
    {
      title: "Do",
      kind: "action",
      cell: ({ session }) => <ClientActions name={session.client} hasSession />,
    },
  ];
}

const STATES: Readonly<Record<ClientState, { readonly sign: string; readonly word: string }>> = {
  connected: { sign: "✓", word: "connected" },
  moving: { sign: "…", word: "changes network" },
  silent: { sign: "?", word: "silent" },
  away: { sign: "…", word: "away" },
};

function Who({ row }: { readonly row: ClientRow }): JSX.Element {
  const { session } = row;
  const state = stateOf(row);
  const { sign, word } = STATES[state];
  const { away } = session;
  return (
    <div>
      <Name text={session.client} />
      <span class={`detail state ${state}`}>
        <span aria-hidden="true">{sign}</span>
        <strong>{word}</strong>
      </span>
      <span class="detail">
        {away === null
          ? (
            <>
              since {timeOfDay(session.since, Date.now())} (<Ago at={Date.parse(session.since)} />)
              {session.switches === 0 ? "" : `, ${counted(session.switches, "switch", "switches")}`}
            </>
          )
          : (
            <>
              since {timeOfDay(away.since, Date.now())}, kept until{" "}
              {timeOfDay(away.until, Date.now())}
              {away.waitingBytes === 0 ? "" : `, ${inBytes(away.waitingBytes)} wait`}
            </>
          )}
      </span>
    </div>
  );
}

function From({ row: { session, heardAt } }: { readonly row: ClientRow }): JSX.Element {
  const { network, from, relay, roundTripMs, away } = session;
  return (
    <div class="from">
      {network === null ? <Name text={from} /> : (
        <>
          <Name text={network.provider} />
          <span class="detail">
            <Name text={from} />
          </span>
        </>
      )}
      {network?.metered === true ? <span class="detail">costs by what is sent</span> : null}
      {relay === null ? null : (
        <span class="detail">
          by the relay <Name text={relay} />
        </span>
      )}
      <span class="detail">
        {away === null && roundTripMs !== null ? `${inMs(roundTripMs)}, ` : ""}
        {heardAt === null ? "never heard" : (
          <>
            heard <Ago at={heardAt} suffix=" ago" now="just now" />
          </>
        )}
      </span>
    </div>
  );
}
