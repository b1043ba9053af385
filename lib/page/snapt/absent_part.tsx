import { useState } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { KnownClient, OpenInvitation } from "../../status/known_client.ts";
import type { SnaptDocument } from "../../status/snapt_document.ts";
import { type Column, DataTable } from "../common/data_table.tsx";
import { counted } from "../../status/words/counted.ts";
import { timeOfDay } from "../common/formats.ts";
import { Name } from "../common/name.tsx";
import { Prose } from "../common/prose.tsx";
import { Section } from "../common/section.tsx";
import { AllowedCell, AllowedNames } from "./allowed_cell.tsx";
import { ClientActions, RevokeButton } from "./client_actions.tsx";
import { absentClients, filtered, SHOWN_ROWS } from "./client_view.ts";
import { Filter } from "./clients_part.tsx";

const FILTER_FROM = 6;

/** Those that may come and are not here, and the codes that nobody has redeemed. */
export function AbsentPart({ document, services }: {
  readonly document: SnaptDocument;
  readonly services: readonly string[];
}): JSX.Element {
  const [filter, setFilter] = useState("");
  const all = absentClients(document);
  const found = filtered(all, filter, ({ name }) => name);
  const rows = found.slice(0, SHOWN_ROWS);
  const { invitations, clientsFailure } = document;
  return (
    <>
      <Section
        id="absent"
        title="Invited, and not here"
        aside={all.length < FILTER_FROM && filter === ""
          ? undefined
          : <Filter filter={filter} change={setFilter} what="name" />}
      >
        {clientsFailure === null ? null : (
          <p class="note bad">
            <Prose text={`What stands here may be old: ${clientsFailure}`} />
          </p>
        )}
        <DataTable
          caption="CNAPTs that have a key and no session"
          columns={columnsFor(services)}
          rows={rows}
          keyOf={({ name }) => name}
          empty={filter === "" ? "Everybody who has a key is here." : "None has that."}
        />
        {found.length > rows.length
          ? (
            <p class="quiet more">
              The first {rows.length} of {found.length} are shown; the filter finds the others.
            </p>
          )
          : null}
      </Section>
      {invitations.length === 0 ? null : (
        <Section id="codes" title="Codes that nobody has redeemed">
          <DataTable
            caption="Codes that nobody has redeemed"
            columns={CODE_COLUMNS}
            rows={invitations}
            keyOf={({ name, createdAt }) => `${name} ${createdAt}`}
            empty=""
          />
        </Section>
      )}
    </>
  );
}

function columnsFor(services: readonly string[]): readonly Column<KnownClient>[] {
  return [
    { title: "CNAPT", cell: ({ name }) => <Name text={name} /> },
    {
      title: "May use",
      cell: (client) => (
        <AllowedCell name={client.name} allowed={client.services} services={services} />
      ),
    },
    {
      title: "Last here",
      cell: ({ lastSession, createdAt }) =>
        lastSession === null
          ? (
            <span class="quiet">
              not since SNAPT was started; joined {timeOfDay(createdAt, Date.now())}
            </span>
          )
          : (
            <div>
              until {timeOfDay(lastSession.endedAt, Date.now())}, from{" "}
              <Name text={lastSession.from} />
              <span class="detail">
                <Prose text={lastSession.reason} />
              </span>
            </div>
          ),
    },
    {
      title: "Do",
      kind: "action",
      cell: ({ name }) => <ClientActions name={name} hasSession={false} />,
    },
  ];
}

const CODE_COLUMNS: readonly Column<OpenInvitation>[] = [
  { title: "For", cell: ({ name }) => <Name text={name} /> },
  { title: "May use", cell: (invitation) => <AllowedNames allowed={invitation.services} /> },
  {
    title: "Good until",
    cell: ({ expiresAt, failedTries, state }) => (
      <div>
        {timeOfDay(expiresAt, Date.now())}
        {failedTries === 0 ? null : (
          <span class="detail trouble">
            {counted(failedTries, "wrong try", "wrong tries")}
            {state === "triedTooOften" ? ": it is worth nothing any more" : ""}
          </span>
        )}
      </div>
    ),
  },
  {
    title: "Do",
    kind: "action",
    cell: ({ name }) => (
      <div class="actions">
        <RevokeButton name={name} isCode />
      </div>
    ),
  },
];
