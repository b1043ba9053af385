import type { RelayQuota } from "../../relay/own_relay/heard_quota.ts";
import type { ThroughRelaySnapshot } from "../../relay/own_relay/through_relay.ts";
import { atMinute } from "./at_minute.ts";
import { inBytes } from "./describe_bytes.ts";

/** How SNAPT is at one of its relays, and what to do where it is not. */
export function describeRelay(relay: ThroughRelaySnapshot): readonly string[] {
  const { name, address, joined, connections, parked, receivedBytes, sentBytes } = relay;
  const carried = `${joined} connections, ${connections} in all, ${inBytes(receivedBytes)} in, ` +
    `${inBytes(sentBytes)} out`;
  const about = `relay ${name.padEnd(14)} ${address}`;
  if (relay.state === "absent") {
    const lines = [`${about}, ${describeAbsence(relay)}, ${carried}`];
    if (relay.why !== null) lines.push(`  -> ${relay.why.remedy}`);
    return lines;
  }
  const { quota } = relay;
  if (quota === null) {
    return [`${about}, ${describePresence(relay)}, ${parked} parked, ${carried}`];
  }
  const lines = [
    `${about}, ${describePresence(relay)}, ${parked} parked, ${carried}, ${describeQuota(quota)}`,
  ];
  if (quota.state !== "free") lines.push(`  -> ${quotaRemedy(quota)}`);
  return lines;
}

/** Since when it is there, and how far away. */
export function describePresence({ since, roundTripMs }: ThroughRelaySnapshot): string {
  const trip = roundTripMs === null ? "" : `, ${roundTripMs.toFixed(1)} ms to it`;
  return `connected${since === null ? "" : ` since ${atMinute(since)}`}${trip}`;
}

/** Since when it is not there, and why. */
export function describeAbsence({ since, why }: ThroughRelaySnapshot): string {
  return `not connected${since === null ? "" : ` since ${atMinute(since)}`}${
    why === null ? "" : `: ${why.reason}`
  }`;
}

/** How much of the month is used up. */
export function describeQuota({ usedBytes, limitBytes }: RelayQuota): string {
  return `${inBytes(usedBytes)} of ${inBytes(limitBytes)} this month`;
}

export function quotaRemedy({ state }: RelayQuota): string {
  const what = state === "spent"
    ? "it carries nothing more in this month (UTC), and connections wait"
    : "when it is used up it carries nothing more in this month (UTC)";
  return `${what}; whoever runs it can allow more: \`snapt relay limit NAME --month 200GB\``;
}
