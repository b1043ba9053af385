import type { CnaptDocument } from "../../status/cnapt_document.ts";
import type { ShownVerdict } from "../common/verdict_banner.tsx";

/** What the program says of itself. */
export function verdictOfDocument(document: CnaptDocument): ShownVerdict {
  const { state, provider } = document;
  const level = state === "connected" ? "good" : state === "refused" ? "bad" : "waiting";
  return { level, sentence: `${state} over ${provider}`, problems: [] };
}
