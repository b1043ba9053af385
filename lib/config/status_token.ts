import { createHmac, timingSafeEqual } from "node:crypto";

/** So long the page goes on that was opened with a pass. */
export const PAGE_PASS_MS = 24 * 3_600_000;
/** So long a command may take to send its question. */
export const COMMAND_PASS_MS = 120_000;

/** The token for SNAPT's status endpoint: derived, so that no further file has to be kept. */
export function snaptStatusToken(secret: Uint8Array): string {
  return derive(secret, "snapt status token v1");
}

/** The token for the status endpoint of a relay, from the secret of its identity. */
export function relayStatusToken(secret: Uint8Array): string {
  return derive(secret, "snapt relay status token v1");
}

/**
 * What is shown instead of a token, and holds until then: it may come into wrong hands, such as
 * those of a program that has taken the port of one that does not run, or a list of pages visited.
 * `untilMs` is in ms since 1970.
 */
export function passFor(token: string, untilMs: number): string {
  const until = Math.floor(untilMs / 1_000).toString(36);
  return `${until}-${passKey(token, until).toString("hex")}`;
}

/** Until when `given` holds, a pass for this token; null: it is none that holds at `nowMs`. */
export function passEnd(given: string, token: string, nowMs: number): number | null {
  const [, until, key] = /^([0-9a-z]{1,9})-([0-9a-f]{64})$/.exec(given) ?? [];
  if (until === undefined || key === undefined) return null;
  const untilMs = parseInt(until, 36) * 1_000;
  if (untilMs <= nowMs || untilMs > nowMs + PAGE_PASS_MS) return null;
  return timingSafeEqual(passKey(token, until), Uint8Array.fromHex(key)) ? untilMs : null;
}

function passKey(token: string, until: string) {
  return createHmac("sha256", token).update(`status pass v1 ${until}`).digest();
}

function derive(secret: Uint8Array, label: string): string {
  return createHmac("sha256", secret).update(label).digest("hex");
}
