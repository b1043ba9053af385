import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { DecisionSnapshot, ProviderSnapshot } from "../../relay/decision/decision_snapshot.ts";
import type { SwitchOutcome } from "../../relay/site/switch_sites.ts";
import { ActionButton } from "../common/action_button.tsx";
import { type Column, DataTable } from "../common/data_table.tsx";
import { counted } from "../../status/words/counted.ts";
import { inBytes } from "../../status/words/describe_bytes.ts";
import { inMs, inPercent } from "../common/formats.ts";
import { Name } from "../common/name.tsx";
import { shownText } from "../common/shown_text.ts";
import { Prose } from "../common/prose.tsx";
import { Network } from "./network_mark.tsx";
import { costInWords, networkState, ratesInWords, withoutNetworks } from "./network_view.ts";

export interface NetworkTableProps {
  /** Null: there is one site, which need not be named. */
  readonly site: string | null;
  readonly decision: DecisionSnapshot;
  /** The network in use; empty: none. */
  readonly inUse: string;
}

/** The networks of a site, and what can be done with them. */
export function NetworkTable({ site, decision, inUse }: NetworkTableProps): JSX.Element {
  const { chosen, providers } = decision;
  const columns: readonly Column<ProviderSnapshot>[] = [
    { title: "Network", cell: (one) => <NetworkCell {...one} /> },
    { title: "State", cell: (one) => <StateCell {...one} /> },
    {
      title: "Round trip",
      kind: "number",
      cell: (one) => inMs(one.measurement?.roundTripMs ?? null),
    },
    { title: "Loss", kind: "number", cell: (one) => inPercent(one.measurement?.loss ?? null) },
    { title: "Jitter", kind: "number", cell: (one) => inMs(one.measurement?.jitterMs ?? null) },
    {
      title: "Rate",
      kind: "number",
      cell: (one) => <span>{ratesInWords(one).map((rate) => <div key={rate}>{rate}</div>)}</span>,
    },
    {
      title: "Signal",
      kind: "number",
      cell: ({ measurement }) => inPercent(shareOf(measurement?.signalPercent ?? null)),
    },
    { title: "Cost", kind: "number", cell: ({ candidate }) => costInWords(candidate) },
    {
      title: "Action",
      kind: "action",
      cell: ({ candidate, isCurrent }) =>
        isCurrent && chosen === candidate.key ? "your choice" : (
          <ActionButton
            label={isCurrent ? "Stay here" : "Use this"}
            name={`${isCurrent ? "Stay here" : "Use this"}: ${shownText(candidate.key).short}`}
            path="switch"
            body={{
              to: candidate.key,
              mode: "overlapped",
              ...(site === null ? {} : { site }),
            }}
            done={switchedInWords}
          />
        ),
    },
  ];
  return (
    <DataTable
      caption="Networks"
      columns={columns}
      rows={providers}
      keyOf={({ candidate }) => candidate.key}
      empty={withoutNetworks(inUse)}
    />
  );
}

function shareOf(percent: number | null): number | null {
  return percent === null ? null : percent / 100;
}

function NetworkCell({ candidate, device, addresses }: ProviderSnapshot): JSX.Element {
  const where = [candidate.type, ...(device === candidate.key ? [] : [device]), ...addresses];
  return (
    <>
      <Network name={candidate.key} />
      <div class="detail">
        <Name text={where.filter((part) => part !== "").join(" · ")} limit={80} />
      </div>
    </>
  );
}

const SIGNS = { inUse: "●", ready: "✓", weak: "~", trial: "…", off: "○", down: "✕" } as const;

function StateCell(provider: ProviderSnapshot): JSX.Element {
  const { kind, word, why } = networkState(provider);
  return (
    <div class={`state ${kind}`}>
      <span class="sign" aria-hidden="true">{SIGNS[kind]}</span>
      <span>
        <strong>{word}</strong>
        {why === "" ? null : (
          <span class="detail">
            <Prose text={why} />
          </span>
        )}
      </span>
    </div>
  );
}

function switchedInWords({ receipts }: SwitchOutcome): string {
  const [first] = receipts;
  if (first === undefined) return "There was nothing to switch";
  const stallMs = Math.max(...receipts.map((one) => one.stallMs));
  const streams = receipts.reduce((sum, one) => sum + one.streams, 0);
  const twice = receipts.reduce((sum, one) => sum + one.replayedBytes, 0);
  return `Now over ${first.to}: ${counted(streams, "connection")} moved, the longest gap was ` +
    `${inMs(stallMs)}, ${inBytes(twice)} were sent twice`;
}
