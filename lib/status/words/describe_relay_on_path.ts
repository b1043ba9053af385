import type { RelayOnPath } from "../../relay/link/relay_on_path.ts";

/** The relay that the path to SNAPT leads through, in one line, and what was measured of it. */
export function describeRelayOnPath({ address, roundTripMs }: RelayOnPath): string {
  const trip = roundTripMs === null ? "" : `, ${roundTripMs.toFixed(1)} ms from here at least`;
  return `through the relay at ${address}${trip}`;
}
