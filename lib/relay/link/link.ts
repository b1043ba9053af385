import type { LinkId } from "../../core/stream/link_id.ts";
import { encodeMessage } from "../../core/wire/encode.ts";
import { FrameReader } from "../../core/wire/frame_reader.ts";
import { isFirstMessage } from "../../core/wire/first_message.ts";
import type { Message } from "../../core/wire/message.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { whoseFault } from "../run/whose_fault.ts";
import { FrameQueue } from "./frame_queue.ts";
import { FramePace } from "../run/frame_pace.ts";
import { FrequencyLimit } from "../run/frequency_limit.ts";
import { pause } from "../run/pause.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** Frames before a link is bound are small; a control link gets a larger buffer. */
const PARKED_READ_BYTES = 512;
const CONTROL_READ_BYTES = 16 * 1024;
/**
 * The first frame of a link, and what is asked and answered on it before, is small: so little of a
 * frame that is not complete is kept for each of very many links.
 */
const PARKED_BODY_BYTES = 3 * 1024;
/**
 * More than this waiting to be written means that nothing gets through. These bytes count in no
 * budget, as each frame would have to be counted twice: they are bounded by the links, of which a
 * peer has one for control and as many parked ones as are kept of it.
 */
const PARKED_QUEUED_BYTES = 64 * 1024;
const CONTROL_QUEUED_BYTES = 4 * 1024 * 1024;

/** A parked link says little: a question now and then, and in the end what it is for. */
const PARKED_FRAMES = { atOnce: 32, perSecond: 16 };

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
  /** `host:port` of the relay that it leads through; null: none, or at SNAPT. */
  relay: string | null = null;
  /** The name of SNAPT there; null: as above. */
  route: string | null = null;
  readonly #tasks: TaskGroup;
  readonly #reader = new FrameReader(PARKED_BODY_BYTES);
  readonly #pace: FramePace;
  #buffer = new Uint8Array(PARKED_READ_BYTES);
  readonly #queue: FrameQueue;
  #maxQueuedBytes = PARKED_QUEUED_BYTES;
  #state: "open" | "closed" = "open";
  readonly #closed = Promise.withResolvers<void>();
  #first: Promise<Message | null> | null = null;
  /** Whether somebody waits for the first frame, or has it. */
  #firstState: "unread" | "awaited" | "come" = "unread";
  /** A read that the last user of the link has begun and did not wait for. */
  #payload: Promise<Uint8Array | null> | null = null;
  /** `untilHeard`: the peer may not know yet that frames are read here, and is told nothing. */
  #voice: "free" | "untilHeard" = "free";
  readonly #questions = new Map<number, () => void>();
  #lastToken = 0;
  #provenAt: number;
  #heardAt: number;
  #roundTripMs: number | null = null;
  /** `told`: this end has said what the link is for, and says nothing else on it of its own. */
  #purpose: "open" | "told" = "open";

  /** `tasks` is the site or the server: a link may outlive the session that used it. */
  constructor(conn: ByteConn, provider: string, tasks: TaskGroup) {
    this.conn = conn;
    this.provider = provider;
    this.#tasks = tasks;
    this.#pace = new FramePace(tasks);
    this.#queue = new FrameQueue(conn, tasks, () => this.close());
    this.openedAt = tasks.now();
    this.#provenAt = this.openedAt;
    this.#heardAt = this.openedAt;
  }

  /** When the peer last answered on it while it was parked, or it was opened. */
  get provenAt(): number {
    return this.#provenAt;
  }

  /** When the peer last asked or answered on it while it was parked, or it was opened. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** How long the last answer on it took, in ms: to its dial, or while it was parked. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** It was opened, and the answer to that took so long. */
  dialled(roundTripMs: number): void {
    this.#roundTripMs = roundTripMs;
  }

  /** Takes and keeps more from now on: the link has become the control link. */
  useForControl(): void {
    this.#reader.takeAll();
    this.#maxQueuedBytes = CONTROL_QUEUED_BYTES;
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
      if (message !== null) {
        const turn = this.#pace.taken();
        if (turn !== null) await turn;
        return message;
      }
      if (this.#payload !== null) {
        const bytes = await this.#payload;
        this.#payload = null;
        if (bytes === null) return null;
        this.#reader.push(bytes);
        continue;
      }
      const buffer = this.#buffer; // another may take its place while this read waits
      const count = await this.conn.read(buffer);
      if (count === null) return null;
      this.#reader.push(buffer.subarray(0, count));
      const turn = this.#tasks.turns.moved(count);
      if (turn !== null) await turn;
    }
  }

  /**
   * The first frame that says what the link is for, however often it is asked for: the store
   * watches, the stream takes it. PING is answered and PONG taken while the link is parked; who has
   * said what the link is for answers no longer.
   */
  firstMessage(): Promise<Message | null> {
    if (this.#first === null) {
      this.#firstState = "awaited";
      this.#first = this.#untilUsed().finally(() => this.#firstState = "come");
    }
    return this.#first;
  }

  /** Open, and the peer has not said what it is for. */
  get isParked(): boolean {
    return this.isOpen && this.#firstState !== "come";
  }

  /** The first frame that nobody has seen: of a link that was parked, or of one already in use. */
  firstUnseenMessage(): Promise<Message | null> {
    return this.#firstState === "awaited" ? this.firstMessage() : this.nextMessage();
  }

  /**
   * Asks the peer on a parked link; resolves with the round trip in ms, or null when the link
   * ended or `signal` was aborted before the answer came. With `padding` question and answer are
   * that much longer.
   */
  async ask(signal: AbortSignal, padding = 0): Promise<number | null> {
    const token = ++this.#lastToken;
    const askedAt = this.#tasks.now();
    const answer = Promise.withResolvers<number | null>();
    const giveUp = () => answer.resolve(null);
    if (signal.aborted || !this.isOpen || this.#voice !== "free") return null;
    this.#questions.set(token, () => {
      this.#provenAt = this.#tasks.now();
      this.#roundTripMs = this.#provenAt - askedAt;
      answer.resolve(this.#roundTripMs);
    });
    signal.addEventListener("abort", giveUp, { once: true });
    this.send({ kind: "ping", token, ...padded(padding) });
    this.firstMessage().then(giveUp, (error: unknown) => {
      giveUp(); // that it broke only means here that no answer comes
      if (whoseFault(error) === "ours") this.#tasks.fault("read link", error);
    });
    try {
      return await answer.promise;
    } finally {
      this.#questions.delete(token);
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Bytes that came behind the last frame: the first of the payload. */
  takeRest(): Uint8Array {
    const rest = this.#reader.rest();
    this.#buffer = new Uint8Array(0);
    return rest;
  }

  /**
   * The next payload, at least one byte, or null at the end; `payloadTaken` follows. Who has no more
   * use for it leaves it to the next one to use the link.
   */
  nextPayload(): Promise<Uint8Array | null> {
    return this.#payload ??= this.conn.readNext();
  }

  /** What `nextPayload` gave is being used; the next call reads on. */
  payloadTaken(): void {
    this.#payload = null;
  }

  /**
   * The stream that the link carried is complete, and nothing else is under way on it: from now on
   * it is parked again. `untilHeard`: nothing is said on it before the peer has said something.
   */
  rest(voice: "free" | "untilHeard"): void {
    this.#first = null;
    this.#firstState = "unread";
    this.#purpose = "open";
    this.#voice = voice;
    this.#buffer = new Uint8Array(PARKED_READ_BYTES);
    this.#provenAt = this.#tasks.now();
    this.#heardAt = this.#provenAt;
  }

  /** Queues a frame. What fails to be written shows as the end of `nextMessage`. */
  send(message: Message): void {
    if (this.#state === "closed") return;
    if (this.#voice === "untilHeard") return this.close();
    if (isFirstMessage(message)) this.#purpose = "told";
    const queuedBytes = this.#queue.add(encodeMessage(message));
    if (queuedBytes > this.#maxQueuedBytes) this.close();
  }

  /** Resolves when all queued frames were accepted by the OS or the link is closed. */
  async flushed(): Promise<void> {
    await this.#queue.flushed();
  }

  close(): void {
    this.#state = "closed";
    this.#queue.clear();
    this.conn.close();
    this.#closed.resolve();
  }

  /** Resolves when it is closed at this end. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Closes with RST: what the system still keeps to be sent is not sent any more. */
  reset(): void {
    this.#state = "closed";
    this.#queue.clear();
    this.conn.reset();
    this.#closed.resolve();
  }

  /** Closes after what is queued was written, or after `withinMs` at the latest. */
  async closeGently(withinMs: number): Promise<void> {
    const flushed = new AbortController();
    const signal = AbortSignal.any([flushed.signal, this.#tasks.signal]);
    await Promise.race([
      this.flushed().finally(() => flushed.abort()),
      pause(this.#tasks, withinMs, signal),
    ]);
    this.close();
  }

  async #untilUsed(): Promise<Message | null> {
    const limit = new FrequencyLimit(this.#tasks, PARKED_FRAMES);
    for (;;) {
      const wait = limit.take();
      if (wait > 0) await pause(this.#tasks, wait, this.#tasks.signal);
      const message = await this.nextMessage();
      this.#voice = "free";
      if (message?.kind !== "ping" && message?.kind !== "pong") return message;
      this.#heardAt = this.#tasks.now();
      if (message.kind === "pong") this.#questions.get(message.token)?.();
      // A question may cross the frame that makes the link a stream's: payload follows that.
      else if (this.#purpose === "open") this.send({ ...message, kind: "pong" });
    }
  }
}

function padded(padding: number): { readonly padding?: number } {
  return padding === 0 ? {} : { padding };
}
