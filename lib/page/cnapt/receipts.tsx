import { useState } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { type Column, DataTable } from "../common/data_table.tsx";
import { inBytes } from "../../status/words/describe_bytes.ts";
import { inMs, timeOfDay } from "../common/formats.ts";
import { Name } from "../common/name.tsx";
import { Prose } from "../common/prose.tsx";

type Receipt = CnaptDocument["switches"][number];

const SHOWN_AT_FIRST = 5;

const KINDS: Readonly<Record<Receipt["kind"], string>> = {
  strict: "planned, one after the other",
  overlapped: "planned",
  sudden: "sudden",
};

/** What each switch did, the newest first. */
export function Receipts({ receipts }: { readonly receipts: readonly Receipt[] }): JSX.Element {
  const [isAll, setAll] = useState(false);
  const newest = [...receipts].reverse();
  const now = Date.now();
  const columns: readonly Column<Receipt>[] = [
    { title: "When", cell: ({ endedAt }) => timeOfDay(endedAt, now) },
    {
      title: "From → to",
      cell: ({ from, to, kind, outcome }) => (
        <span>
          <Name text={from} limit={20} /> → <Name text={to} limit={20} />
          <span class="detail">{outcome === "failed" ? "failed, " : ""}{KINDS[kind]}</span>
        </span>
      ),
    },
    { title: "Longest gap", kind: "number", cell: ({ stallMs }) => inMs(stallMs) },
    { title: "Connections", kind: "number", cell: ({ streams }) => streams },
    { title: "Sent twice", kind: "number", cell: ({ replayedBytes }) => inBytes(replayedBytes) },
    {
      title: "Why",
      cell: ({ reason, relay, phases, totalMs }) => (
        <div>
          <Prose text={reason} />
          {relay === undefined ? null : (
            <p class="detail">
              through the relay at <Name text={relay} />
            </p>
          )}
          <details>
            <summary>{inMs(totalMs)} in all</summary>
            <ul class="phases">
              {phases.map(({ name, ms }, at) => (
                <li key={at}>
                  <Name text={name} /> <span class="number">{inMs(ms)}</span>
                </li>
              ))}
            </ul>
          </details>
        </div>
      ),
    },
  ];
  return (
    <>
      <DataTable
        caption="Switches"
        columns={columns}
        rows={isAll ? newest : newest.slice(0, SHOWN_AT_FIRST)}
        keyOf={({ endedAt, epoch }) => `${endedAt} ${epoch}`}
        empty="No switch since CNAPT has started."
      />
      {newest.length <= SHOWN_AT_FIRST ? null : (
        <p class="more">
          <button type="button" class="button small" onClick={() => setAll(!isAll)}>
            {isAll ? `Show the last ${SHOWN_AT_FIRST}` : `Show all ${newest.length}`}
          </button>
        </p>
      )}
    </>
  );
}
