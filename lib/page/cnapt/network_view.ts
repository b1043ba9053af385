import type { DecisionSnapshot, ProviderSnapshot } from "../../relay/decision/decision_snapshot.ts";
import { inTime } from "../../status/words/in_time.ts";
import { inRate, UNKNOWN } from "../common/formats.ts";

/** How a network is, for people: never by colour alone. */
export interface NetworkState {
  readonly kind: "inUse" | "ready" | "weak" | "trial" | "off" | "down";
  readonly word: string;
  /** One sentence; empty where there is nothing more to say. */
  readonly why: string;
}

export function networkState(provider: ProviderSnapshot): NetworkState {
  const { isCurrent, candidate, measurement, quality, trial } = provider;
  const reach = measurement?.reach;
  const isWeak = quality !== null && quality.level !== "good";
  const causes = isWeak ? quality.causes.join(", ") : "";
  if (isCurrent) return { kind: "inUse", word: "In use", why: causes };
  if (candidate.state === "raisable") {
    return { kind: "off", word: "Not connected", why: "its command runs when it is needed" };
  }
  if (reach !== undefined && "detail" in reach) {
    return { kind: "down", word: "No way to SNAPT", why: `it ${reach.detail}` };
  }
  if (reach === undefined || reach.kind === "untried") {
    return { kind: "off", word: "Not asked yet", why: "" };
  }
  if (trial !== null) {
    const why = `it ${trial.what} (${inTime(trial.failedAgoMs)} ago), and has to be well for ` +
      `${inTime(trial.trialMs)}${causes === "" ? "" : `; ${causes}`}`;
    return { kind: "trial", word: "On trial", why };
  }
  if (isWeak) return { kind: "weak", word: "Weak", why: causes };
  return { kind: "ready", word: "Ready", why: "" };
}

/** What it costs, in words. */
export function costInWords(
  { metered, cost }: Pick<ProviderSnapshot["candidate"], "metered" | "cost">,
): string {
  const words = [...(metered ? ["metered"] : []), ...(cost === 0 ? [] : [`cost ${cost}`])];
  return words.length === 0 ? "free" : words.join(", ");
}

/** Less than this, in bytes per second, is what somebody typed. */
const WORTH_TELLING = 1_000;

/** What is known of its rate: what a probe has shown, else the least that it can do. */
export function ratesInWords({ rate }: Pick<ProviderSnapshot, "rate">): readonly string[] {
  if (rate === null) return [UNKNOWN];
  const parts = (["down", "up"] as const).flatMap((direction) => {
    const probed = rate.probed[direction];
    const bytes = Math.max(probed ?? 0, rate.achieved[direction]);
    if (probed === null && bytes < WORTH_TELLING) return [];
    return `${probed === null ? "≥ " : ""}${inRate(bytes)} ${direction}`;
  });
  return parts.length === 0 ? [UNKNOWN] : parts;
}

/** Every network of a document, in the same order as long as they are the same. */
export function networkNames(
  decisions: Readonly<Record<string, DecisionSnapshot>>,
  others: readonly string[],
): readonly string[] {
  const known = Object.values(decisions).flatMap(({ providers }) =>
    providers.map(({ candidate }) => candidate.key)
  );
  return [...new Set([...known, ...others])].filter((name) => name !== "").sort();
}

/** What stands in the place of a list without networks. SNAPT may be reached all the same. */
export function withoutNetworks(inUse: string): string {
  return inUse === ""
    ? "This machine has no network that could lead to SNAPT."
    : `SNAPT is reached over ${inUse}, which is none of the networks that CNAPT chooses from.`;
}
