import type { SnaptSnapshot } from "../../../lib/status/snapt_document.ts";
import { evilOf } from "../evil_name.ts";
import { sampleSnapt } from "./sample_snapt.ts";

/** The fields that others than the program itself fill, or people who configure it. */
const FOREIGN = new Set(
  ("client name provider from reason relay service source application server address words remedy " +
    "to lastFrom lastClient virtualAddress network router own site clientsFailure").split(" "),
);
const SERVICES = new Set(["services"]);

/** The sample with such names in every field that others fill. */
export function hostileSnapt(): SnaptSnapshot {
  const { startedAt, ...rest } = sampleSnapt({ network: "eth0", clientsFailure: "it is not JSON" });
  const text = JSON.stringify(rest, function (key, value) {
    if (SERVICES.has(key) && Array.isArray(value)) {
      return value.map((one) => typeof one === "string" ? evilOf(one) : one);
    }
    const isReason = key === "reason" && typeof this.count === "number"; // one of ours
    const isForeign = FOREIGN.has(key) && !isReason;
    return typeof value === "string" && isForeign && value !== "" ? evilOf(value) : value;
  });
  return { ...JSON.parse(text), startedAt };
}
