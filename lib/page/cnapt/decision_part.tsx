import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { IndexName } from "../../core/decision/measurement.ts";
import { reasonsInWords } from "../../core/decision/reason.ts";
import { unreachable } from "../../core/exhaustive.ts";
import type { DecisionEntry } from "../../relay/decision/decision_log.ts";
import type { DecisionSnapshot, ProviderSnapshot } from "../../relay/decision/decision_snapshot.ts";
import { type Column, DataTable } from "../common/data_table.tsx";
import { inTime } from "../../status/words/in_time.ts";
import { timeOfDay } from "../common/formats.ts";
import { Prose } from "../common/prose.tsx";
import { Network } from "./network_mark.tsx";

/** What the decision thinks, in words; its points and limits behind folds. */
export function DecisionPart(
  { decision }: { readonly decision: DecisionSnapshot },
): JSX.Element {
  const { chosen, decisions, mode, stableMs, providers } = decision;
  const newest = [...decisions].reverse();
  const [last] = newest;
  const rule = chosen === null
    ? `${MODES[mode]} It goes to a better network after that has been well for ${inTime(stableMs)}.`
    : `You chose ${chosen}: it is kept until it turns critical or is lost, and gone back to.`;
  return (
    <>
      <p>
        <Prose text={last === undefined ? "Nothing was decided yet." : inWords(last)} />
      </p>
      <p class="quiet">
        <Prose text={rule} />
      </p>
      <details>
        <summary>Points against each network, and the limits</summary>
        <DataTable
          caption="Points against each network"
          columns={POINTS}
          rows={[...providers].sort((a, b) => totalOf(a) - totalOf(b))}
          keyOf={({ candidate }) => candidate.key}
          empty="There is no network."
        />
        <DataTable
          caption="Limits"
          columns={LIMITS}
          rows={INDEXES.map((index) => ({ ...index, ...decision.thresholds.limits[index.key] }))}
          keyOf={({ key }) => key}
          empty=""
        />
      </details>
      <details>
        <summary>Last decisions</summary>
        <ul class="log">
          {newest.map((entry) => (
            <li key={entry.at}>
              <time dateTime={entry.at}>{timeOfDay(entry.at, Date.now())}</time>{" "}
              <Prose text={inWords(entry)} />
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

const MODES: Readonly<Record<DecisionSnapshot["mode"], string>> = {
  automatic: "CNAPT decides by itself.",
  manual: "CNAPT suggests, and moves by itself only when the network is lost or critical.",
  off: "CNAPT decides nothing; it leaves only a network that is lost.",
};

function inWords({ kind, on, to, reasons }: DecisionEntry): string {
  const why = reasonsInWords(reasons);
  switch (kind) {
    case "keep":
      return `Stays on ${on}: ${why}`;
    case "suggest":
      return `Suggests ${to}: ${why}`;
    case "planned":
    case "sudden":
      return `Leaves ${on} for ${to}: ${why}`;
    default:
      return unreachable(kind);
  }
}

/** The fewest points first; what was never judged last. */
function totalOf({ score }: ProviderSnapshot): number {
  return score?.total ?? Infinity;
}

const POINTS: readonly Column<ProviderSnapshot>[] = [
  { title: "Network", cell: ({ candidate }) => <Network name={candidate.key} /> },
  {
    title: "Points",
    kind: "number",
    cell: ({ score }) => score === null ? "not judged" : Math.round(score.total),
  },
  {
    title: "Made of",
    cell: ({ score }) => (
      <Prose
        text={score?.parts.map(({ name, points }) => `${name} ${Math.round(points)}`).join(", ") ??
          ""}
      />
    ),
  },
  {
    title: "Well for",
    kind: "number",
    cell: ({ stableMs }) => stableMs === null ? "not well" : inTime(stableMs),
  },
];

const INDEXES: readonly { readonly key: IndexName; readonly title: string }[] = [
  { key: "roundTripMs", title: "Round trip in ms" },
  { key: "jitterMs", title: "Jitter in ms" },
  { key: "loss", title: "Loss as a share" },
  { key: "signalPercent", title: "Signal in %" },
];

type LimitRow = typeof INDEXES[number] & DecisionSnapshot["thresholds"]["limits"][IndexName];

const LIMITS: readonly Column<LimitRow>[] = [
  { title: "Limit", cell: ({ title }) => title },
  { title: "Warning from", kind: "number", cell: ({ warning }) => warning },
  { title: "Warning ends at", kind: "number", cell: ({ warningRecovery }) => warningRecovery },
  { title: "Critical from", kind: "number", cell: ({ critical }) => critical },
  { title: "Critical ends at", kind: "number", cell: ({ criticalRecovery }) => criticalRecovery },
];
