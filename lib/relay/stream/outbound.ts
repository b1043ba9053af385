import type { ByteConn } from "../../net/byte_conn.ts";
import type { Link } from "../link/link.ts";
import { pause } from "../run/pause.ts";
import { WakeUp } from "../run/wake_up.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import type { PumpContext } from "./pump_host.ts";
import { SilenceWatch } from "./silence_watch.ts";

/** Largest piece read from an application or written to a link at once. */
const MAX_PIECE_BYTES = 512 * 1024;
const DROPPED_AT_ONCE_BYTES = 16 * 1024;
/** An application that takes nothing any more and does not end either has said its last word. */
const LAST_WORDS_MS = 5_000;
/** Pauses between looks whether the last words are across: the first, and the longest. */
const FIRST_LOOK_MS = 10;
const LONGEST_LOOK_MS = 500;

/**
 * The direction from the application to the links: one loop reads the application into the ring,
 * and one for each link that carries the direction writes the ring's unsent bytes to it. A loop
 * that finds its link no longer current ends without touching anything.
 */
export class Outbound {
  readonly #context: PumpContext;
  readonly #linkLost: (link: Link) => void;
  readonly #room = new WakeUp();
  readonly #data = new WakeUp();
  #link: Link | null = null;
  /** Links on which something of the stream is being written. */
  #writing = 0;
  /** `discarding`: what the application says leads nowhere, and must not keep it from reading. */
  #state: "open" | "discarding" | "closed" = "open";
  /** `over`: nothing more comes from the application, because it ended its output or failed. */
  #reading: "going" | "over" = "going";
  /** `pending`: the application has failed, and the stream ends when its last words are across. */
  #failure: "none" | "pending" | "told" = "none";
  /** Since when the application could have said something that would have been read. */
  #listensSince: number | "notAtAll" = "notAtAll";

  /** `linkLost` hears of a link that cannot be written to any more. */
  constructor(context: PumpContext, linkLost: (link: Link) => void) {
    this.#context = context;
    this.#linkLost = linkLost;
  }

  /** The link that carries the direction, or null. */
  get link(): Link | null {
    return this.#link;
  }

  /** Whether `link` carries the direction, and everything that was read is written. */
  isCompleteOn(link: Link): boolean {
    return link === this.#link && this.#writing === 0 && !this.#context.stream.ring.hasUnsent;
  }

  /** Reads `application` until it ends or the direction is closed. */
  startReading(application: ByteConn): void {
    this.#context.tasks.run("read application", () => this.#readApplication(application));
  }

  attach(link: Link): void {
    this.#link = link;
    this.#data.wake();
    this.#context.tasks.run("send on link", () => this.#sendOn(link));
  }

  /** Sends on no link for now. */
  hold(): void {
    this.#link = null;
    this.#data.wake();
  }

  /** There may be room in the ring, or something to be sent again. */
  wake(): void {
    this.#room.wake();
    this.#data.wake();
  }

  /**
   * The application takes nothing any more. What it has said, and may still say before its end, is
   * brought across first: a server that refuses an upload answers, and then does not read on.
   */
  applicationBroke(): void {
    if (this.#failure !== "none") return;
    this.#failure = "pending";
    if (this.#reading === "over") return this.#failWhenAcross();
    this.#awaitLastWords(LAST_WORDS_MS);
  }

  /**
   * What it has said waits in the system while the ring is full, for as long as the other side is
   * away: only silence is its last word.
   */
  #awaitLastWords(ms: number): void {
    const { tasks } = this.#context;
    tasks.timer(ms, () => {
      if (this.#failure === "told") return;
      const since = this.#listensSince;
      const wait = since === "notAtAll" ? LAST_WORDS_MS : since + LAST_WORDS_MS - tasks.now();
      if (wait <= 0) this.#failWhenAcross();
      else this.#awaitLastWords(wait);
    });
  }

  /** Reads on without sending anything, until the application is closed. */
  discard(): void {
    this.#end("discarding");
  }

  close(): void {
    this.#end("closed");
  }

  #end(state: "discarding" | "closed"): void {
    this.#state = state;
    this.hold();
    this.#room.wake();
  }

  async #readApplication(application: ByteConn): Promise<void> {
    const { host, stream: { ring, id }, tasks } = this.#context;
    const silence = new SilenceWatch(application, tasks);
    try {
      while (this.#state === "open") {
        const region = ring.writable(MAX_PIECE_BYTES);
        if (region.length === 0) {
          this.#listensSince = "notAtAll";
          await this.#room.wait();
          continue;
        }
        this.#listensSince = tasks.now();
        const count = await application.read(region);
        if (this.#state !== "open") break;
        if (count === null) {
          host.applicationEnded(id);
          return this.#readingOver();
        }
        ring.commit(count);
        this.#data.wake();
        if (this.#link === null) host.payloadWaits(id);
        silence.heard();
        const turn = tasks.turns.moved(count);
        if (turn !== null) await turn;
      }
      if (this.#state === "discarding") await this.#discard(application);
    } catch (error) {
      passOnOurs(error);
      if (this.#failure === "none") this.#failure = "pending";
      this.#readingOver();
    }
  }

  async #discard(application: ByteConn): Promise<void> {
    const { tasks: { turns } } = this.#context;
    const dropped = new Uint8Array(DROPPED_AT_ONCE_BYTES);
    for (let count = await application.read(dropped); count !== null;) {
      const turn = turns.moved(count);
      if (turn !== null) await turn;
      count = await application.read(dropped);
    }
  }

  #readingOver(): void {
    this.#reading = "over";
    if (this.#failure === "pending") this.#failWhenAcross();
  }

  #failWhenAcross(): void {
    if (this.#failure === "told") return;
    this.#failure = "told";
    this.#context.tasks.run("last words", () => this.#lastWords());
  }

  /**
   * The peer says when its application has accepted them; until then the stream stays.
   */
  async #lastWords(): Promise<void> {
    const { host, stream, tasks } = this.#context;
    let wait = FIRST_LOOK_MS;
    const isAcross = () => stream.peerDelivered >= stream.ring.end;
    while (this.#state === "open" && !isAcross()) {
      await pause(tasks, wait, tasks.signal);
      wait = Math.min(wait * 2, LONGEST_LOOK_MS);
    }
    if (this.#state === "open") host.applicationFailed(stream.id, "application");
  }

  async #sendOn(link: Link): Promise<void> {
    const { host, stream, tasks } = this.#context;
    const { ring } = stream;
    this.#writing += 1;
    try {
      await link.flushed();
      while (this.#link === link) {
        if (!ring.hasUnsent) {
          this.#writing -= 1;
          await this.#data.wait();
          this.#writing += 1;
          continue;
        }
        const piece = ring.claim(MAX_PIECE_BYTES);
        this.#room.wake(); // what is sent again may be acknowledged already: then it is free now
        host.payloadSent(stream);
        await link.conn.write(piece);
        const turn = tasks.turns.moved(piece.length);
        if (turn !== null) await turn;
      }
    } catch (error) {
      passOnOurs(error);
      this.#linkLost(link);
    } finally {
      this.#writing -= 1;
    }
  }
}
