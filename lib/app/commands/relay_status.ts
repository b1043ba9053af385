import { loadIdentity, RELAY_INIT } from "../../config/identity.ts";
import type { RelayConfig } from "../../config/relay_config.ts";
import type { RelayFiles } from "../../config/relay_files.ts";
import { relayStatusToken } from "../../config/status_token.ts";
import type { RelayedSnaptSnapshot } from "../../status/relay_snapshot.ts";
import type { RelayDocument } from "../../status/relay_status.ts";
import { relayIdOf } from "../relay/relay_id.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { StatusClient } from "../program/status_client.ts";
import { columnsOfOutput, verdictLines } from "../screen/verdict_lines.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { atMinute } from "../../status/words/at_minute.ts";
import { inBytes } from "../../status/words/describe_bytes.ts";

/**
 * The running relay of a configuration and an identity.
 *
 * @throws {IdentityInvalid} there is none, so none runs with it
 */
export async function runningRelay(
  { identity: file }: Pick<RelayFiles, "identity">,
  { status }: Pick<RelayConfig, "status">,
): Promise<{ readonly client: StatusClient; readonly id: string }> {
  const identity = await loadIdentity(file, RELAY_INIT);
  const token = relayStatusToken(identity.secret);
  return {
    client: new StatusClient("the relay", status, { token, absence: "" }),
    id: relayIdOf(identity),
  };
}

/**
 * `snapt relay status`: who is there, what goes through it, and who was refused.
 *
 * @throws {CommandFailed} it does not run, or another one answers in its place
 */
export async function relayStatus(
  files: Pick<RelayFiles, "identity">,
  config: Pick<RelayConfig, "status">,
  isJson: boolean,
): Promise<void> {
  const { client, id } = await runningRelay(files, config);
  const now: RelayDocument = JSON.parse(await client.get("/status.json"));
  if (now.id !== id) {
    throw new CommandFailed(
      `Cannot show the relay: another one, ${now.name}, answers at its \`status:\`; say in ` +
        "relay.yaml of one of them where else it is to be",
      { exit: "notRunning" },
    );
  }
  if (isJson) return showDocument("snapt.relay.status/1", { ...now });
  const [sentence = "", ...problems] = verdictLines(now, columnsOfOutput());
  show(`relay ${now.name} at ${now.listen.join(", ")}: ${sentence}`);
  for (const line of problems) show(line);
  for (const snapt of now.snapts) show(describeRelayedSnapt(snapt));
  const refused = describeRefusals(now.counters.refused);
  if (refused !== "") show(`refused before they were for anybody: ${refused}`);
}

/** A SNAPT at its relay, in one line. */
export function describeRelayedSnapt(snapt: RelayedSnaptSnapshot): string {
  const { name, state, since, from, parked, joined, connections } = snapt;
  const time = since === null ? "" : ` since ${atMinute(since)}`;
  const where = state === "attached"
    ? `connected${time} from ${from}, ${parked} parked`
    : since === null
    ? "was not here since the relay was started"
    : `not connected${time}`;
  const parts = [
    where,
    `${joined} connections, ${connections} in all`,
    describeMonth(snapt.month),
  ];
  const refused = describeRefusals(snapt.refused);
  if (refused !== "") parts.push(`refused ${refused}`);
  return `${name.padEnd(20)} ${parts.join(", ")}`;
}

function describeMonth(
  { month, toSnaptBytes, fromSnaptBytes, limitBytes, quota }: RelayedSnaptSnapshot["month"],
): string {
  const limit = limitBytes === null ? "" : ` of ${inBytes(limitBytes)}`;
  const words = { free: "", near: " (most of it)", spent: " (nothing more is carried)" } as const;
  return `${inBytes(toSnaptBytes)} to it and ${
    inBytes(fromSnaptBytes)
  } from it in ${month}${limit}` +
    words[quota];
}

const REFUSALS: Readonly<Record<string, string>> = {
  unknownName: "named nobody",
  malformed: "said something else",
  unproven: "had no key",
  timedOut: "were too slow",
  crowdedOut: "made room",
  blocked: "had failed too often",
  absent: "while it was away",
  spent: "as its month was used up",
  full: "over its limit of connections",
};

/** What there was none of is not said. */
function describeRefusals(refused: Readonly<Record<string, number>>): string {
  return Object.entries(refused).filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${REFUSALS[reason] ?? reason}`).join(", ");
}
