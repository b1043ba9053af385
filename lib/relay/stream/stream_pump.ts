import type { LinkId } from "../../core/stream/link_id.ts";
import type { StreamRecord } from "../../core/stream/stream_record.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { ResetCode } from "../../core/wire/reset_code.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { Link } from "../link/link.ts";
import { WakeUp } from "../run/wake_up.ts";

/** Largest piece read from an application or written to a link at once. */
const MAX_PIECE_BYTES = 512 * 1024;

/** What a pump reports; carried out by the driver of its session. */
export interface PumpHost {
  delivered(stream: StreamRecord, bytes: number): void;
  applicationEnded(stream: number): void;
  inputEnded(stream: number): void;
  applicationFailed(stream: number, code: ResetCode): void;
  streamLinkLost(stream: number, link: LinkId): void;
  inboundBroken(stream: number): void;
  inboundMoved(stream: number, link: LinkId): void;
  payloadSent(stream: StreamRecord): void;
  payloadReceived(): void;
}

interface Inbound {
  readonly link: Link;
  readonly from: number;
}

/**
 * Moves the bytes of one stream between its application socket and its links.
 *
 * Theory of operation. Three kinds of loop: one reads the application into the ring; one for
 * each link that carries the outbound direction writes the ring's unsent bytes to it; one for
 * each link that carries the inbound direction passes what arrives to the application. At most
 * one inbound link is current: a newer one takes over when the current one has delivered
 * everything before the newer one's `from`, or is gone. A loop that finds its link no longer
 * current ends without touching anything.
 */
export class StreamPump {
  readonly #stream: StreamRecord;
  readonly #host: PumpHost;
  readonly #room = new WakeUp();
  readonly #data = new WakeUp();
  readonly #links = new Set<Link>();
  #application: ByteConn | null = null;
  #applicationReady: Promise<ByteConn | null>;
  #outbound: Link | null = null;
  #inbound: Inbound | null = null;
  #next: Inbound | null = null;
  #delivery: Promise<void> = Promise.resolve();
  #state: "open" | "closed" = "open";

  constructor(stream: StreamRecord, application: Promise<ByteConn | null>, host: PumpHost) {
    this.#stream = stream;
    this.#host = host;
    this.#applicationReady = application.then((conn) => {
      if (this.#state === "closed") {
        conn?.close();
        return null;
      }
      this.#application = conn;
      if (conn !== null) void this.#readApplication(conn);
      return conn;
    });
  }

  attachOutbound(link: Link): void {
    this.#links.add(link);
    this.#outbound = link;
    this.#data.wake();
    void this.#sendOn(link);
  }

  attachInbound(link: Link, from: number): void {
    this.#links.add(link);
    const isCovered = this.#inbound !== null && this.#stream.cursor.taken < from;
    this.#next = { link, from };
    if (!isCovered) this.#startNext();
  }

  holdOutbound(): void {
    this.#outbound = null;
    this.#data.wake();
  }

  detach(): void {
    this.#outbound = null;
    this.#inbound = null;
    this.#next = null;
    for (const link of this.#links) link.close();
    this.#links.clear();
    this.#data.wake();
  }

  closeOldLinks(): void {
    for (const link of this.#links) {
      if (link === this.#outbound || link === this.#inbound?.link || link === this.#next?.link) {
        continue;
      }
      link.close();
      this.#links.delete(link);
    }
  }

  wakeReader(): void {
    this.#room.wake();
    this.#data.wake();
  }

  /** The end of the input, or the cut, may be reached without another byte. */
  checkInput(): void {
    this.#reportCut();
    void this.#endInputIfComplete();
  }

  /** Ends a complete stream. */
  release(): void {
    this.#close();
    this.#application?.close();
  }

  /** Ends a failed stream; the application sees a reset. */
  reset(): void {
    this.#close();
    this.#application?.reset();
  }

  #close(): void {
    this.#state = "closed";
    this.detach();
    this.#room.wake();
  }

  async #readApplication(application: ByteConn): Promise<void> {
    const { ring, id } = this.#stream;
    try {
      while (this.#state === "open") {
        const region = ring.writable(MAX_PIECE_BYTES);
        if (region.length === 0) {
          await this.#room.wait();
          continue;
        }
        const count = await application.read(region);
        if (this.#state !== "open") return;
        if (count === null) return this.#host.applicationEnded(id);
        ring.commit(count);
        this.#data.wake();
      }
    } catch {
      if (this.#state === "open") this.#host.applicationFailed(id, "application");
    }
  }

  async #sendOn(link: Link): Promise<void> {
    const { ring, id } = this.#stream;
    try {
      await link.flushed();
      while (this.#outbound === link) {
        if (!ring.hasUnsent) {
          await this.#data.wait();
          continue;
        }
        const piece = ring.claim(MAX_PIECE_BYTES);
        this.#room.wake(); // what is sent again may be acknowledged already: then it is free now
        this.#host.payloadSent(this.#stream);
        await link.conn.write(piece);
      }
    } catch {
      if (this.#links.has(link)) this.#host.streamLinkLost(id, link.id);
    }
  }

  #startNext(): void {
    const next = this.#next;
    if (next === null) return;
    this.#next = null;
    if (next.from > this.#stream.cursor.taken) {
      this.#inbound = null;
      this.#host.inboundBroken(this.#stream.id);
      return;
    }
    this.#stream.cursor.beginLink(next.from);
    this.#inbound = next;
    this.#host.inboundMoved(this.#stream.id, next.link.id);
    void this.#receiveOn(next);
  }

  async #receiveOn(inbound: Inbound): Promise<void> {
    const { link } = inbound;
    try {
      await this.#delivery; // else each switch would leave one more piece with a stuck application
      if (this.#inbound !== inbound) return;
      const rest = link.takeRest();
      if (rest.length > 0) await this.#take(inbound, rest);
      while (this.#inbound === inbound) {
        const bytes = await link.conn.readNext();
        if (this.#inbound !== inbound) return;
        if (bytes === null) break;
        await this.#take(inbound, bytes);
      }
    } catch (error) {
      if (error instanceof ProtocolViolation && this.#inbound === inbound) {
        return this.#host.applicationFailed(this.#stream.id, "protocol");
      }
    }
    if (this.#inbound !== inbound) return;
    this.#inbound = null;
    if (this.#next !== null) this.#startNext();
    else if (this.#links.has(link)) this.#host.streamLinkLost(this.#stream.id, link.id);
  }

  /** Gives bytes that arrived on the current link to the application, in order. */
  async #take(inbound: Inbound, bytes: Uint8Array): Promise<void> {
    const { cursor } = this.#stream;
    const skipped = cursor.take(bytes.length);
    this.#host.payloadReceived();
    this.#reportCut();
    const isLast = this.#next !== null && cursor.taken >= this.#next.from;
    if (skipped < bytes.length) {
      const before = this.#delivery;
      const delivery = this.#deliver(before, bytes.subarray(skipped));
      this.#delivery = delivery;
      if (isLast && this.#inbound === inbound) this.#startNext();
      await delivery;
    } else if (isLast && this.#inbound === inbound) this.#startNext();
  }

  async #deliver(before: Promise<void>, bytes: Uint8Array): Promise<void> {
    await before;
    const application = this.#application ?? await this.#applicationReady;
    if (application === null || this.#state !== "open") return;
    try {
      await application.write(bytes);
    } catch (error) {
      if (this.#state === "open") this.#host.applicationFailed(this.#stream.id, codeOf(error));
      return;
    }
    if (this.#state !== "open") return;
    this.#host.delivered(this.#stream, bytes.length);
    if (this.#stream.cursor.isComplete) await this.#endInputIfComplete();
  }

  async #endInputIfComplete(): Promise<void> {
    const { cursor, id } = this.#stream;
    if (!cursor.isComplete || this.#stream.input === "ended" || this.#state !== "open") return;
    const application = this.#application ?? await this.#applicationReady;
    if (application === null || this.#state !== "open") return;
    try {
      await application.closeWrite();
    } catch (error) {
      if (error instanceof ProtocolViolation && this.#state === "open") {
        return this.#host.applicationFailed(id, "protocol");
      }
      // The application has closed both directions already; there is nobody left to tell.
    }
    if (this.#state === "open") this.#host.inputEnded(id);
  }

  #reportCut(): void {
    const { cut, cursor, id } = this.#stream;
    if (cut !== null && cursor.taken >= cut && this.#inbound !== null) {
      this.#host.inboundMoved(id, this.#inbound.link.id);
    }
  }
}

/** What the application did not take may also be what the peer did wrong (packed bytes). */
function codeOf(error: unknown): ResetCode {
  return error instanceof ProtocolViolation ? "protocol" : "application";
}
