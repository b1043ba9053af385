import type { LinkId } from "../core/session/effect.ts";
import { encodeMessage } from "../core/wire/encode.ts";
import { FrameReader } from "../core/wire/frame_reader.ts";
import type { Message } from "../core/wire/message.ts";
import type { ByteConn } from "../net/byte_conn.ts";

/** Frames before a link is bound are small; a control link gets a larger buffer. */
const PARKED_READ_BYTES = 512;
const CONTROL_READ_BYTES = 16 * 1024;
/** More than this waiting to be written on a control link means that nothing gets through. */
const MAX_QUEUED_BYTES = 4 * 1024 * 1024;

let lastLinkId = 0;

/**
 * One authenticated connection between CNAPT and SNAPT. It carries frames while it is parked or
 * the control link; once it is bound to a stream its `conn` is read and written directly, after
 * `frameReader` gave up what it read beyond the last frame.
 */
export class Link {
  readonly id: LinkId = ++lastLinkId;
  readonly conn: ByteConn;
  /** Key of the provider over which it was dialled; empty at SNAPT. */
  readonly provider: string;
  readonly openedAt: number;
  readonly #reader = new FrameReader();
  #buffer = new Uint8Array(PARKED_READ_BYTES);
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #writing: Promise<void> | null = null;
  #state: "open" | "closed" = "open";
  #first: Promise<Message | null> | null = null;

  constructor(conn: ByteConn, provider: string, openedAt: number) {
    this.conn = conn;
    this.provider = provider;
    this.openedAt = openedAt;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Reads larger pieces from now on: the link has become the control link. */
  useForControl(): void {
    if (this.#buffer.length < CONTROL_READ_BYTES) {
      this.#buffer = new Uint8Array(CONTROL_READ_BYTES);
    }
  }

  /**
   * The next frame; null when the peer closed the link.
   *
   * @throws {ProtocolViolation} what came is no frame
   * @throws {ConnFailed} the connection broke
   */
  async nextMessage(): Promise<Message | null> {
    for (;;) {
      const message = this.#reader.next();
      if (message !== null) return message;
      const count = await this.conn.read(this.#buffer);
      if (count === null) return null;
      this.#reader.push(this.#buffer.subarray(0, count));
    }
  }

  /** The first frame, however often it is asked for: the pool watches, the stream takes it. */
  firstMessage(): Promise<Message | null> {
    this.#first ??= this.nextMessage();
    return this.#first;
  }

  /** Bytes that came behind the last frame: the first of the payload. */
  takeRest(): Uint8Array {
    const rest = this.#reader.rest();
    this.#buffer = new Uint8Array(0);
    return rest;
  }

  /** Queues a frame. What fails to be written shows as the end of `nextMessage`. */
  send(message: Message): void {
    if (this.#state === "closed") return;
    const frame = encodeMessage(message);
    this.#queue.push(frame);
    this.#queuedBytes += frame.length;
    if (this.#queuedBytes > MAX_QUEUED_BYTES) this.close();
    else this.#writing ??= this.#writeQueue();
  }

  /** Resolves when all queued frames were accepted by the OS or the link is closed. */
  async flushed(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  close(): void {
    this.#state = "closed";
    this.#queue = [];
    this.conn.close();
  }

  /** Closes after what is queued was written, or after `withinMs` at the latest. */
  async closeGently(withinMs: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<void>((resolve) => timer = setTimeout(resolve, withinMs));
    await Promise.race([this.flushed(), timeout]);
    clearTimeout(timer);
    this.close();
  }

  async #writeQueue(): Promise<void> {
    await null; // so that frames made in the same turn go out in one piece
    while (this.#queue.length > 0) {
      const first = this.#queue[0];
      const bytes = this.#queue.length === 1 && first !== undefined ? first : join(this.#queue);
      this.#queue = [];
      this.#queuedBytes = 0;
      try {
        await this.conn.write(bytes);
      } catch {
        this.close();
      }
    }
    this.#writing = null;
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
