import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import type { PathHistoryDocument } from "../../status/page/path_history_document.ts";
import { Name } from "../common/name.tsx";
import { Section } from "../common/section.tsx";
import { Charts } from "./charts.tsx";
import { switchMarks } from "./chart_data.ts";
import { DecisionPart } from "./decision_part.tsx";
import { NetworkActions } from "./network_actions.tsx";
import { NetworkTable } from "./network_table.tsx";
import { Receipts } from "./receipts.tsx";
import { Services } from "./services.tsx";
import { SiteFacts } from "./site_facts.tsx";
import { TimeLine } from "./time_line.tsx";
import { networkSpans, shownRange } from "./time_line_view.ts";

export interface SitePartProps {
  readonly site: string;
  /** Which of the sites it is, to tell the ids of its parts apart. */
  readonly number: number;
  readonly document: CnaptDocument;
  /** Null: it has not come yet. */
  readonly history: PathHistoryDocument | null;
}

/** All about one site; among several each has its own title. */
export function SitePart({ site, number, document, history }: SitePartProps): JSX.Element | null {
  const facts = document.sites[site];
  if (facts === undefined) return null;
  const isOnly = Object.keys(document.sites).length === 1;
  const level = isOnly ? 2 : 3;
  const decision = document.decisions[site];
  const switches = document.switches.filter((one) => one.site === site);
  const range = shownRange(Date.now(), document.uptimeMs);
  const spans = networkSpans(switches, range, {
    network: facts.away === null ? facts.provider : "",
    awaySince: facts.away === null ? null : Date.parse(facts.away.since),
  });
  const part = (id: string, title: string) => ({ id: `${id}-${number}`, title, level } as const);
  const parts = (
    <>
      {decision === undefined ? null : (
        <Section
          {...part("networks", "Networks")}
          aside={isOnly ? <NetworkActions chosen={decision.chosen} /> : null}
        >
          <NetworkTable
            site={isOnly ? null : site}
            decision={decision}
            inUse={facts.provider}
          />
          <SiteFacts facts={facts} />
        </Section>
      )}
      <Section {...part("hour", "The last hour")}>
        {history === null
          ? <p class="quiet">It is coming …</p>
          : <Charts {...{ site, history, range }} marks={switchMarks(switches, range)} />}
      </Section>
      <Section {...part("switches", "Networks in use, and switches")}>
        <TimeLine spans={spans} range={range} />
        <Receipts receipts={switches} />
      </Section>
      <Section {...part("services", "Services")}>
        <Services site={site} document={document} />
      </Section>
      {decision === undefined ? null : (
        <Section {...part("decision", "What CNAPT thinks")}>
          <DecisionPart decision={decision} />
        </Section>
      )}
    </>
  );
  if (isOnly) return parts;
  return (
    <Section
      id={`site-${number}`}
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
