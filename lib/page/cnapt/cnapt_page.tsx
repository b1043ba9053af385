import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { inBytes } from "../../status/words/describe_bytes.ts";
import { inTime } from "../../status/words/in_time.ts";
import { NoticeLog } from "../common/notice_log.tsx";
import { PageFrame } from "../common/page_frame.tsx";
import { useLive } from "../common/use_live.ts";
import { Section } from "../common/section.tsx";
import { NetworkActions } from "./network_actions.tsx";
import { NetworkNames } from "./network_mark.tsx";
import { networkNames } from "./network_view.ts";
import { Questions } from "./questions.tsx";
import { SitePart } from "./site_part.tsx";
import { useHistory } from "./use_history.ts";

/** The page of CNAPT: the verdict first, then what it rests on. */
export function CnaptPage({ token }: { readonly token: string }): JSX.Element {
  const { document, ...live } = useLive<CnaptDocument>(token);
  const verdict = document?.verdict ?? null;
  return (
    <PageFrame program="CNAPT" token={token} verdict={verdict} {...live}>
      {document === null ? null : <Parts document={document} />}
    </PageFrame>
  );
}

function Parts({ document }: { readonly document: CnaptDocument }): JSX.Element {
  const { sites, switches, decisions, questions, notices } = document;
  const history = useHistory();
  const names = Object.keys(sites);
  const networks = networkNames(decisions, [
    ...switches.flatMap(({ from, to }) => [from, to]),
    ...(history?.networks ?? []).map(({ provider }) => provider),
  ]);
  return (
    <NetworkNames.Provider value={networks}>
      <Questions questions={questions} />
      {names.length < 2 ? null : (
        <Section
          id="all"
          title="All sites"
          aside={<NetworkActions chosen={chosenIn(decisions)} />}
        />
      )}
      {names.map((site, number) => (
        <SitePart
          key={site}
          {...{ site, number, document, history }}
        />
      ))}
      <NoticeLog
        notices={notices}
        subjectOf={({ site }) => names.length > 1 ? site : ""}
        empty="Nothing has changed since CNAPT has started."
      />
      <Foot document={document} />
    </NetworkNames.Provider>
  );
}

/** What a person asked for, for any of the sites. */
function chosenIn(decisions: CnaptDocument["decisions"]): string | null {
  return Object.values(decisions).find(({ chosen }) => chosen !== null)?.chosen ?? null;
}

function Foot({ document }: { readonly document: CnaptDocument }): JSX.Element {
  const { version, uptimeMs, memoryBytes, descriptors } = document;
  return (
    <p class="foot quiet">
      CNAPT {version}, running for {inTime(uptimeMs)}, {inBytes(memoryBytes)} of memory,{" "}
      {descriptors.open} of {descriptors.limit} files open
    </p>
  );
}
