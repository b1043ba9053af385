import { runCommand } from "./finished_command.ts";
import { LabFailure } from "./lab_failure.ts";
import { BOTH_DIRECTIONS, type Wire, type WireEndpoint } from "./wire.ts";
import {
  PLAIN_WIRE,
  type WireCounts,
  type WireDirection,
  type WireSettings,
} from "./wire/wire_settings.ts";

const FULL_FRAME_BYTES = 1514;
const MIN_QUEUE_PACKETS = 1000;

/** A wire that the kernel carries: a pair of virtual Ethernet devices with netem at both ends. */
export class NetemWire implements Wire {
  readonly kind = "netem";
  readonly #ends: Readonly<Record<WireDirection, WireEndpoint>>;
  readonly #settings: Record<WireDirection, WireSettings> = {
    "a->b": PLAIN_WIRE,
    "b->a": PLAIN_WIRE,
  };
  #silent = false;

  private constructor(a: WireEndpoint, b: WireEndpoint) {
    this.#ends = { "a->b": a, "b->a": b };
  }

  /** Whether the kernel has netem; `enter` leads to a namespace in which that can be tried. */
  static async isPossible(enter: readonly string[]): Promise<boolean> {
    const attempt = ["tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms"];
    const { code } = await runCommand([...enter, ...attempt], { mayFail: true });
    if (code !== 0) return false;
    await runCommand([...enter, "tc", "qdisc", "del", "dev", "lo", "root"]);
    return true;
  }

  /** Makes the wire and both interfaces, which are down at first. */
  static async create(a: WireEndpoint, b: WireEndpoint): Promise<NetemWire> {
    const peer = ["peer", "name", b.interface, "netns", String(b.pid)];
    await runCommand([...a.enter, "ip", "link", "add", a.interface, "type", "veth", ...peer]);
    const wire = new NetemWire(a, b);
    for (const direction of BOTH_DIRECTIONS) await wire.#apply(direction, "add");
    return wire;
  }

  async set(
    changes: Partial<WireSettings>,
    directions: readonly WireDirection[] = BOTH_DIRECTIONS,
  ): Promise<void> {
    for (const direction of directions) {
      this.#settings[direction] = { ...this.#settings[direction], ...changes };
      await this.#apply(direction, "change");
    }
  }

  async silence(): Promise<void> {
    this.#silent = true;
    for (const direction of BOTH_DIRECTIONS) await this.#apply(direction, "change");
  }

  async restore(): Promise<void> {
    this.#silent = false;
    for (const direction of BOTH_DIRECTIONS) await this.#apply(direction, "change");
  }

  async setCarrier(isOn: boolean): Promise<void> {
    const end = this.#ends["b->a"];
    const state = isOn ? "up" : "down";
    await runCommand([...end.enter, "ip", "link", "set", "dev", end.interface, state]);
  }

  /** netem tells neither ARP from IP nor one loss from another: all are `ipPackets` and `lost`. */
  async count(): Promise<Readonly<Record<WireDirection, WireCounts>>> {
    return { "a->b": await this.#count("a->b"), "b->a": await this.#count("b->a") };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const end = this.#ends["a->b"];
    await runCommand([...end.enter, "ip", "link", "del", "dev", end.interface]);
  }

  async #count(direction: WireDirection): Promise<WireCounts> {
    const end = this.#ends[direction];
    const show = ["tc", "-s", "-j", "qdisc", "show", "dev", end.interface, "root"];
    const { stdout } = await runCommand([...end.enter, ...show]);
    const parsed: unknown = JSON.parse(stdout);
    const found: unknown = Array.isArray(parsed) ? parsed[0] : undefined;
    const sent = { packets: field(found, "packets"), bytes: field(found, "bytes") };
    const drops = field(found, "drops");
    const packets = sent.packets + drops;
    return {
      packets,
      bytes: sent.bytes,
      ipPackets: packets,
      ipBytes: sent.bytes,
      delivered: sent.packets,
      lost: drops,
      overflowed: 0,
      silenced: 0,
    };
  }

  async #apply(direction: WireDirection, verb: "add" | "change"): Promise<void> {
    const end = this.#ends[direction];
    const { delayMs, jitterMs, rateBits, loss, queueBytes } = this.#settings[direction];
    const waitingBytes = queueBytes > 0 ? queueBytes : rateBits * 0.1 / 8;
    const onTheWayBytes = rateBits / 8 * (delayMs + jitterMs) / 1000;
    const limit = Math.max(MIN_QUEUE_PACKETS, (waitingBytes + onTheWayBytes) / FULL_FRAME_BYTES);
    const words = ["limit", String(Math.ceil(limit))];
    words.push("delay", `${delayMs}ms`);
    if (jitterMs > 0) words.push(`${jitterMs}ms`);
    words.push("loss", `${this.#silent ? 100 : loss * 100}%`);
    words.push("rate", `${Math.round(rateBits)}bit`);
    const qdisc = ["tc", "qdisc", verb, "dev", end.interface, "root", "netem", ...words];
    await runCommand([...end.enter, ...qdisc]);
  }
}

function field(value: unknown, name: string): number {
  const found: unknown = typeof value === "object" && value !== null
    ? Reflect.get(value, name)
    : undefined;
  if (typeof found !== "number") throw new LabFailure(`Cannot count: tc says nothing of ${name}`);
  return found;
}
