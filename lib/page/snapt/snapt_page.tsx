import type { JSX } from "hono/jsx/dom/jsx-runtime";
import { useLive } from "../common/use_live.ts";

/** The page of SNAPT: who is connected, and how. */
export function SnaptPage({ token }: { readonly token: string }): JSX.Element {
  const { document, connection } = useLive<{ readonly site: string }>(token);
  return (
    <main>
      <h1>{document === null ? "SNAPT" : `Site ${document.site}`}</h1>
      <p role="status">{connection.kind}</p>
    </main>
  );
}
