import type { JSX } from "hono/jsx/dom/jsx-runtime";
import { unreachable } from "../../core/exhaustive.ts";
import type { Connection } from "./live_connection.ts";
import { timeOfDay } from "./formats.ts";

export interface ConnectionNoteProps {
  readonly connection: Connection;
  /** "CNAPT" or "SNAPT". */
  readonly program: string;
  /** When something was heard last, in ms since 1970; null: never. */
  readonly heardAt: number | null;
}

/** How the page stands with its program, where that is not as it should be. */
export function ConnectionNote(props: ConnectionNoteProps): JSX.Element {
  return <div role="status" class="connection">{noteOf(props)}</div>;
}

function noteOf({ connection, program, heardAt }: ConnectionNoteProps): JSX.Element | null {
  const since = heardAt === null ? "" : ` since ${timeOfDay(heardAt, Date.now())}`;
  switch (connection.kind) {
    case "live":
      return null;
    case "connecting":
      return <p class="quiet">Asking {program} …</p>;
    case "away":
      return (
        <p class="note bad">
          No answer from {program}
          {since}; trying again. {heardAt === null ? "Does it run?" : "What stands here is old."}
        </p>
      );
    case "refused":
      return (
        <p class="note bad">
          {program} does not know this page any more. Open it again with{" "}
          <code>{program.toLowerCase()} open</code>.
        </p>
      );
    default:
      return unreachable(connection);
  }
}
