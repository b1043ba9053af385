import type { SnaptSnapshot } from "../../../lib/status/snapt_document.ts";
import { sampleSnapt } from "./sample_snapt.ts";

/** The fields that others than the program itself fill, or people who configure it. */
const FOREIGN = new Set(
  ("client name provider from reason relay service source application server address words remedy " +
    "to lastFrom lastClient virtualAddress network router own site clientsFailure").split(" "),
);
const SERVICES = new Set(["services"]);

const EVIL = [
  `<img src=x onerror="alert(1)"><script>alert(2)</script>`,
  "\u202e\u0000\u001b[31mعربي\u2066\r\n\t",
  "x".repeat(300),
  `👩‍👩‍👧‍👦${"e\u0301".repeat(40)}${"Z\u0335\u0321\u0322".repeat(60)}`,
];

/** A name that belongs on no screen; another one for each `text`, the same one each time. */
export function evilOf(text: string): string {
  const sum = [...text].reduce((all, character) => all + character.charCodeAt(0), 0);
  return `${EVIL[sum % EVIL.length]} ${text}`;
}

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
