import type { Message, StreamPosition } from "../../../lib/core/wire/message.ts";
import { RESET_CODES } from "../../../lib/core/wire/reset_code.ts";
import type { RandomBytes } from "../random_bytes.ts";
import { randomMessage } from "../random_message.ts";
import type { HostileMemory, HostileStream } from "./hostile_memory.ts";
import type { NearNumbers } from "./near_numbers.ts";

/** What either end may say on a control link; `any` may be anything. */
export type CommonKind =
  | "ping"
  | "pong"
  | "positions"
  | "eof"
  | "reset"
  | "finished"
  | "disconnect"
  | "any";

/** What the messages of a hostile CNAPT and a hostile SNAPT have in common. */
export class CommonHostileMessages {
  readonly #random: RandomBytes;
  readonly #memory: HostileMemory;
  readonly #near: NearNumbers;

  constructor(random: RandomBytes, memory: HostileMemory, near: NearNumbers) {
    this.#random = random;
    this.#memory = memory;
    this.#near = near;
  }

  message(kind: CommonKind): Message {
    const random = this.#random;
    const near = this.#near;
    switch (kind) {
      case "ping":
      case "pong":
        return { kind, token: near.of(1) };
      case "positions":
        return {
          kind,
          recordReceived: near.of(this.#memory.recordReceived),
          entries: this.entries(({ received }) => received),
        };
      case "eof": {
        const { id, sent } = this.someStream();
        const position = near.position(sent);
        return { kind, sequence: this.sequence(), stream: near.of(id), position };
      }
      case "reset":
        return {
          ...{ kind, sequence: this.sequence(), stream: near.of(this.someStream().id) },
          code: random.pick(RESET_CODES),
        };
      case "finished":
        return { kind, sequence: this.sequence(), stream: near.of(this.someStream().id) };
      case "disconnect":
        return { kind, sentence: random.text(40) };
      case "any":
        return randomMessage(random);
    }
  }

  entries(positionOf: (stream: HostileStream) => number): StreamPosition[] {
    const streams = [...this.#memory.streams.values()];
    const picked = streams.filter(() => this.#random.below(2) > 0).slice(-50);
    return picked.map((stream) => ({
      stream: this.#near.of(stream.id),
      position: this.#near.position(positionOf(stream)),
    }));
  }

  someStream(): HostileStream {
    const streams = [...this.#memory.streams.values()];
    const recent = this.#random.below(3) === 0 ? streams : streams.slice(-4);
    return recent.length === 0 ? this.#memory.stream(1) : this.#random.pick(recent);
  }

  /** The next one of the record, or nearly so. */
  sequence(): number {
    const right = this.#memory.sequence + 1;
    const sequence = this.#near.of(right);
    if (sequence === right) this.#memory.sequence = right;
    return sequence;
  }
}
