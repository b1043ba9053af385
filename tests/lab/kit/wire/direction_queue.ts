import { PLAIN_WIRE, type WireCounts, type WireSettings } from "./wire_settings.ts";

/** Room for an Ethernet frame of the usual MTU. */
const FRAME_BYTES = 1600;
/** A power of two: 12 MiB, 250 ms of 400 Mbit/s. */
const SLOTS = 8192;
const MIN_QUEUE_BYTES = 64 * 1514;
const QUEUE_MS = 100;
const ETHERTYPE_IPV4 = 0x0800;
const ETHERNET_HEADER_BYTES = 14;

/**
 * One direction of a wire: the frames that are on their way, each with the moment at which it comes
 * out. All room is set aside at the start, so that carrying a frame allocates nothing.
 *
 * Use: `slot()`, read a frame into it, `accept(length, now)`; later, while `nextDue() <= now`, write
 * `head()` out and `drop()` it.
 */
export class DirectionQueue {
  readonly #frames: readonly Uint8Array<ArrayBuffer>[];
  readonly #lengths = new Uint16Array(SLOTS);
  readonly #dueMs = new Float64Array(SLOTS);
  readonly #random: () => number;
  readonly #counts = {
    packets: 0,
    bytes: 0,
    ipPackets: 0,
    ipBytes: 0,
    delivered: 0,
    lost: 0,
    overflowed: 0,
    silenced: 0,
  };
  #settings: WireSettings = PLAIN_WIRE;
  #silent = false;
  /** Counts of frames ever queued and ever taken out; the slots are these modulo SLOTS. */
  #tail = 0;
  #head = 0;
  /** When the sending end has put the last frame onto the wire, and when that frame comes out. */
  #freeMs = 0;
  #lastDueMs = 0;

  /** @param random numbers from 0 up to 1, for loss and jitter */
  constructor(random: () => number) {
    this.#random = random;
    const room = new ArrayBuffer(SLOTS * FRAME_BYTES);
    this.#frames = Array.from(
      { length: SLOTS },
      (_, slot) => new Uint8Array(room, slot * FRAME_BYTES, FRAME_BYTES),
    );
  }

  get settings(): WireSettings {
    return this.#settings;
  }

  /** Frames that are already on their way keep the time that they were given. */
  set settings(settings: WireSettings) {
    this.#settings = settings;
  }

  /** Makes the wire swallow everything, what is on its way included, or carry again. */
  setSilent(isSilent: boolean): void {
    this.#silent = isSilent;
    if (!isSilent) return;
    this.#counts.silenced += this.#tail - this.#head;
    this.#head = this.#tail;
  }

  /** Where the next frame is to be read into. It is always there; without room it gets dropped. */
  slot(): Uint8Array<ArrayBuffer> {
    return this.#at(this.#tail);
  }

  /** Takes the frame of `length` bytes that was read into `slot()` at the time `nowMs`. */
  accept(length: number, nowMs: number): void {
    this.#countOffered(length);
    if (this.#silent) {
      this.#counts.silenced++;
      return;
    }
    const { loss, rateBits, delayMs, jitterMs } = this.#settings;
    if (loss > 0 && this.#random() < loss) {
      this.#counts.lost++;
      return;
    }
    const startMs = Math.max(nowMs, this.#freeMs);
    const waitingBytes = (startMs - nowMs) * rateBits / 8000;
    if (waitingBytes > this.#queueLimit() || this.#tail - this.#head >= SLOTS - 1) {
      this.#counts.overflowed++;
      return;
    }
    this.#freeMs = rateBits > 0 ? startMs + length * 8000 / rateBits : nowMs;
    const jitter = jitterMs > 0 ? this.#random() * jitterMs : 0;
    this.#lastDueMs = Math.max(this.#lastDueMs, this.#freeMs + delayMs + jitter);
    const slot = this.#tail % SLOTS;
    this.#lengths[slot] = length;
    this.#dueMs[slot] = this.#lastDueMs;
    this.#tail++;
  }

  /** When the first frame comes out; Infinity when none is on its way. */
  nextDue(): number {
    return this.#head === this.#tail ? Infinity : this.#dueMs[this.#head % SLOTS] ?? Infinity;
  }

  /** The first frame's bytes are the first `headLength()` of this. */
  head(): Uint8Array<ArrayBuffer> {
    return this.#at(this.#head);
  }

  headLength(): number {
    return this.#lengths[this.#head % SLOTS] ?? 0;
  }

  /** Forgets the first frame: it has been written out, or its host would not take it. */
  drop(): void {
    this.#head++;
    this.#counts.delivered++;
  }

  counts(): WireCounts {
    return { ...this.#counts };
  }

  #queueLimit(): number {
    const { queueBytes, rateBits } = this.#settings;
    return queueBytes > 0 ? queueBytes : Math.max(MIN_QUEUE_BYTES, rateBits * QUEUE_MS / 8000);
  }

  #countOffered(length: number): void {
    this.#counts.packets++;
    this.#counts.bytes += length;
    const frame = this.slot();
    if (((frame[12] ?? 0) << 8 | (frame[13] ?? 0)) !== ETHERTYPE_IPV4) return;
    this.#counts.ipPackets++;
    this.#counts.ipBytes += length - ETHERNET_HEADER_BYTES;
  }

  #at(position: number): Uint8Array<ArrayBuffer> {
    const frame = this.#frames[position % SLOTS];
    if (frame === undefined) throw new RangeError(`Cannot find slot ${position}`);
    return frame;
  }
}
