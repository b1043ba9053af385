import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import type { PathHistoryDocument } from "../../status/page/path_history_document.ts";
import { Name } from "../common/name.tsx";
import { Section } from "../common/section.tsx";
import { Charts } from "./charts.tsx";
import { switchMarks } from "./chart_data.ts";
import { DecisionPart } from "./decision_part.tsx";
import { NetworkTable } from "./network_table.tsx";
import { Receipts } from "./receipts.tsx";
import { Services } from "./services.tsx";
import { TimeLine } from "./time_line.tsx";
import { networkSpans, shownRange } from "./time_line_view.ts";

export interface SitePartProps {
  readonly site: string;
  readonly document: CnaptDocument;
  /** Null: it has not come yet. */
  readonly history: PathHistoryDocument | null;
}

/** All about one site; among several each has its own title. */
export function SitePart({ site, document, history }: SitePartProps): JSX.Element | null {
  const facts = document.sites[site];
  if (facts === undefined) return null;
  const isOnly = Object.keys(document.sites).length === 1;
  const level = isOnly ? 2 : 3;
  const decision = document.decisions[site];
  const switches = document.switches.filter((one) => one.site === site);
  const range = shownRange(history?.times.at(-1) ?? Date.now(), document.uptimeMs);
  const spans = networkSpans(switches, range, {
    network: facts.away === null ? facts.provider : "",
    awaySince: facts.away === null ? null : Date.parse(facts.away.since),
  });
  const parts = (
    <>
      {decision === undefined ? null : (
        <NetworkTable
          site={site}
          only={isOnly ? null : site}
          level={level}
          decision={decision}
        />
      )}
      <Section id={`hour-${site}`} title="The last hour" level={level}>
        {history === null ? null : (
          <Charts
            site={site}
            history={history}
            range={range}
            marks={switchMarks(switches, range)}
          />
        )}
      </Section>
      <Section id={`switches-${site}`} title="Networks in use, and switches" level={level}>
        <TimeLine spans={spans} range={range} />
        <Receipts receipts={switches} />
      </Section>
      <Services site={site} level={level} document={document} />
      {decision === undefined
        ? null
        : <DecisionPart site={site} level={level} decision={decision} />}
    </>
  );
  if (isOnly) return parts;
  return (
    <Section
      id={`site-${site}`}
      title={
        <>
          Site <Name text={site} />
        </>
      }
    >
      {parts}
    </Section>
  );
}
