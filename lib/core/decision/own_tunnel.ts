/**
 * Finds out that a tunnel's packets are carried by a conversation of ours, such as WireGuard through a
 * UDP service of ours: such a tunnel is no network.
 *
 * Theory of operation. Nobody without rights may ask whose socket belongs to which tunnel. But both
 * count what passes through them, in both directions: of what a tunnel has sent, the conversation that
 * carries it has brought us as much, and a little more for each packet. Another conversation may agree
 * by chance for a moment, and not in both directions for long. The other way round, where the tunnel
 * carries the conversation, the tunnel has more: so it is looked at until what is put around so many
 * packets is more than what may be under way.
 */

/** What has passed so far. */
export interface TrafficCount {
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly packets: number;
}

/** With less a tunnel says nothing. */
const LEAST_BYTES = 8_000;
const LEAST_PACKETS = 64;
/** What a tunnel puts around a packet, and fills it up with, at most. */
const AROUND_BYTES = 96;
/** What may be under way between two looks, or belong to the tunnel's own handshake. */
const SLACK_BYTES = 1_200;
const SLACK_SHARE = 0.05;

/**
 * Whether `flow` carries `tunnel`, by what has passed through both in the same time; `sent` is what
 * the machine's own programs have sent in both.
 */
export function carriesTunnel(flow: TrafficCount, tunnel: TrafficCount): "yes" | "no" | "unknown" {
  const inside = tunnel.sentBytes + tunnel.receivedBytes;
  if (inside < LEAST_BYTES || tunnel.packets < LEAST_PACKETS) return "unknown";
  if (flow.sentBytes + flow.receivedBytes < inside) return "no";
  const agrees = (carried: number, inside: number) => {
    const slack = SLACK_BYTES + SLACK_SHARE * inside;
    const most = inside + AROUND_BYTES * Math.max(flow.packets, tunnel.packets) + slack;
    return carried >= inside - slack && carried <= most;
  };
  const isCarrier = agrees(flow.sentBytes, tunnel.sentBytes) &&
    agrees(flow.receivedBytes, tunnel.receivedBytes);
  return isCarrier ? "yes" : "no";
}

/** What has passed since `before`. */
export function passedSince(before: TrafficCount, now: TrafficCount): TrafficCount {
  return {
    sentBytes: now.sentBytes - before.sentBytes,
    receivedBytes: now.receivedBytes - before.receivedBytes,
    packets: now.packets - before.packets,
  };
}
