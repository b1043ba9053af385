import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { useLive } from "../common/use_live.ts";

/** The page of CNAPT: the verdict first, then what it rests on. */
export function CnaptPage({ token }: { readonly token: string }): JSX.Element {
  const { document, connection } = useLive<CnaptDocument>(token);
  return (
    <main>
      <h1>{document === null ? "CNAPT" : `${document.state} over ${document.provider}`}</h1>
      <p role="status">{connection.kind}</p>
    </main>
  );
}
