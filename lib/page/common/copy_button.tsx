import { useContext } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import { PageActionsContext } from "./page_actions.ts";

/** Copies `text`; `what` completes "Copied …". */
export function CopyButton(
  { text, what }: { readonly text: string; readonly what: string },
): JSX.Element {
  const { say } = useContext(PageActionsContext);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      say({ level: "good", text: `Copied ${what}: ${text}` });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      say({ level: "bad", text: `Cannot copy ${what}: ${reason}` });
    }
  };
  return (
    <button type="button" class="button small" aria-label={`Copy ${what}`} onClick={copy}>
      Copy
    </button>
  );
}
