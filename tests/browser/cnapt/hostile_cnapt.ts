import type { CnaptSnapshot } from "../../../lib/status/cnapt_document.ts";
import type { PathHistory } from "../../../lib/status/history/path_history.ts";
import { evilOf } from "../evil_name.ts";
import { question, sampleCnapt, SWITCHED } from "./sample_cnapt.ts";
import { hourOf } from "./sample_networks.ts";

/** The fields that others than the program itself fill, or people who configure it. */
const FOREIGN = new Set([
  ..."name key device provider from to reason service source application held what detail".split(
    " ",
  ),
  ..."text address addresses on site sites relay causes".split(" "),
]);

/** The sample with such names in every field that others fill. */
export function hostileCnapt(): CnaptSnapshot {
  const sample = sampleCnapt({ questions: [question("lte0")] });
  const { decisions, startedAt, ...rest } = sample;
  return {
    ...turnEvil(rest),
    startedAt,
    decisions: Object.fromEntries(
      Object.entries(decisions).map(([site, decision]) => [evilOf(site), turnEvil(decision)]),
    ),
  };
}

export function hostileHistory(): PathHistory {
  return hourOf(
    evilOf("home"),
    ["wifi0", "eth0", "lte0"].map(evilOf),
    SWITCHED.map(({ agoMs, to }) => ({ agoMs, to: evilOf(to) })),
  );
}

function turnEvil<T>(value: T): T {
  const text = JSON.stringify(value, function (key, one) {
    const isForeign = FOREIGN.has(key) || (Array.isArray(this) && key !== "");
    return typeof one === "string" && isForeign && one !== "" ? evilOf(one) : one;
  });
  return JSON.parse(text);
}
