import { HOLD_ORDERS, PROTECTIONS } from "../../../lib/core/wire/datagram_messages.ts";
import {
  type Ack,
  ACKED_STEPS,
  type Bind,
  type Message,
  REFUSAL_CODES,
} from "../../../lib/core/wire/message.ts";
import { COMPRESSIONS, PROTOCOLS } from "../../../lib/core/wire/stream_opening.ts";
import type { RandomBytes } from "../random_bytes.ts";
import { CommonHostileMessages } from "./common_hostile_messages.ts";
import type { HostileMemory } from "./hostile_memory.ts";
import { hostilePacket } from "./hostile_packets.ts";
import { NearNumbers } from "./near_numbers.ts";

/** What SNAPT may say on a control link unasked; what is here more often is said more often. */
const KINDS = [
  ...["ping", "pong", "positions", "positions", "positions", "eof", "eof", "reset", "finished"],
  ...[
    "linkLost",
    "linkLost",
    "opened",
    "opened",
    "services",
    "places",
    "datagramSession",
    "call",
    "call",
  ],
  ...["clientServicesOpened", "lastMessageBeforeRedirection", "okToRedirection", "allRedirected"],
  ...["serverServicesReadyForRedirection", "ack", "any"],
] as const;
const RARE_KINDS = ["refused", "disconnect"] as const;
const SWITCH_TIMEOUT_MS = 20_000;

/** The messages of a hostile SNAPT, which follow from what it remembers of its session. */
export class HostileSnaptMessages {
  readonly #random: RandomBytes;
  readonly #memory: HostileMemory;
  readonly #near: NearNumbers;
  readonly #common: CommonHostileMessages;
  #call = 0;

  constructor(random: RandomBytes, memory: HostileMemory) {
    this.#random = random;
    this.#memory = memory;
    this.#near = new NearNumbers(random);
    this.#common = new CommonHostileMessages(random, memory, this.#near);
  }

  /** Something for a control link that is in use. */
  control(): Message {
    const random = this.#random;
    const memory = this.#memory;
    const near = this.#near;
    near.begin();
    const kind = random.below(120) === 0 ? random.pick(RARE_KINDS) : random.pick(KINDS);
    const epoch = near.of(memory.epoch);
    switch (kind) {
      case "ping":
      case "pong":
      case "positions":
      case "eof":
      case "reset":
      case "finished":
      case "disconnect":
      case "any":
        return this.#common.message(kind);
      case "opened": {
        const sequence = this.#common.sequence();
        return { kind, sequence, stream: near.of(this.#common.someStream().id) };
      }
      case "linkLost": {
        const { id, binding } = this.#common.someStream();
        return {
          kind,
          sequence: this.#common.sequence(),
          stream: near.of(id),
          binding: near.of(binding),
        };
      }
      case "services":
        return this.services();
      case "datagramSession":
        return this.datagramSession();
      case "call": {
        this.#call += 1;
        const service = random.pick(["pager", "direct", "clock", random.text(20)]);
        const call = near.of(this.#call);
        return { kind, sequence: this.#common.sequence(), call, service, source: "192.0.2.50:50" };
      }
      case "places": {
        const place = () => ({
          host: random.pick(["127.0.0.1", "", "nobody.invalid", random.text(20)]),
          ...{ port: random.pick([0, 1, 7787]), route: random.pick(["", random.text(20)]) },
        });
        const places = Array.from({ length: random.size(5) }, place);
        const advice = random.pick(["stay", "leave"] as const);
        return { kind, sequence: this.#common.sequence(), advice, places };
      }
      case "clientServicesOpened": {
        const outcome = () => ({
          name: random.pick(["pager", "clock", random.text(20)]),
          ...{ address: random.text(30), reason: random.text(30) },
        });
        const outcomes = Array.from({ length: random.size(5) }, outcome);
        return { kind, sequence: this.#common.sequence(), outcomes };
      }
      case "lastMessageBeforeRedirection":
        return { kind, epoch, entries: this.#common.entries(({ sent }) => sent) };
      case "okToRedirection":
      case "serverServicesReadyForRedirection":
        return { kind, epoch };
      case "allRedirected":
        return this.allRedirected();
      case "ack":
        return this.ack(random.pick(ACKED_STEPS));
      case "refused":
        return { kind, code: random.pick(REFUSAL_CODES), sentence: random.text(40) };
    }
  }

  ack(of: Ack["of"]): Message {
    const near = this.#near;
    near.begin();
    return {
      ...{ kind: "ack", of, epoch: near.of(this.#memory.epoch) },
      recordReceived: near.of(this.#memory.recordReceived),
      switchTimeoutMs: near.of(SWITCH_TIMEOUT_MS),
    };
  }

  allRedirected(): Message {
    const near = this.#near;
    const recordReceived = near.of(this.#memory.recordReceived);
    return {
      ...{ kind: "allRedirected", epoch: near.of(this.#memory.epoch), recordReceived },
      replayedBytes: near.position(0),
    };
  }

  services(): Message {
    const random = this.#random;
    const service = () => ({
      name: random.pick(["echo", "echo", "other", random.text(20)]),
      ...{ port: random.integer(0xffff), protocol: random.pick(PROTOCOLS) },
      compression: random.pick(COMPRESSIONS),
    });
    const services = Array.from({ length: random.size(40) }, service);
    return { kind: "services", sequence: this.#common.sequence(), site: random.text(9), services };
  }

  datagramSession(): Message {
    const random = this.#random;
    const service = () => ({
      name: random.pick(["echo-udp", "echo-udp", "other"]),
      ...{ holdMs: random.below(2_000), idleMs: random.pick([0, 500, 30_000]) },
      holdOrder: random.pick(HOLD_ORDERS),
    });
    return {
      ...{ kind: "datagramSession", sequence: this.#common.sequence() },
      protection: random.pick(PROTECTIONS),
      tag: random.integer(2 ** 48 - 1),
      secret: random.bytes(32).toHex(),
      flows: random.pick([0, 5, 100]),
      services: Array.from({ length: 1 + random.below(2) }, service),
    };
  }

  bound(bind: Bind): Message {
    const near = this.#near;
    near.begin();
    const stream = this.#memory.stream(bind.stream);
    return {
      ...{ kind: "bound", stream: near.of(bind.stream), epoch: near.of(bind.epoch) },
      ...{ binding: near.of(bind.binding), from: near.position(stream.sent) },
      received: near.position(stream.received),
    };
  }

  /** A packet for a link that carries datagrams. */
  packet(): Uint8Array {
    this.#near.begin();
    const target = () => {
      const call = this.#near.of(this.#call);
      return this.#random.pick(
        [{ kind: "service", name: "echo-udp" }, { kind: "call", call, name: "clock" }] as const,
      );
    };
    return hostilePacket(this.#random, this.#near.of(this.#memory.epoch), target);
  }
}
