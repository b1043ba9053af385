import { useMemo } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { SnaptDocument } from "../../status/snapt_document.ts";
import { inBytes } from "../../status/words/describe_bytes.ts";
import { inTime } from "../../status/words/in_time.ts";
import { PageFrame } from "../common/page_frame.tsx";
import { useLive } from "../common/use_live.ts";
import { AbsentPart } from "./absent_part.tsx";
import { ClientsPart } from "./clients_part.tsx";
import { InvitePart } from "./invite_part.tsx";
import { LimitsPart } from "./limits_part.tsx";
import { NoticesPart } from "./notices_part.tsx";
import { ReachPart } from "./reach_part.tsx";
import { RefusalsPart } from "./refusals_part.tsx";
import { VirtualPart } from "./virtual_part.tsx";

/** The page of SNAPT: the verdict first, then who is connected, and who may come. */
export function SnaptPage({ token }: { readonly token: string }): JSX.Element {
  const { document, ...live } = useLive<SnaptDocument>(token);
  return (
    <PageFrame program="SNAPT" token={token} verdict={document?.verdict ?? null} {...live}>
      {document === null ? null : <Parts document={document} />}
    </PageFrame>
  );
}

function Parts({ document }: { readonly document: SnaptDocument }): JSX.Element {
  const { sessions, services, notices } = document;
  // Ages are counted from when they came; what did not come again did not change.
  const cameAt = useMemo(() => Date.now(), [sessions]);
  const names = services.map(({ name }) => name);
  return (
    <>
      <ClientsPart document={document} cameAt={cameAt} services={names} />
      <InvitePart document={document} services={names} />
      <AbsentPart document={document} services={names} />
      <VirtualPart document={document} />
      <RefusalsPart refusals={document.refusals} accepted={document.counters.accepted} />
      <LimitsPart limits={document.limits} />
      <ReachPart document={document} />
      <NoticesPart notices={notices} />
      <Foot document={document} />
    </>
  );
}

function Foot({ document }: { readonly document: SnaptDocument }): JSX.Element {
  const { version, uptimeMs, memoryBytes } = document;
  return (
    <p class="foot quiet">
      SNAPT {version}, running for {inTime(uptimeMs)}, {inBytes(memoryBytes)} of memory
    </p>
  );
}
