import { ConnFailed, type ConnFailure } from "../../lib/net/conn_failed.ts";
import type { ByteConn } from "../../lib/net/byte_conn.ts";
import type { Chance } from "./chance.ts";
import type { Planned, VirtualTime } from "./virtual_time.ts";

/** So many bytes fit between a writer and a reader who does not read. */
export const WINDOW_BYTES = 16 * 1024;

/** How the input ends: in order, or because the connection is gone. */
type Ending = "end" | "broken";

interface Read {
  readonly most: number;
  readonly give: (bytes: Uint8Array | null) => void;
  readonly fail: (error: ConnFailed) => void;
}

interface Write {
  bytes: Uint8Array;
  readonly done: () => void;
  readonly fail: (error: ConnFailed) => void;
}

interface Flight {
  readonly bytes: Uint8Array;
  planned: Planned;
}

/** What the two ends of a connection are made of. */
export interface ConnShape {
  readonly time: VirtualTime;
  readonly chance: Chance;
  /** Addresses of the end that dialled and of the other one. */
  readonly addresses: readonly [string, string];
  /** From the first end to the second, and back; ms. */
  readonly delaysMs: readonly [number, number];
}

/**
 * One end of a simulated TCP connection: a queue of bytes to the other end, with a delay, a
 * window, and the ways in which a real connection fails.
 */
export class SimConn implements ByteConn {
  readonly localAddress: string;
  readonly remoteAddress: string;
  /** Hears of everything that is written here, before it leaves. */
  wrote: (bytes: Uint8Array) => void = () => {};
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  #delayMs: number;
  #peer: SimConn | null = null;
  #state: "open" | "closed" | "broken" = "open";
  #path: "working" | "silent" = "working";
  /** What is to arrive here and what has. */
  #flights: Flight[] = [];
  #underWayBytes = 0;
  #inbox: Uint8Array[] = [];
  #ending: Ending | null = null;
  #lastArrivalAt = 0;
  #read: Read | null = null;
  #write: Write | null = null;
  /** When writing fails because the other end is closed. */
  #lastWrite: Planned | null = null;

  private constructor(shape: ConnShape, isFirst: boolean) {
    const { time, chance, addresses: [first, second], delaysMs } = shape;
    this.#time = time;
    this.#chance = chance;
    this.#delayMs = isFirst ? delaysMs[0] : delaysMs[1];
    this.localAddress = isFirst ? first : second;
    this.remoteAddress = isFirst ? second : first;
  }

  static pair(shape: ConnShape): readonly [SimConn, SimConn] {
    const ends = [new SimConn(shape, true), new SimConn(shape, false)] as const;
    ends[0].#peer = ends[1];
    ends[1].#peer = ends[0];
    return ends;
  }

  /** Neither closed nor broken, as far as this end knows. */
  get isOpen(): boolean {
    return this.#state === "open";
  }
  /** Closed by whoever has this end. */
  get isClosed(): boolean {
    return this.#state === "closed";
  }
  get peer(): SimConn | null {
    return this.#peer;
  }

  async read(into: Uint8Array): Promise<number | null> {
    const bytes = await this.#next(into.length);
    if (bytes === null) return null;
    into.set(bytes);
    return bytes.length;
  }

  readNext(): Promise<Uint8Array | null> {
    return this.#next(WINDOW_BYTES);
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#write !== null) return this.#wrongUse("write to it: a write is outstanding");
    this.wrote(bytes);
    return new Promise((resolve, reject) => {
      this.#write = { bytes, done: resolve, fail: reject };
      this.#pushOut();
    });
  }

  closeWrite(): Promise<void> {
    if (this.#state !== "open") return Promise.reject(this.#failure("end its output"));
    const peer = this.#peer;
    if (this.#path === "working" && peer !== null) peer.#endAfterFlights("end");
    return Promise.resolve();
  }

  /** Closes this end; what is under way to the other may be cut anywhere. */
  close(): void {
    this.#shut(this.#chance.isHit(0.3) ? "broken" : "end", "end");
  }

  reset(): void {
    this.#shut("broken", "broken");
  }

  /** The connection breaks under this end, which notices it after `afterMs`. */
  break(afterMs: number): void {
    this.#cutFlights();
    this.#path = "silent";
    this.#time.after(afterMs, () => {
      if (this.#state !== "open") return;
      this.#state = "broken";
      if (this.#chance.isHit(0.5)) this.#inbox = [];
      this.#ending ??= "broken";
      this.#settle();
    });
  }

  /** What it sends from now on takes so long. */
  slowDown(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  /** From now on what both ends send vanishes, and nobody is told. */
  silence(): void {
    for (const end of [this, this.#peer]) {
      if (end === null) continue;
      end.#path = "silent";
      for (const { planned } of end.#flights) this.#time.cancel(planned);
      end.#flights = [];
    }
  }

  /** All that is to arrive here comes `ms` from now at the earliest. */
  stall(ms: number): void {
    const earliest = this.#time.now + ms;
    for (const flight of this.#flights) {
      // What would land at that very time is planned anew as well, or it would overtake the others.
      if (flight.planned.at > earliest) continue;
      this.#time.cancel(flight.planned);
      flight.planned = this.#time.after(ms, () => this.#land(flight.bytes));
    }
    this.#lastArrivalAt = Math.max(this.#lastArrivalAt, earliest);
  }

  #shut(flights: Ending, ending: Ending): void {
    if (this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    this.#time.cancel(this.#lastWrite);
    this.#settle();
    const peer = this.#peer;
    if (!wasOpen || peer === null || this.#path === "silent") return;
    if (flights === "broken") peer.#cutFlights();
    peer.#endAfterFlights(ending);
    peer.#failWritesAfter(this.#delayMs);
  }

  #next(most: number): Promise<Uint8Array | null> {
    if (this.#read !== null) return this.#wrongUse("read it: a read is outstanding");
    return new Promise((resolve, reject) => {
      this.#read = { most, give: resolve, fail: reject };
      this.#serveReader();
    });
  }

  #wrongUse(action: string): Promise<never> {
    const error = new Error(`Cannot ${action} (${this.localAddress} to ${this.remoteAddress})`);
    this.#time.fail(error);
    return Promise.reject(error);
  }

  /** Ends what is outstanding here. */
  #settle(): void {
    const write = this.#write;
    this.#write = null;
    write?.fail(this.#failure("write"));
    this.#serveReader();
  }

  #failure(action: string): ConnFailed {
    const code: ConnFailure = this.#state === "closed" ? "closedHere" : "reset";
    return new ConnFailed(code, `Cannot ${action}: the simulated connection is ${this.#state}`);
  }

  #pushOut(): void {
    const write = this.#write;
    const peer = this.#peer;
    if (write === null || peer === null) return;
    if (this.#state !== "open") return this.#settle();
    const count = Math.min(write.bytes.length, WINDOW_BYTES - peer.#underWayBytes);
    if (count > 0) {
      peer.#fly(write.bytes.slice(0, count), this.#delayMs, this.#path);
      write.bytes = write.bytes.subarray(count);
    }
    if (write.bytes.length > 0) return;
    this.#write = null;
    write.done();
  }

  #fly(bytes: Uint8Array, delayMs: number, path: "working" | "silent"): void {
    this.#underWayBytes += bytes.length;
    if (path === "silent" || this.#path === "silent") return;
    this.#lastArrivalAt = Math.max(this.#lastArrivalAt, this.#time.now + delayMs);
    const inMs = this.#lastArrivalAt - this.#time.now;
    this.#flights.push({ bytes, planned: this.#time.after(inMs, () => this.#land(bytes)) });
  }

  /** The first of the flights has arrived. */
  #land(bytes: Uint8Array): void {
    this.#flights.shift();
    if (this.#state !== "open" || this.#ending !== null || bytes.length === 0) return;
    this.#inbox.push(bytes);
    this.#serveReader();
  }

  /** Only the beginning of what is under way arrives, and of the last piece a part. */
  #cutFlights(): void {
    const { length } = this.#flights;
    const kept = length === 0 ? 0 : this.#chance.between(0, length - 1);
    for (const { planned } of this.#flights.splice(kept)) this.#time.cancel(planned);
    const last = this.#flights.pop();
    if (last === undefined) return;
    this.#time.cancel(last.planned);
    const bytes = last.bytes.subarray(0, this.#chance.between(0, last.bytes.length));
    const inMs = last.planned.at - this.#time.now;
    this.#flights.push({ bytes, planned: this.#time.after(inMs, () => this.#land(bytes)) });
  }

  #endAfterFlights(ending: Ending): void {
    const at = Math.max(this.#lastArrivalAt, this.#time.now + this.#delayMs);
    this.#time.after(at - this.#time.now, () => {
      if (this.#path === "silent") return;
      this.#ending ??= ending;
      this.#serveReader();
    });
  }

  /** Writing to a closed peer fails a little later than reading from it. */
  #failWritesAfter(ms: number): void {
    const at = Math.max(this.#lastArrivalAt, this.#time.now + this.#delayMs) + ms;
    this.#lastWrite = this.#time.after(at - this.#time.now, () => {
      if (this.#state !== "open" || this.#path === "silent") return;
      this.#state = "broken";
      const write = this.#write;
      this.#write = null;
      write?.fail(this.#failure("write"));
    });
  }

  #serveReader(): void {
    const read = this.#read;
    if (read === null) return;
    if (this.#state === "closed") {
      this.#read = null;
      return read.fail(this.#failure("read"));
    }
    const bytes = this.#inbox.shift();
    if (bytes !== undefined) {
      this.#read = null;
      const piece = bytes.subarray(0, read.most);
      if (piece.length < bytes.length) this.#inbox.unshift(bytes.subarray(piece.length));
      this.#underWayBytes -= piece.length;
      const peer = this.#peer;
      if (peer !== null) peer.#pushOut();
      return read.give(piece);
    }
    if (this.#ending === null) return;
    this.#read = null;
    if (this.#ending === "end") read.give(null);
    else read.fail(this.#failure("read"));
  }
}
