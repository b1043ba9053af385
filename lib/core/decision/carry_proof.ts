/**
 * Whether a network carries what streams need now: what a bounded probe has to move, and what its
 * result says. An idle network answers a PING as well when it is a hundred times too slow.
 */
import type { Load } from "./stream_load.ts";

/** A probe moves no more than that, both directions together, in bytes. */
export const MAX_PROBE_BYTES = 256 * 1024;
/** It has so long for it, beside a round trip. */
export const PROBE_MS = 1_000;
/** A direction that needs less than this, in bytes per second, is carried by whatever answers. */
const WORTH_A_PROBE = 2_048;
/** So long a proof holds: the load changes, and so does the network. */
const FRESH_MS = 30_000;

/** Bytes to be moved in each direction. */
export interface ProbeSize {
  readonly down: number;
  readonly up: number;
}

/** What a probe over a network gave. */
export type ProbeOutcome =
  /** All was moved in time; bytes per second, null where nothing was asked for. */
  | { readonly kind: "moved"; readonly down: number | null; readonly up: number | null }
  /** So much came in its time, in bytes per second. */
  | { readonly kind: "tooSlow"; readonly down: number | null; readonly up: number | null }
  /** SNAPT did not answer at all, or the link broke; `detail` completes "it …". */
  | { readonly kind: "failed"; readonly detail: string }
  /** SNAPT answers no more probes for now: nothing is known. */
  | { readonly kind: "declined"; readonly detail: string };

/** The last probe over a network, and for which need it was. */
export interface CarryProof {
  readonly at: number;
  readonly need: Load;
  readonly outcome: ProbeOutcome;
}

/** What is to be asked for by whom needs `need`; null: whatever answers will do. */
export function probeSizeFor(need: Load): ProbeSize | null {
  const inTime = (perSecond: number) =>
    perSecond < WORTH_A_PROBE ? 0 : perSecond * PROBE_MS / 1_000;
  const [down, up] = [inTime(need.down), inTime(need.up)];
  if (down + up === 0) return null;
  const share = Math.min(1, MAX_PROBE_BYTES / (down + up));
  return { down: Math.floor(down * share), up: Math.floor(up * share) };
}

/** Whether a proof still says something at `now`. */
export function isFresh(proof: CarryProof | undefined, now: number): proof is CarryProof {
  return proof !== undefined && now - proof.at <= FRESH_MS;
}

/** Why a network is not gone to because of its proof; completes "it …". Null: nothing against it. */
export function shortfallOf({ need, outcome }: CarryProof): string | null {
  switch (outcome.kind) {
    case "moved":
    case "declined":
      return null;
    case "failed":
      return outcome.detail;
    case "tooSlow": {
      const { down, up } = outcome;
      const parts = [
        ...(down === null ? [] : [`${perSecond(down)} down where ${perSecond(need.down)} flow`]),
        ...(up === null ? [] : [`${perSecond(up)} up where ${perSecond(need.up)} flow`]),
      ];
      return `carried ${parts.join(" and ")} in a probe`;
    }
  }
}

function perSecond(bytes: number): string {
  return bytes < 10_000
    ? `${(bytes / 1_000).toFixed(1)} kB/s`
    : `${Math.round(bytes / 1_000)} kB/s`;
}
