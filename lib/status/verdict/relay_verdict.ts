import { inBytes } from "../words/describe_bytes.ts";
import type { RelayedSnaptSnapshot, RelaySnapshot } from "../relay_snapshot.ts";
import { type Finding, verdictOf } from "./finding.ts";
import { programFindings } from "./program_findings.ts";
import type { Verdict } from "./verdict.ts";

/** How a running relay is. */
export function relayVerdict(
  { snapts, descriptors }: Pick<RelaySnapshot, "snapts" | "descriptors">,
  now: Date,
): Verdict {
  const there = snapts.filter(({ state }) => state === "attached").length;
  const base = `${there} of ${snapts.length} SNAPTs connected`;
  return verdictOf({ level: "good", base, calm: "" }, [
    ...snapts.flatMap(monthFindings),
    ...programFindings({ descriptors, streams: null, notices: { receivers: [] }, now }),
  ]);
}

function monthFindings({ name, month }: RelayedSnaptSnapshot): readonly Finding[] {
  const { quota, limitBytes, toSnaptBytes, fromSnaptBytes } = month;
  if (quota === "free" || limitBytes === null) return [];
  const isSpent = quota === "spent";
  return [{
    level: isSpent ? "bad" : "waiting",
    brief: `the month of ${name} is ${isSpent ? "used up" : "nearly used up"}`,
    what:
      `${name} has used up ${inBytes(toSnaptBytes + fromSnaptBytes)} of ${
        inBytes(limitBytes)
      } in ${month.month}` + (isSpent ? ", and nothing more is carried for it" : ""),
    remedy: `\`snapt relay limit ${name} --month SIZE\` allows more`,
  }];
}
