import type { Message } from "../../../lib/core/wire/message.ts";
import { encodeMessage } from "../../../lib/core/wire/encode.ts";
import { FrameReader } from "../../../lib/core/wire/frame_reader.ts";
import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { pause } from "../../../lib/relay/run/pause.ts";
import type { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import type { RandomBytes } from "../random_bytes.ts";

/** What the link carries, as its hostile end sees it. */
export type HostileUse = "parked" | "control" | "stream" | "datagrams";

/** A hostile peer that has so much to say waits until it is taken. */
const MAX_QUEUED_BYTES = 256 * 1024;
const LONGEST_PAUSE_MS = 40;
/** Behind these comes payload, or packets. */
const LAST_MESSAGES: ReadonlySet<Message["kind"]> = new Set(
  ["bind", "bound", "bindDatagrams", "boundDatagrams", "measure", "measured"] as const,
);

/**
 * The hostile end of an authenticated link: what it says goes out in pieces that have nothing to
 * do with the messages in it, and it reads when it likes.
 */
export class HostileLink {
  readonly conn: ByteConn;
  use: HostileUse = "parked";
  /** The stream that it was bound to. */
  stream = 0;
  /** How many messages were said on it. */
  said = 0;
  readonly #random: RandomBytes;
  readonly #tasks: TaskGroup;
  readonly #reader = new FrameReader();
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #writing = false;
  #state: "open" | "closed" = "open";
  #readingFrom = 0;
  /** What comes on it. */
  #carries: "messages" | "payload" = "messages";

  constructor(conn: ByteConn, random: RandomBytes, tasks: TaskGroup) {
    this.conn = conn;
    this.#random = random;
    this.#tasks = tasks;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Reads until the link ends, `heard` of every message as long as there are messages. */
  start(heard: (message: Message) => void, ended: () => void): this {
    this.#tasks.run("read", async () => {
      try {
        await this.#read(heard);
      } catch (error) {
        if (!(error instanceof ConnFailed)) throw error;
      } finally {
        this.close();
        ended();
      }
    });
    return this;
  }

  say(message: Message): void {
    this.said += 1;
    this.send(encodeMessage(message));
  }

  /** Sends bytes, which may be no message. */
  send(bytes: Uint8Array): void {
    if (!this.isOpen || this.#queuedBytes > MAX_QUEUED_BYTES) return;
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    if (this.#writing) return;
    this.#writing = true;
    this.#tasks.run("write", () => this.#write());
  }

  /** Reads nothing more for `ms`: what the victim writes fills the window. */
  stall(ms: number): void {
    this.#readingFrom = this.#tasks.now() + ms;
  }

  /** Ends its direction, behind or amid what it says. */
  closeWrite(): void {
    this.#tasks.run("close output", async () => {
      try {
        await this.conn.closeWrite();
      } catch (error) {
        if (!(error instanceof ConnFailed)) throw error;
      }
    });
  }

  close(): void {
    this.#state = "closed";
    this.conn.close();
  }

  reset(): void {
    this.#state = "closed";
    this.conn.reset();
  }

  async #read(heard: (message: Message) => void): Promise<void> {
    const buffer = new Uint8Array(4_096);
    for (;;) {
      const wait = this.#readingFrom - this.#tasks.now();
      if (wait > 0) await pause(this.#tasks, wait, this.#tasks.signal);
      const count = await this.conn.read(buffer);
      if (count === null) return;
      if (this.#carries === "payload") continue;
      this.#reader.push(buffer.subarray(0, count));
      for (let message = this.#reader.next(); message !== null; message = this.#reader.next()) {
        heard(message);
        if (!LAST_MESSAGES.has(message.kind)) continue;
        this.#carries = "payload";
        break;
      }
    }
  }

  async #write(): Promise<void> {
    const random = this.#random;
    try {
      await null; // what is said in the same turn may go out in one piece
      while (this.#queue.length > 0 && this.isOpen) {
        const bytes = joined(this.#queue);
        this.#queue = [];
        this.#queuedBytes = 0;
        for (const piece of this.#pieces(bytes)) {
          await this.conn.write(piece);
          const isSlow = random.below(7) === 0;
          if (isSlow) await pause(this.#tasks, random.below(LONGEST_PAUSE_MS), this.#tasks.signal);
        }
      }
    } catch (error) {
      if (!(error instanceof ConnFailed)) throw error;
      this.#state = "closed";
    } finally {
      this.#writing = false;
    }
  }

  *#pieces(bytes: Uint8Array): Iterable<Uint8Array> {
    const random = this.#random;
    let at = 0;
    for (let cuts = random.pick([0, 0, 1, 2, 5]); cuts > 0 && at < bytes.length; cuts--) {
      const end = at + 1 + random.below(bytes.length - at - 1);
      yield bytes.subarray(at, end);
      at = end;
    }
    if (at < bytes.length) yield bytes.subarray(at);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
