import { encodePacket, type Packet, UNBOUND_CODES } from "../../../lib/core/datagram/packet.ts";
import type { StreamTarget } from "../../../lib/core/wire/stream_opening.ts";
import type { RandomBytes } from "../random_bytes.ts";

const KINDS = [
  ...["data", "data", "data", "bind", "bind", "bound", "bound", "unbound", "located"],
  ...["probe", "probed"],
] as const;

/** A packet as it is on a link that carries datagrams, or now and then nothing of the kind. */
export function hostilePacket(
  random: RandomBytes,
  epoch: number,
  target: () => StreamTarget,
): Uint8Array {
  if (random.below(30) === 0) return random.bytes(random.size(300));
  const packet = encodePacket(randomPacket(random, epoch, target));
  const sent = random.below(20) === 0 ? random.mutated(packet) : packet;
  return Uint8Array.of(sent.length >>> 8, sent.length & 0xff, ...sent);
}

function randomPacket(random: RandomBytes, epoch: number, target: () => StreamTarget): Packet {
  const flow = 1 + random.below(random.pick([3, 60]));
  const payload = random.bytes(random.size(400));
  const kind = random.pick(KINDS);
  switch (kind) {
    case "data":
      return { kind, flow, payload };
    case "bind":
      return { kind, flow, epoch, target: target(), source: "127.0.0.1:5000", payload };
    case "bound":
      return { kind, flow };
    case "unbound":
      return { kind, flow, code: random.pick(UNBOUND_CODES) };
    case "located":
      return { kind, flow, address: random.pick(["127.0.0.1:9", random.text(30)]) };
    case "probe":
      return { kind, token: random.below(9), epoch };
    case "probed":
      return { kind, token: random.below(9) };
  }
}
