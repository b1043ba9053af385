import type { Child } from "hono/jsx";
import { useMemo, useState } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { Verdict } from "../../status/verdict/verdict.ts";
import { ask, look } from "./ask.ts";
import { ConnectionNote } from "./connection_note.tsx";
import type { Connection } from "./live_connection.ts";
import { type PageActions, PageActionsContext, type Said } from "./page_actions.ts";
import { Prose } from "./prose.tsx";
import { VerdictBanner } from "./verdict_banner.tsx";

export interface PageFrameProps {
  readonly program: "CNAPT" | "SNAPT";
  readonly token: string;
  readonly connection: Connection;
  readonly heardAt: number | null;
  /** Null: nothing has been heard yet. */
  readonly verdict: Verdict | null;
  readonly children?: Child;
}

/** What both pages have: how the page stands with its program, the verdict, and what was said last. */
export function PageFrame(props: PageFrameProps): JSX.Element {
  const { program, token, connection, heardAt, verdict, children } = props;
  const [said, setSaid] = useState<Said | null>(null);
  const isLive = connection.kind === "live";
  const actions = useMemo<PageActions>(() => ({
    ask: (path, body) => ask(token, path, body),
    look: (path) => look(token, path),
    say: setSaid,
    isLive,
  }), [token, isLive]);
  return (
    <PageActionsContext.Provider value={actions}>
      <main class={verdict !== null && !isLive ? "old" : ""}>
        <p class="program">{program}</p>
        <ConnectionNote connection={connection} program={program} heardAt={heardAt} />
        <div class="data">
          {verdict === null
            ? <h1 class="unseen">{program}</h1>
            : <VerdictBanner verdict={verdict} program={program} />}
          {children}
        </div>
      </main>
      <SaidRegion said={said} close={() => setSaid(null)} />
    </PageActionsContext.Provider>
  );
}

/** Stays until something else is said, or it is closed: nobody reads at a set pace. */
function SaidRegion(
  { said, close }: { readonly said: Said | null; readonly close: () => void },
): JSX.Element {
  return (
    <aside class="said" aria-label="What was done">
      <div role="status">
        {said === null ? null : (
          <p class={said.level}>
            <span class="sign" aria-hidden="true">{said.level === "good" ? "✓" : "!"}</span>
            <Prose text={said.text} />
          </p>
        )}
      </div>
      {said === null ? null : (
        <button
          type="button"
          class="button small"
          aria-label="Close this message"
          onClick={close}
        >
          Close
        </button>
      )}
    </aside>
  );
}
