import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { Revoked } from "../../status/client_actions.ts";
import { ActionButton } from "../common/action_button.tsx";
import { shownText } from "../common/shown_text.ts";

export interface ClientActionsProps {
  readonly name: string;
  readonly hasSession: boolean;
}

/** What may be done to a CNAPT. */
export function ClientActions({ name, hasSession }: ClientActionsProps): JSX.Element {
  const shown = shownText(name).short;
  return (
    <div class="actions">
      {hasSession
        ? (
          <ActionButton
            label="End session"
            name={`End session of ${shown}`}
            path="end"
            body={{ name }}
            question={`End the session of ${shown}? Its connections break; it may come again.`}
            done={() => `The session of ${shown} was ended.`}
          />
        )
        : null}
      <RevokeButton name={name} />
    </div>
  );
}

/** Takes a key or a code back. */
export function RevokeButton(
  { name, isCode = false }: { readonly name: string; readonly isCode?: boolean },
): JSX.Element {
  const shown = shownText(name).short;
  return (
    <ActionButton
      label={isCode ? "Take back" : "Revoke"}
      name={isCode ? `Take back the code for ${shown}` : `Revoke ${shown}`}
      path="revoke"
      body={{ name }}
      kind="danger"
      question={isCode
        ? `Take the code for ${shown} back? Nobody can join with it then.`
        : `Revoke ${shown}? Its connections break at once, and it needs a new code to come again.`}
      done={(content) => {
        const { ended, revoked }: Revoked = content as Revoked;
        if (revoked === "code") return `The code for ${shown} is worth nothing any more.`;
        return `${shown} is revoked.${ended ? " Its session was ended." : ""}`;
      }}
    />
  );
}
