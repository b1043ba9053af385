import type { DecisionSnapshot, ProviderSnapshot } from "../../relay/decision/decision_snapshot.ts";
import { pause } from "../program/until.ts";
import { errorOf } from "../program/status_client.ts";
import type { Probe } from "../documents/command_documents.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import { failureAt } from "./refused_sites.ts";
import { type AskedCnapt, runningCnapt } from "./running_cnapt.ts";

/** Probing takes as long as the slowest network is waited for. */
const PROBE_ANSWER_MS = 15_000;
const BETWEEN_MS = 1_000;
const USUAL_COUNT = 4;

/**
 * `cnapt ping`: asks SNAPT over each network, or over one, a line for each answer.
 *
 * @throws {CommandFailed} nothing answered at all
 */
export async function cnaptPing(cnapt: AskedCnapt, { network, count, isJson }: {
  readonly network: string | null;
  readonly count: number | null;
  readonly isJson: boolean;
}): Promise<void> {
  const client = runningCnapt(cnapt);
  const all: Probe[] = [];
  for (let round = 0; round < (count ?? USUAL_COUNT); round++) {
    if (round > 0) await pause(BETWEEN_MS, new AbortController().signal);
    const answer = await client.post("/probe", {}, PROBE_ANSWER_MS);
    if (answer.code !== 200) throw new CommandFailed(errorOf(answer));
    const probes = probesOf(JSON.parse(answer.body), network);
    all.push(...probes);
    if (!isJson) { for (const probe of probes) show(probeLine(probe)); }
  }
  if (isJson) showDocument("cnapt.ping/1", { probes: all });
  if (all.some(({ roundTripMs }) => roundTripMs !== null)) return;
  throw await failureAt(client, {
    site: null,
    action: "reach SNAPT",
    otherwise: new CommandFailed(
      all.length === 0
        ? "Cannot reach SNAPT: there is no network"
        : `Cannot reach SNAPT: none of ${all.length} probes was answered`,
      { exit: "noNetwork" },
    ),
  });
}

/**
 * The probes of one round.
 *
 * @throws {UsageError} there is no such network
 */
export function probesOf(
  decisions: Readonly<Record<string, Pick<DecisionSnapshot, "providers">>>,
  network: string | null,
): readonly Probe[] {
  const rows = Object.entries(decisions).flatMap(([site, { providers }]) =>
    providers.map((provider) => ({ site, provider }))
  );
  const names = [...new Set(rows.map(({ provider }) => provider.candidate.key))];
  if (network !== null && !names.includes(network)) {
    const known = names.length === 0 ? "there is none" : `there is ${names.join(", ")}`;
    throw new UsageError(`Cannot ask over ${network}: there is no such network (${known})`);
  }
  return rows.filter(({ provider }) => network === null || provider.candidate.key === network)
    .map(({ site, provider }) => probeOf(site, provider));
}

function probeOf(site: string, { candidate, addresses, measurement }: ProviderSnapshot): Probe {
  const reach = measurement?.reach;
  const isAnswered = reach?.kind === "answering";
  return {
    site,
    network: candidate.key,
    way: addresses[0] === undefined ? "no address" : `link from ${addresses[0]}`,
    roundTripMs: isAnswered ? measurement?.roundTripMs ?? null : null,
    reason: isAnswered
      ? ""
      : reach !== undefined && "detail" in reach
      ? reach.detail
      : candidate.state === "raisable"
      ? "not connected"
      : "not asked",
  };
}

/** One line for one probe. */
export function probeLine({ site, network, way, roundTripMs, reason }: Probe): string {
  const result = roundTripMs === null ? `no answer: ${reason}` : `${roundTripMs.toFixed(1)} ms`;
  return `${site} over ${network}, ${way}: ${result}`;
}
