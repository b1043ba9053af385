import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { PageFrame } from "../common/page_frame.tsx";
import { useLive } from "../common/use_live.ts";
import { verdictOfDocument } from "./verdict_of_document.ts";

/** The page of CNAPT: the verdict first, then what it rests on. */
export function CnaptPage({ token }: { readonly token: string }): JSX.Element {
  const { document, ...live } = useLive<CnaptDocument>(token);
  const verdict = document === null ? null : verdictOfDocument(document);
  return <PageFrame program="CNAPT" token={token} verdict={verdict} {...live} />;
}
