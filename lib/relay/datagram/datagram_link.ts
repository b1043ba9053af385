import { decodePacket, encodePacket, type Packet } from "../../core/datagram/packet.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { FramePace } from "../run/frame_pace.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";

const LENGTH_BYTES = 2;
/** What a link can carry as one packet. */
export const MAX_LINK_PACKET_BYTES = 0xffff;
/**
 * More than this waiting to be written is late already: newer datagrams are dropped. It counts in no
 * budget: a session has one such link.
 */
const MAX_QUEUED_BYTES = 256 * 1024;
/** Who parts waits no longer for what is under way. */
const PARTING_MS = 2_000;

export interface DatagramLinkHandler {
  received(packet: Packet): void;
  /** The link broke or was closed by the peer, or what came on it is no packet. */
  ended(reason: string): void;
}

/**
 * A link that carries the datagrams of a session, one after the other, each behind its length: for
 * networks that let no UDP through.
 */
export class DatagramLink {
  readonly #conn: ByteConn;
  readonly #handler: DatagramLinkHandler;
  readonly #tasks: TaskGroup;
  readonly #pace: FramePace;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #writing: "idle" | "writing" = "idle";
  /** Resolves when what was queued has been written, or was not. */
  #written: Promise<void> = Promise.resolve();
  #state: "open" | "parting" | "closed" = "open";
  /** Ends the watch over a parting. */
  #parted: (() => void) | null = null;

  /** `tasks`: a mistake of ours on the link is one of this group. */
  constructor(conn: ByteConn, tasks: TaskGroup, handler: DatagramLinkHandler) {
    this.#conn = conn;
    this.#tasks = tasks;
    this.#pace = new FramePace(tasks);
    this.#handler = handler;
  }

  /** Begins to read. `rest`: what came behind the frame that made it a link of datagrams. */
  start(rest: Uint8Array): void {
    this.#tasks.run("read datagrams", () => this.#read(rest));
  }

  /** Queues a packet, or says why it was dropped. */
  send(packet: Packet): "sent" | "linkFull" | "tooBig" {
    const bytes = encodePacket(packet);
    if (bytes.length > MAX_LINK_PACKET_BYTES) return "tooBig";
    if (this.#state !== "open" || this.#queuedBytes + bytes.length > MAX_QUEUED_BYTES) {
      return "linkFull";
    }
    const framed = new Uint8Array(LENGTH_BYTES + bytes.length);
    framed[0] = bytes.length >>> 8;
    framed[1] = bytes.length & 0xff;
    framed.set(bytes, LENGTH_BYTES);
    this.#queue.push(framed);
    this.#queuedBytes += framed.length;
    if (this.#writing === "idle") {
      this.#writing = "writing";
      this.#tasks.run("write datagrams", () => this.#written = this.#write());
    }
    return "sent";
  }

  /** Sends what is queued and no more, and hears what is under way until the peer has ended too. */
  part(): void {
    if (this.#state !== "open") return;
    this.#state = "parting";
    this.#tasks.run("part", () => this.#sendRest());
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#parted?.();
    this.#queue = [];
    this.#conn.close();
  }

  async #write(): Promise<void> {
    try {
      for (let bytes = this.#queue.shift(); bytes !== undefined; bytes = this.#queue.shift()) {
        await this.#conn.write(bytes);
        this.#queuedBytes -= bytes.length;
      }
    } catch (error) {
      this.#end(error);
      passOnOurs(error);
    }
    this.#writing = "idle";
  }

  async #read(rest: Uint8Array): Promise<void> {
    let pending = new Uint8Array(rest);
    const buffer = new Uint8Array(16 * 1024);
    try {
      for (;;) {
        pending = await this.#take(pending);
        const count = await this.#conn.read(buffer);
        if (count === null) return await this.#peerEnded();
        const longer = new Uint8Array(pending.length + count);
        longer.set(pending);
        longer.set(buffer.subarray(0, count), pending.length);
        pending = longer;
      }
    } catch (error) {
      this.#end(error);
      passOnOurs(error);
    }
  }

  /** Hands on all whole packets and returns what is left. */
  async #take(pending: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    let at = 0;
    while (pending.length - at >= LENGTH_BYTES && this.#state !== "closed") {
      const length = (pending[at] ?? 0) << 8 | (pending[at + 1] ?? 0);
      if (length === 0) throw new ProtocolViolation("malformed", "Cannot read packet: it is empty");
      if (pending.length - at < LENGTH_BYTES + length) break;
      at += LENGTH_BYTES + length;
      this.#handler.received(decodePacket(pending.subarray(at - length, at)));
      const turn = this.#pace.taken();
      if (turn !== null) await turn;
    }
    return pending.slice(at);
  }

  /** The peer sends no more, but perhaps it still hears. */
  async #peerEnded(): Promise<void> {
    if (this.#state === "open") {
      this.#state = "parting";
      this.#handler.ended("the peer closed it");
      await this.#sendRest();
    }
    this.close();
  }

  async #sendRest(): Promise<void> {
    const { signal } = this.#tasks;
    const giveUp = () => this.close();
    const limit = this.#tasks.timer(PARTING_MS, giveUp);
    signal.addEventListener("abort", giveUp, { once: true }); // the timer goes with the session
    this.#parted = () => {
      limit.cancel();
      signal.removeEventListener("abort", giveUp);
    };
    if (signal.aborted) return giveUp();
    await this.#written;
    try {
      await this.#conn.closeWrite();
    } catch (error) {
      passOnOurs(error); // it is broken, and nothing more can be sent
    }
  }

  #end(error: unknown): void {
    const before = this.#state;
    this.close();
    if (before !== "open") return;
    this.#handler.ended(error instanceof Error ? error.message : String(error));
  }
}
