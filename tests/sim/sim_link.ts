import type { LinkId } from "../../lib/core/stream/link_id.ts";
import { encodeMessage } from "../../lib/core/wire/encode.ts";
import { FrameReader } from "../../lib/core/wire/frame_reader.ts";
import type { Message } from "../../lib/core/wire/message.ts";
import type { Chance } from "./chance.ts";
import type { SimLinkEnd } from "./sim_link_end.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** One side's view of an authenticated link: frames first, then perhaps payload. */
export class SimLink {
  readonly end: SimLinkEnd;
  /** The first frame that went out here, for those who send it again later. */
  firstSent: Message | null = null;
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #reader = new FrameReader();
  #queue: Uint8Array[] = [];
  #writing: "idle" | "writing" = "idle";
  #flushed: (() => void)[] = [];
  #first: "unasked" | "awaited" | { readonly message: Message | null } = "unasked";
  #firstTakers: ((message: Message | null) => void)[] = [];

  constructor(end: SimLinkEnd, time: VirtualTime, chance: Chance) {
    this.end = end;
    this.#time = time;
    this.#chance = chance;
  }

  get id(): LinkId {
    return this.end.id;
  }
  get provider(): string {
    return this.end.provider;
  }
  get isOpen(): boolean {
    return this.end.isOpen;
  }

  send(message: Message): void {
    if (!this.end.isOpen) return;
    this.firstSent ??= message;
    this.#queue.push(encodeMessage(message));
    if (this.#writing === "writing") return;
    this.#writing = "writing";
    this.#time.soon(() => this.#writeQueue());
  }

  /** The next frame, or null at the end of the link. */
  nextMessage(take: (message: Message | null) => void): void {
    const message = this.#reader.next();
    if (message !== null) return void this.#time.soon(() => take(message));
    this.end.read((arrival) => {
      if (arrival === "end" || arrival === "broken") return take(null);
      this.#reader.push(arrival);
      this.nextMessage(take);
    });
  }

  /** The first frame, however often it is asked for. */
  firstMessage(take: (message: Message | null) => void): void {
    const first = this.#first;
    if (typeof first === "object") return void this.#time.soon(() => take(first.message));
    this.#firstTakers.push(take);
    if (first === "awaited") return;
    this.#first = "awaited";
    this.nextMessage((message) => {
      this.#first = { message };
      for (const waiting of this.#firstTakers.splice(0)) waiting(message);
    });
  }

  takeRest(): Uint8Array {
    return this.#reader.rest();
  }

  whenFlushed(run: () => void): void {
    if (this.#writing === "idle") this.#time.soon(run);
    else this.#flushed.push(run);
  }

  close(): void {
    this.#queue = [];
    this.end.close(this.#chance);
  }

  closeGently(withinMs: number): void {
    const limit = this.#time.after(withinMs, () => this.close());
    this.whenFlushed(() => {
      this.#time.cancel(limit);
      this.close();
    });
  }

  #writeQueue(): void {
    const bytes = this.#queue.shift();
    if (bytes === undefined) {
      this.#writing = "idle";
      for (const run of this.#flushed.splice(0)) this.#time.soon(run);
      return;
    }
    this.end.write(bytes, (outcome) => {
      if (outcome === "failed") this.close();
      this.#writeQueue();
    });
  }
}
