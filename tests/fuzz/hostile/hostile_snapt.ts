import { encodeHello, encodeVerdict } from "../../../lib/core/wire/preamble.ts";
import { type Message, PROTOCOL_VERSION, REFUSAL_CODES } from "../../../lib/core/wire/message.ts";
import { ProtocolViolation } from "../../../lib/core/wire/protocol_violation.ts";
import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { authenticateCnapt } from "../../../lib/relay/link/link_auth.ts";
import { pause } from "../../../lib/relay/run/pause.ts";
import type { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import type { RandomBytes } from "../random_bytes.ts";
import { randomMessage } from "../random_message.ts";
import { HostileLink } from "./hostile_link.ts";
import { HostileMemory } from "./hostile_memory.ts";
import { HostileSnaptMessages } from "./hostile_snapt_messages.ts";

const MAX_PAYLOAD_BYTES = 2_000;
/** It goes on waiting for links for so many pauses, and counts each as a message. */
const LONGEST_ANSWER_PAUSE_MS = 300;

export interface HostileSnaptContext {
  readonly key: Uint8Array;
  readonly random: RandomBytes;
  /** A connection to where CNAPT says that it listens; null: nobody does. */
  readonly connectTo: (host: string, port: number) => ByteConn | null;
  readonly tasks: TaskGroup;
  readonly longestPauseMs: number;
}

/**
 * A SNAPT that knows the key and then says what it likes: most of what CNAPT asks is answered as
 * it should be, so that sessions, switches and streams come about, and much else is said besides.
 */
export class HostileSnapt {
  messages = 0;
  readonly #context: HostileSnaptContext;
  readonly #random: RandomBytes;
  readonly #memory = new HostileMemory();
  readonly #messages: HostileSnaptMessages;
  readonly #links = new Set<HostileLink>();
  #control: HostileLink | null = null;
  #life: "attacking" | "gone" = "attacking";

  constructor(context: HostileSnaptContext) {
    this.#context = context;
    this.#random = context.random;
    this.#messages = new HostileSnaptMessages(context.random, this.#memory);
  }

  /** Attacks until it has said so many messages, and leaves. */
  async attack(messages: number): Promise<void> {
    const { tasks, longestPauseMs } = this.#context;
    while (this.messages < messages) {
      this.#act();
      await pause(tasks, this.#pauseMs(longestPauseMs), tasks.signal);
    }
    this.#life = "gone";
    for (const link of this.#links) this.#end(link);
  }

  /** CNAPT connects. */
  accept(conn: ByteConn): void {
    if (this.#life === "gone") return conn.reset();
    this.#context.tasks.run("accept", () => this.#admit(conn, "cnapt"));
  }

  async #admit(conn: ByteConn, dialler: "cnapt" | "snapt"): Promise<void> {
    const { random, tasks, key } = this.#context;
    const isStranger = random.below(40) === 0;
    if (isStranger) return await this.#mislead(conn);
    try {
      const known = { kind: "known", key, client: null } as const;
      await authenticateCnapt(conn, () => Promise.resolve(known), dialler);
    } catch (error) {
      conn.close();
      if (error instanceof ConnFailed || error instanceof ProtocolViolation) return;
      throw error;
    }
    const link: HostileLink = new HostileLink(conn, random, tasks);
    if (this.#life === "gone") return link.reset();
    this.#links.add(link);
    link.start((message) => this.#heard(link, message), () => this.#links.delete(link));
  }

  /** Something else than a proof: silence, a refusal, a wrong one, garbage. */
  async #mislead(conn: ByteConn): Promise<void> {
    const { random, tasks } = this.#context;
    try {
      switch (random.pick(["silence", "refusal", "proof", "garbage", "close"] as const)) {
        case "silence":
          break;
        case "close":
          return conn.reset();
        case "garbage":
          await conn.write(random.bytes(1 + random.below(200)));
          break;
        case "refusal":
          await conn.write(encodeHello({ version: PROTOCOL_VERSION, nonce: random.bytes(32) }));
          await conn.write(encodeVerdict({
            ...{ kind: "refused", code: random.pick(REFUSAL_CODES), sentence: random.text(60) },
          }));
          break;
        case "proof":
          await conn.write(encodeHello({ version: PROTOCOL_VERSION, nonce: random.bytes(32) }));
          await conn.write(encodeVerdict({ kind: "accepted", mac: random.bytes(32) }));
      }
      await pause(tasks, random.pick([0, 5_000, 1e7]), tasks.signal);
    } catch (error) {
      if (!(error instanceof ConnFailed)) throw error;
    }
    conn.close();
  }

  #pauseMs(longestMs: number): number {
    const random = this.#random;
    if (random.below(400) === 0) return random.below(40_000); // long enough for every deadline
    return random.below(random.pick([0, 0, 2, 10, longestMs]));
  }

  #act(): void {
    const random = this.#random;
    const links = [...this.#links].filter((link) => link.isOpen);
    const control = this.#control;
    // Nobody is there: CNAPT begins another session before long.
    if (links.length === 0 || control === null || !control.isOpen) return;
    const of = (use: HostileLink["use"]) => links.filter((link) => link.use === use);
    const streams = of("stream");
    const datagrams = of("datagrams");
    const parked = of("parked");
    const dice = random.below(99);
    if (dice < 60) this.#converse(control);
    else if (dice < 80 && streams.length > 0) this.#payload(random.pick(streams));
    else if (dice < 92 && datagrams.length > 0) this.#datagrams(random.pick(datagrams));
    else if (dice < 94 && parked.length > 0) this.#misuse(random.pick(parked));
    else if (dice < 97) this.#disturb(random.pick(links));
  }

  #converse(link: HostileLink): void {
    const most = this.#random.pick([0, 3, 10, 60]);
    for (let count = 1 + this.#random.below(most); count > 0; count--) {
      this.#say(link, this.#messages.control());
    }
  }

  #payload(link: HostileLink): void {
    const bytes = this.#random.bytes(this.#random.below(MAX_PAYLOAD_BYTES));
    this.#memory.stream(link.stream).sent += bytes.length;
    this.messages += 1;
    link.send(bytes);
  }

  #datagrams(link: HostileLink): void {
    for (let packets = 1 + this.#random.below(3); packets > 0; packets--) {
      this.messages += 1;
      link.send(this.#messages.packet());
    }
  }

  #misuse(link: HostileLink): void {
    const random = this.#random;
    const token = random.below(3);
    const message = random.pick(
      [{ kind: "ping", token }, { kind: "pong", token }, randomMessage(random)] as const,
    );
    this.#say(link, message);
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

  #say(link: HostileLink, message: Message): void {
    this.messages += 1;
    link.say(message);
  }

  /** Answers as it should, or late, or not, or with something else. */
  #answer(link: HostileLink, make: () => readonly Message[]): void {
    const { random, tasks } = this.#context;
    const dice = random.below(19);
    if (dice === 0) return;
    if (dice === 1) this.#say(link, this.#messages.control());
    const lateMs = dice < 6 ? random.below(LONGEST_ANSWER_PAUSE_MS) : 0;
    tasks.timer(lateMs, () => {
      for (const message of make()) this.#say(link, message);
    });
  }

  #heard(link: HostileLink, message: Message): void {
    const memory = this.#memory;
    const say = this.#messages;
    if ("sequence" in message) memory.recordReceived = message.sequence;
    switch (message.kind) {
      case "ping":
        return this.#answer(link, () => [{ kind: "pong", token: message.token }]);
      case "connect":
        memory.forget();
        this.#useForControl(link);
        return this.#answer(link, () => [
          say.ack("connect"),
          ...this.#random.below(1) === 0 ? [say.datagramSession()] : [],
          say.services(),
        ]);
      case "switchStep1": {
        memory.epoch = message.epoch;
        const { epoch } = message;
        return this.#answer(link, () => [
          ...[say.ack("switchStep1"), { kind: "okToRedirection", epoch } as const],
          { kind: "lastMessageBeforeRedirection", epoch, entries: [] },
        ]);
      }
      case "clientServicesReadyForRedirection": {
        const { epoch } = message;
        const kind = "serverServicesReadyForRedirection";
        return this.#answer(link, () => [{ kind, epoch }]);
      }
      case "switchStep2":
      case "switchUnexpected": {
        memory.epoch = message.epoch;
        memory.sequence = message.recordReceived;
        this.#useForControl(link);
        const { kind } = message;
        this.#answer(link, () => [say.ack(kind)]);
        return this.#answer(link, () => [say.allRedirected()]);
      }
      case "disconnect":
        return this.#answer(link, () => [say.ack("disconnect")]);
      case "bind": {
        const stream = memory.stream(message.stream);
        stream.binding = message.binding;
        stream.received = Math.max(stream.received, message.from);
        stream.sent = Math.max(stream.sent, message.received);
        link.use = "stream";
        link.stream = message.stream;
        return this.#answer(link, () => [say.bound(message)]);
      }
      case "bindDatagrams": {
        link.use = "datagrams";
        const { binding } = message;
        return this.#answer(link, () => [{ kind: "boundDatagrams", binding }]);
      }
      case "measure": {
        link.use = "datagrams"; // what follows is no message
        const { down } = message;
        return this.#answer(link, () => [{ kind: "measured", tookUs: down }]);
      }
      case "dialRequest":
        return this.#dial(message.host, message.port);
      case "eof":
        memory.stream(message.stream).received = message.position;
        return;
      case "reset":
      case "finished":
        memory.streams.delete(message.stream);
        return;
      default:
        return;
    }
  }

  #useForControl(link: HostileLink): void {
    this.#control = link;
    link.use = "control";
  }

  #dial(host: string, port: number): void {
    const { connectTo, random, tasks } = this.#context;
    for (let count = random.pick([0, 1, 1, 2]); count > 0; count--) {
      const conn = connectTo(host, port);
      if (conn !== null) tasks.run("dial CNAPT", () => this.#admit(conn, "snapt"));
    }
  }
}
