import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { RefusedSnapshot } from "../../relay/server/refused_links.ts";
import { type Column, DataTable } from "../common/data_table.tsx";
import { counted } from "../../status/words/counted.ts";
import { timeOfDay } from "../common/formats.ts";
import { Name } from "../common/name.tsx";
import { Section } from "../common/section.tsx";
import { refusalInWords } from "./refusal_words.ts";

/** Who was not let in, and why. */
export function RefusalsPart({ refusals, accepted }: {
  readonly refusals: readonly RefusedSnapshot[];
  /** How many connections have come in all. */
  readonly accepted: number;
}): JSX.Element {
  return (
    <Section
      id="refusals"
      title="Refused attempts"
      aside={<span class="quiet">of {counted(accepted, "connection")} since the start</span>}
    >
      <DataTable
        caption="Refused attempts by their reason"
        columns={COLUMNS}
        rows={refusals}
        keyOf={({ reason }) => reason}
        empty="Nobody was refused since SNAPT was started."
      />
    </Section>
  );
}

const COLUMNS: readonly Column<RefusedSnapshot>[] = [
  { title: "Reason", cell: ({ reason }) => refusalInWords(reason) },
  { title: "How often", kind: "number", cell: ({ count }) => String(count) },
  { title: "Last", cell: ({ lastAt }) => timeOfDay(lastAt, Date.now()) },
  {
    title: "From",
    cell: ({ lastFrom, lastClient }) => (
      <div>
        <Name text={lastFrom} />
        {lastClient === null ? null : (
          <span class="detail">
            says it is <Name text={lastClient} />
          </span>
        )}
      </div>
    ),
  },
];
