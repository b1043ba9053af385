import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { SnaptDocument } from "../../status/snapt_document.ts";
import { type Column, DataTable } from "../common/data_table.tsx";
import { counted } from "../../status/words/counted.ts";
import { Name } from "../common/name.tsx";
import { Prose } from "../common/prose.tsx";
import { Section } from "../common/section.tsx";
import { type VirtualRow, virtualRows } from "./virtual_view.ts";

/** By which addresses of this machine servers reach what CNAPTs offer. */
export function VirtualPart(
  { document }: { readonly document: SnaptDocument },
): JSX.Element | null {
  const rows = virtualRows(document);
  if (rows.length === 0) return null;
  return (
    <Section id="virtual" title="Virtual addresses">
      <DataTable
        caption="Virtual addresses of CNAPTs"
        columns={COLUMNS}
        rows={rows}
        keyOf={({ client }) => client}
        empty=""
      />
    </Section>
  );
}

const COLUMNS: readonly Column<VirtualRow>[] = [
  { title: "CNAPT", cell: ({ client }) => <Name text={client} /> },
  {
    title: "Address",
    cell: ({ address }) =>
      address === null ? <span class="quiet">none yet</span> : (
        <code>
          <Name text={address} />
        </code>
      ),
  },
  {
    title: "Offers",
    cell: ({ offers }) =>
      offers.length === 0 ? <span class="quiet">nothing at the moment</span> : (
        <ul class="offers">
          {offers.map(({ name, protocol, address, reason, refused }) => (
            <li key={name}>
              <Name text={name} /> {address === ""
                ? (
                  <span class="detail trouble">
                    not open: <Prose text={reason} />
                  </span>
                )
                : (
                  <code>
                    <Name text={`${address}/${protocol}`} />
                  </code>
                )}
              {refused === 0
                ? null
                : <span class="detail">{counted(refused, "connection")} not allowed</span>}
            </li>
          ))}
        </ul>
      ),
  },
];
