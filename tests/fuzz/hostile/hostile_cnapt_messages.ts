import { HOLD_ORDERS } from "../../../lib/core/wire/datagram_messages.ts";
import type { OfferedClientService } from "../../../lib/core/wire/client_service_messages.ts";
import { BIND_MODES, type Message, SWITCH_SHAPES } from "../../../lib/core/wire/message.ts";
import { RESET_CODES } from "../../../lib/core/wire/reset_code.ts";
import {
  COMPRESSIONS,
  PROTOCOLS,
  type StreamOpening,
  type StreamTarget,
} from "../../../lib/core/wire/stream_opening.ts";
import type { RandomBytes } from "../random_bytes.ts";
import { CommonHostileMessages } from "./common_hostile_messages.ts";
import type { HostileMemory, HostileStream } from "./hostile_memory.ts";
import { hostilePacket } from "./hostile_packets.ts";
import { NearNumbers } from "./near_numbers.ts";

/** What CNAPT may say on a control link; what is here more often is said more often. */
const KINDS = [
  ...["ping", "pong", "positions", "positions", "positions", "eof", "eof", "reset", "reset"],
  ...["finished", "finished", "offerClientServices", "callRefused", "callRefused", "switchStep1"],
  ...["switchStep1", "lastMessageBeforeRedirection", "clientServicesReadyForRedirection"],
  ...["clientServicesReadyForRedirection", "waitingStreams", "pathReport", "dialRequest", "any"],
] as const;

/** The messages of a hostile CNAPT, which follow from what it remembers of its session. */
export class HostileCnaptMessages {
  readonly #random: RandomBytes;
  readonly #memory: HostileMemory;
  readonly #near: NearNumbers;
  readonly #common: CommonHostileMessages;
  #nextStream = 1;

  constructor(random: RandomBytes, memory: HostileMemory) {
    this.#random = random;
    this.#memory = memory;
    this.#near = new NearNumbers(random);
    this.#common = new CommonHostileMessages(random, memory, this.#near);
  }

  sessionBegins(): void {
    this.#nextStream = 1;
  }

  /** Something for a control link that is in use. */
  control(): Message {
    const random = this.#random;
    const memory = this.#memory;
    const near = this.#near;
    near.begin();
    const kind = random.below(150) === 0 ? "disconnect" : random.pick(KINDS);
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
      case "offerClientServices": {
        const services = Array.from({ length: random.size(5) }, () => this.#clientService());
        return { kind, sequence: this.#common.sequence(), services };
      }
      case "callRefused": {
        const call = near.of(this.#someCall());
        return { kind, sequence: this.#common.sequence(), call, code: random.pick(RESET_CODES) };
      }
      case "switchStep1":
        return { kind, epoch: near.of(memory.epoch + 1), shape: random.pick(SWITCH_SHAPES) };
      case "lastMessageBeforeRedirection":
        return { kind, epoch, entries: this.#common.entries(({ sent }) => sent) };
      case "clientServicesReadyForRedirection":
        return { kind, epoch };
      case "waitingStreams":
        return {
          kind,
          epoch,
          streams: this.#common.entries(({ id }) => id).map(({ stream }) => stream),
        };
      case "pathReport":
        return {
          ...{ kind, event: "pathChanged", switchKind: "none", from: "", provider: random.text(9) },
          ...{ metered: null, roundTripUs: null, rate: null, stallMs: null, reason: "" },
        };
      case "dialRequest":
        return {
          ...{ kind, host: random.pick(["192.0.2.9", "127.0.0.1", random.text(20)]) },
          ...{ port: near.of(7_787, 0xffff), count: near.of(2, 0xffff) },
          certificate: random.bytes(random.size(64)),
        };
    }
  }

  /** BIND of a stream, new or known, and the payload that may follow at once. */
  bind(instance: string): { readonly bind: Message; readonly stream: HostileStream } {
    const random = this.#random;
    const memory = this.#memory;
    const near = this.#near;
    near.begin();
    const isNew = random.below(1) === 0 || memory.streams.size === 0;
    const stream = isNew ? memory.stream(this.#nextStream++) : this.#common.someStream();
    const binding = near.of(stream.binding + 1);
    stream.binding = Math.max(stream.binding, Math.min(binding, 2 ** 20));
    const bind: Message = {
      ...{ kind: "bind", instance },
      ...{ stream: near.of(stream.id), epoch: near.of(memory.epoch), binding },
      mode: isNew ? "open" : random.pick(BIND_MODES),
      ...{ from: near.position(stream.sent), received: near.position(stream.received) },
      opening: this.#opening(),
    };
    return { bind, stream };
  }

  /** What makes a link the control link of the session. */
  resume(instance: string): Message {
    const near = this.#near;
    near.begin();
    const kind = this.#random.pick(
      ["switchStep2", "switchUnexpected", "switchUnexpected"] as const,
    );
    const right = this.#memory.epoch + (kind === "switchStep2" ? 0 : 1);
    const recordReceived = near.of(this.#memory.recordReceived);
    return { kind, instance, epoch: near.of(right), recordReceived };
  }

  /** A packet for a link that carries datagrams. */
  packet(): Uint8Array {
    this.#near.begin();
    return hostilePacket(this.#random, this.#near.of(this.#memory.epoch), () => this.#target());
  }

  #target(): StreamTarget {
    const random = this.#random;
    switch (random.pick(["service", "service", "service", "call", "destination"] as const)) {
      case "service":
        return { kind: "service", name: random.pick(["echo", "echo", "echo-udp", "none"]) };
      case "call":
        return { kind: "call", call: this.#near.of(this.#someCall()), name: "pager" };
      case "destination":
        return { kind: "destination", host: random.pick(["127.0.0.1", "x.test"]), port: 7 };
    }
  }

  #opening(): StreamOpening {
    const compression = this.#random.pick(["none", "none", "none", ...COMPRESSIONS] as const);
    return { target: this.#target(), compression, source: "192.0.2.66:6666" };
  }

  #clientService(): OfferedClientService {
    const random = this.#random;
    const name = random.pick(["pager", "pager", "clock", random.text(20)]);
    const place = { name, port: 1_024 + random.below(4) };
    const protocol = random.pick(["tcp", ...PROTOCOLS] as const);
    if (protocol === "tcp") return { ...place, protocol };
    const idleMs = random.pick([0, 500, 30_000, 0xffff_ffff]);
    const holdMs = random.pick([0, 500, 0xffff_ffff]);
    return { ...place, protocol, holdMs, idleMs, holdOrder: random.pick(HOLD_ORDERS) };
  }

  #someCall(): number {
    const { calls } = this.#memory;
    return calls.length === 0 ? 1 : this.#random.pick(calls);
  }
}
