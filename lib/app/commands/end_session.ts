import { formatHostPort } from "../../config/host_port.ts";
import { loadIdentity } from "../../config/identity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { snaptStatusToken } from "../../config/status_token.ts";
import { errorOf, StatusClient, StatusUnreachable } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";
import type { SessionEnd } from "../documents/command_documents.ts";

const NONE_OF_THIS_NAME = 404;

/**
 * Asks the running SNAPT to look at its list of clients now.
 *
 * @throws {CommandFailed} it did not end the session
 */
export async function endSessionOf(
  identityFile: string,
  config: SnaptConfig,
  name: string,
): Promise<SessionEnd> {
  const identity = await loadIdentity(identityFile);
  if (config.status === null) return "unasked";
  const client = new StatusClient("SNAPT", config.status, {
    token: snaptStatusToken(identity.secret),
    absence: "",
  });
  const answer = await client.post("/revoke", { name }).catch((error: unknown) => {
    if (error instanceof StatusUnreachable && error.kind === "absent") return null;
    if (!(error instanceof CommandFailed)) throw error;
    throw new CommandFailed(
      `Cannot end the session of ${name} (SNAPT refuses its key from now on): ${error.message}`,
      // Somebody else at its address may still mean that it runs elsewhere: this is no `notRunning`.
      { cause: error, exit: error.exit === "notRunning" ? "failed" : error.exit },
    );
  });
  if (answer === null) return "notRunning";
  if (answer.code === NONE_OF_THIS_NAME) return "none"; // `snapt remove` has taken it out of the list
  if (answer.code !== 200) {
    throw new CommandFailed(`Cannot end the session of ${name}: ${errorOf(answer)}`);
  }
  const { ended }: { ended?: boolean } = JSON.parse(answer.body);
  return ended === true ? "ended" : "none";
}

/** What to say of it behind the sentence that says who is let in no longer. */
export function inWords(session: SessionEnd, { status }: SnaptConfig): string {
  switch (session) {
    case "ended":
      return " Its session was ended.";
    case "none":
      return "";
    case "unasked":
      return " If it has a session, that ends within a second.";
    case "notRunning":
      return ` No SNAPT runs at ${
        status === null ? "" : formatHostPort(status)
      }, so there is no session to end.`;
  }
}
