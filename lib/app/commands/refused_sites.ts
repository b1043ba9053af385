import type { CnaptDocument } from "../../status/cnapt_document.ts";
import { printable } from "../program/printable.ts";
import { type StatusClient, StatusUnreachable } from "../program/status_client.ts";
import { CommandFailed } from "../program/usage_error.ts";

/**
 * What SNAPT says when it lets this CNAPT in no more (its key is revoked, for instance): that of
 * `site`, or, where that is null, of the first when all do so. Null: there is one that is not refused.
 */
export function refusalOf(
  { sites }: Pick<CnaptDocument, "sites">,
  site: string | null,
): string | null {
  const asked = Object.entries(sites).filter(([name]) => site === null || name === site);
  const said = asked.map(([, { state, refusal }]) =>
    state === "refused" ? refusal?.sentence ?? null : null
  );
  return said.includes(null) ? null : said[0] ?? null;
}

/**
 * What a command fails with that got nothing out of SNAPT: `otherwise`, unless SNAPT refuses, which a
 * script has to know from a network that is bad.
 */
export async function failureAt(
  client: StatusClient,
  { site, action, otherwise }: {
    /** Null: every site was asked. */
    readonly site: string | null;
    /** Completes "Cannot …". */
    readonly action: string;
    readonly otherwise: CommandFailed;
  },
): Promise<CommandFailed> {
  try {
    const document: CnaptDocument = JSON.parse(await client.get("/status.json"));
    const sentence = refusalOf(document, site);
    if (sentence === null) return otherwise;
    // A message may have lines; what a peer says is on one, or it would look like more of ours.
    return new CommandFailed(`Cannot ${action}: SNAPT refuses: ${printable(sentence)}`, {
      exit: "refused",
    });
  } catch (error) {
    if (!(error instanceof StatusUnreachable)) throw error;
    return otherwise;
  }
}
