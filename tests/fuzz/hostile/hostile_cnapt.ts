import type { Message } from "../../../lib/core/wire/message.ts";
import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { authenticateToSnapt, type Credentials } from "../../../lib/relay/link/link_auth.ts";
import { pause } from "../../../lib/relay/run/pause.ts";
import type { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import { ProtocolViolation } from "../../../lib/core/wire/protocol_violation.ts";
import type { RandomBytes } from "../random_bytes.ts";
import { randomMessage } from "../random_message.ts";
import { HostileCnaptMessages } from "./hostile_cnapt_messages.ts";
import { HostileLink } from "./hostile_link.ts";
import { HostileMemory } from "./hostile_memory.ts";

const MAX_LINKS = 24;
const MAX_PAYLOAD_BYTES = 2_000;

export interface HostileCnaptContext {
  /** Whom it says that it is; asked again when SNAPT makes it wait, for a violation for example. */
  readonly credentials: () => Credentials;
  readonly random: RandomBytes;
  /** A connection to SNAPT. */
  readonly connect: () => Promise<ByteConn>;
  readonly tasks: TaskGroup;
  /** The longest pause between two actions, ms. */
  readonly longestPauseMs: number;
  /** The pause that it makes now and then, ms; long enough for every deadline where time is free. */
  readonly restMs: number;
}

/**
 * A CNAPT that proves its key and then says what it likes: sessions, switches, streams, calls and
 * datagrams in sequences that are right for long enough to get deep, on several links at once.
 */
export class HostileCnapt {
  /** How many messages it has said, and what they were. */
  readonly said = new Map<Message["kind"], number>();
  readonly #context: HostileCnaptContext;
  readonly #random: RandomBytes;
  readonly #memory = new HostileMemory();
  readonly #messages: HostileCnaptMessages;
  readonly #links = new Set<HostileLink>();
  #control: HostileLink | null = null;
  #instance = "";
  #session: "none" | "begun" = "none";
  #datagramBinding = 0;
  #credentials: Credentials;

  constructor(context: HostileCnaptContext) {
    this.#context = context;
    this.#credentials = context.credentials();
    this.#random = context.random;
    this.#messages = new HostileCnaptMessages(context.random, this.#memory);
  }

  get messages(): number {
    return [...this.said.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Attacks until it has said so many messages, and leaves. */
  async attack(messages: number): Promise<void> {
    const { tasks, longestPauseMs } = this.#context;
    while (this.messages < messages) {
      await this.#act();
      await pause(tasks, this.#pauseMs(longestPauseMs), tasks.signal);
    }
    for (const link of this.#links) this.#end(link);
  }

  #pauseMs(longestMs: number): number {
    const random = this.#random;
    if (random.below(400) === 0) return random.below(this.#context.restMs);
    return random.below(random.pick([0, 0, 2, 10, longestMs]));
  }

  async #act(): Promise<void> {
    const random = this.#random;
    const parked = this.#of("parked");
    if (parked.length === 0 || (random.below(9) === 0 && this.#links.size < MAX_LINKS)) {
      return await this.#open();
    }
    const control = this.#control;
    if (control === null || !control.isOpen) return this.#begin(random.pick(parked));
    const streams = this.#of("stream");
    const datagrams = this.#of("datagrams");
    const dice = random.below(99);
    if (dice < 50) this.#converse(control);
    else if (dice < 68) this.#use(random.pick(parked));
    else if (dice < 82 && streams.length > 0) this.#payload(random.pick(streams));
    else if (dice < 92 && datagrams.length > 0) this.#datagrams(random.pick(datagrams));
    else if (dice < 96) this.#disturb(random.pick([...this.#links]));
  }

  #of(use: HostileLink["use"]): HostileLink[] {
    return [...this.#links].filter((link) => link.use === use && link.isOpen);
  }

  async #open(): Promise<void> {
    const { connect, random, tasks } = this.#context;
    if (this.#links.size >= MAX_LINKS) return this.#end(random.pick([...this.#links]));
    try {
      const conn = await connect();
      try {
        await authenticateToSnapt(conn, this.#credentials);
      } catch (error) {
        conn.close();
        throw error;
      }
      const link: HostileLink = new HostileLink(conn, random, tasks);
      this.#links.add(link);
      link.start((message) => this.#heard(link, message), () => this.#links.delete(link));
    } catch (error) {
      if (!(error instanceof ConnFailed) && !(error instanceof ProtocolViolation)) throw error;
    }
  }

  /** There is no control link: begins a session, or goes on with the one there is. */
  #begin(link: HostileLink): void {
    const random = this.#random;
    const isNew = this.#session === "none" || random.below(30) === 0;
    if (isNew) this.#connect(link);
    else this.#say(link, this.#messages.resume(this.#instance));
    this.#control = link;
    link.use = "control";
    if (random.below(3) === 0) this.#converse(link);
  }

  #connect(link: HostileLink): void {
    const random = this.#random;
    if (this.#instance === "" || random.below(4) > 0) this.#instance = random.bytes(8).toHex();
    this.#memory.forget();
    this.#messages.sessionBegins();
    this.#session = "begun";
    this.#datagramBinding = 0;
    this.#say(link, { kind: "connect", instance: this.#instance, claim: "atOnce" });
  }

  /** Says on a parked link what it is for. */
  #use(link: HostileLink): void {
    const random = this.#random;
    const dice = random.below(99);
    if (dice < 60) return this.#bind(link);
    if (dice < 72) {
      this.#datagramBinding += random.pick([1, 1, 1, 0]);
      this.#say(link, {
        kind: "bindDatagrams",
        instance: this.#instance,
        epoch: this.#memory.epoch + random.pick([0, 0, 0, 0, 1, -1]) >>> 0,
        binding: this.#datagramBinding,
        above: random.pick([0, 0, 0, 1_400]),
      });
      link.use = "datagrams";
      if (random.below(1) === 0) this.#datagrams(link);
    } else if (dice < 75) this.#measure(link);
    else if (dice < 86) this.#begin(link);
    else if (dice < 94) this.#say(link, { kind: "ping", token: random.below(9) });
    else this.#say(link, randomMessage(random));
  }

  /** Asks for more than is given, sends less than it says, or more, or nothing. */
  #measure(link: HostileLink): void {
    const random = this.#random;
    const size = () => random.pick([0, 1, random.below(MAX_PAYLOAD_BYTES), 131_072, 2 ** 32 - 1]);
    this.#say(link, { kind: "measure", up: size(), down: size() });
    link.use = "datagrams"; // what follows is no message
    if (random.below(1) === 0) link.send(random.bytes(random.below(MAX_PAYLOAD_BYTES)));
  }

  #bind(link: HostileLink): void {
    const { bind, stream } = this.#messages.bind(this.#instance);
    this.#say(link, bind);
    link.use = "stream";
    link.stream = stream.id;
    if (this.#random.below(1) === 0) this.#payload(link);
  }

  #payload(link: HostileLink): void {
    const bytes = this.#random.bytes(this.#random.below(MAX_PAYLOAD_BYTES));
    this.#memory.stream(link.stream).sent += bytes.length;
    this.#note("bind"); // payload counts as a message of its stream
    link.send(bytes);
  }

  #datagrams(link: HostileLink): void {
    for (let packets = 1 + this.#random.below(3); packets > 0; packets--) {
      this.#note("bindDatagrams");
      link.send(this.#messages.packet());
    }
  }

  #converse(link: HostileLink): void {
    const most = this.#random.pick([0, 3, 10, 60]);
    for (let count = 1 + this.#random.below(most); count > 0; count--) {
      this.#say(link, this.#messages.control());
    }
  }

  #disturb(link: HostileLink): void {
    const random = this.#random;
    switch (random.pick(["stall", "stall", "closeWrite", "close", "reset", "garbage"] as const)) {
      case "stall":
        return link.stall(random.below(20_000));
      case "closeWrite":
        return link.closeWrite();
      case "close":
      case "reset":
        return this.#end(link);
      case "garbage":
        return link.send(random.bytes(random.size(100)));
    }
  }

  #end(link: HostileLink): void {
    if (this.#random.below(1) === 0) link.close();
    else link.reset();
    this.#links.delete(link);
  }

  /** SNAPT would make it wait, and it is to get deep in many sessions. */
  #becomeAnother(): void {
    if (this.#random.below(4) === 0) return;
    for (const link of this.#links) this.#end(link);
    this.#control = null;
    this.#credentials = this.#context.credentials();
  }

  #say(link: HostileLink, message: Message): void {
    this.#note(message.kind);
    link.say(message);
  }

  #note(kind: Message["kind"]): void {
    this.said.set(kind, (this.said.get(kind) ?? 0) + 1);
  }

  #heard(link: HostileLink, message: Message): void {
    const memory = this.#memory;
    if ("sequence" in message) memory.recordReceived = message.sequence;
    switch (message.kind) {
      case "ack":
        if (link !== this.#control) return;
        if (message.of === "connect" || message.of.startsWith("switch")) {
          memory.epoch = message.epoch;
          if (message.of !== "switchStep1") memory.sequence = message.recordReceived;
        }
        if (message.of === "disconnect") this.#session = "none";
        return;
      case "bound": {
        const stream = memory.stream(message.stream);
        stream.sent = Math.max(stream.sent, message.received);
        stream.received = message.from;
        return;
      }
      case "refused":
        this.#session = "none";
        if (message.code === "full" || message.code === "staleEpoch") this.#becomeAnother();
        return;
      case "disconnect":
        this.#session = "none";
        return;
      case "positions":
        for (const { stream, position } of message.entries) {
          const known = memory.streams.get(stream);
          if (known !== undefined) known.sent = Math.max(known.sent, position);
        }
        return;
      case "eof": {
        const known = memory.streams.get(message.stream);
        if (known !== undefined) known.received = message.position;
        return;
      }
      case "reset":
      case "finished":
        memory.streams.delete(message.stream);
        return;
      case "call":
        memory.calls = [...memory.calls.slice(-9), message.call];
        return;
      default:
        return;
    }
  }
}
