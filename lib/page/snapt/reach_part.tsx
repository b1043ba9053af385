import type { JSX } from "hono/jsx/dom/jsx-runtime";
import { describeWay } from "../../core/mapping/mapping_way.ts";
import type { SnaptDocument } from "../../status/snapt_document.ts";
import { type Column, DataTable } from "../common/data_table.tsx";
import { counted } from "../../status/words/counted.ts";
import { inBytes } from "../../status/words/describe_bytes.ts";
import { inMs, timeOfDay } from "../common/formats.ts";
import { Name } from "../common/name.tsx";
import { Prose } from "../common/prose.tsx";
import { Section } from "../common/section.tsx";

type Relay = SnaptDocument["relays"][number];

/** By what CNAPTs reach this SNAPT beside its own addresses: relays, and ports of the router. */
export function ReachPart({ document }: { readonly document: SnaptDocument }): JSX.Element | null {
  const { relays, mapping, network } = document;
  const ways = mapping.flatMap((way) => {
    const words = describeWay(way);
    return words === null ? [] : [{ family: way.family, words, remedy: way.remedy }];
  });
  if (relays.length + ways.length === 0 && network === null) return null;
  return (
    <Section id="reach" title="How it is reached">
      {network === null ? null : (
        <p>
          Over <Name text={network} /> alone; <code>snapt switch --all</code> ends that.
        </p>
      )}
      {relays.length === 0 ? null : (
        <DataTable
          caption="Relays"
          columns={RELAY_COLUMNS}
          rows={relays}
          keyOf={({ name }) => name}
          empty=""
        />
      )}
      {ways.map(({ family, words, remedy }) => (
        <p class="way" key={family}>
          Router: <Prose text={words} />
          {remedy === "" ? null : (
            <span class="detail">
              To do: <Prose text={remedy} />
            </span>
          )}
        </p>
      ))}
    </Section>
  );
}

const RELAY_COLUMNS: readonly Column<Relay>[] = [
  {
    title: "Relay",
    cell: ({ name, address }) => (
      <div>
        <Name text={name} />
        <span class="detail">
          <Name text={address} />
        </span>
      </div>
    ),
  },
  {
    title: "State",
    cell: ({ state, since, why }) => (
      <div>
        <span class={`state ${state === "attached" ? "connected" : "lost"}`}>
          <span aria-hidden="true">{state === "attached" ? "✓" : "!"}</span>
          <strong>{state === "attached" ? "connected" : "not connected"}</strong>
        </span>
        {since === null ? null : <span class="detail">since {timeOfDay(since, Date.now())}</span>}
        {why === null ? null : (
          <span class="detail trouble">
            <Prose text={why.reason} />
          </span>
        )}
      </div>
    ),
  },
  { title: "Round trip", kind: "number", cell: ({ roundTripMs }) => inMs(roundTripMs) },
  {
    title: "Connections",
    cell: ({ joined, connections, parked }) => (
      <div>
        {counted(joined, "connection")}
        <span class="detail">{connections} in all, {parked} ready</span>
      </div>
    ),
  },
  {
    title: "Carried",
    kind: "number",
    cell: ({ receivedBytes, sentBytes, quota }) => (
      <div>
        <span class="figure">{inBytes(receivedBytes)} in</span>
        <span class="figure">{inBytes(sentBytes)} out</span>
        {quota === null ? null : (
          <span class="detail">
            {inBytes(quota.usedBytes)} of {inBytes(quota.limitBytes)} this month
          </span>
        )}
      </div>
    ),
  },
];
