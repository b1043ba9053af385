import type { LinkId } from "../../lib/core/stream/link_id.ts";
import type { Chance } from "./chance.ts";
import type { Planned, VirtualTime } from "./virtual_time.ts";

/** So many bytes fit between a writer and a reader who does not read. */
const WINDOW_BYTES = 16 * 1024;

/** `end`: the peer closed. `broken`: the connection is gone. Bytes are the reader's own. */
export type Arrival = Uint8Array | "end" | "broken";

interface Write {
  bytes: Uint8Array;
  readonly done: (outcome: "written" | "failed") => void;
}

let lastId = 0;

/**
 * One end of a simulated connection: a queue of bytes to the other end, with a delay, a window,
 * and the ways in which a real one fails. Callbacks never run within the call they belong to.
 */
export class SimLinkEnd {
  readonly id: LinkId = ++lastId;
  readonly provider: string;
  readonly #time: VirtualTime;
  readonly #delayMs: number;
  #peer: SimLinkEnd | null = null;
  #state: "open" | "closed" | "broken" = "open";
  #path: "working" | "silent" = "working";
  /** What is to arrive here and what has. */
  #flights: { readonly planned: Planned; readonly bytes: Uint8Array }[] = [];
  #underWayBytes = 0;
  #inbox: Uint8Array[] = [];
  #ending: "end" | "broken" | null = null;
  #lastArrivalAt = 0;
  #read: ((arrival: Arrival) => void) | null = null;
  #write: Write | null = null;

  private constructor(time: VirtualTime, provider: string, delayMs: number) {
    this.#time = time;
    this.provider = provider;
    this.#delayMs = delayMs;
  }

  /** A connection: CNAPT's end, which knows its provider, and SNAPT's. */
  static pair(
    time: VirtualTime,
    provider: string,
    delaysMs: readonly [number, number],
  ): { readonly cnapt: SimLinkEnd; readonly snapt: SimLinkEnd } {
    const cnapt = new SimLinkEnd(time, provider, delaysMs[0]);
    const snapt = new SimLinkEnd(time, "", delaysMs[1]);
    cnapt.#peer = snapt;
    snapt.#peer = cnapt;
    return { cnapt, snapt };
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }
  get isSilent(): boolean {
    return this.#path === "silent";
  }
  get peer(): SimLinkEnd | null {
    return this.#peer;
  }

  /** Takes `bytes` as the window allows; they may change until `done`. One write at a time. */
  write(bytes: Uint8Array, done: (outcome: "written" | "failed") => void): void {
    if (this.#write !== null) throw new Error(`Cannot write to link ${this.id}: it is writing`);
    this.#write = { bytes, done };
    this.#pushOut();
  }

  /** The next bytes, or the end. One read at a time. */
  read(take: (arrival: Arrival) => void): void {
    if (this.#read !== null) throw new Error(`Cannot read from link ${this.id}: it is being read`);
    this.#read = take;
    this.#time.soon(() => this.#serveReader());
  }

  /** Closes this end; what is under way to the other may be cut anywhere. */
  close(chance: Chance): void {
    if (this.#state !== "open") return;
    this.#state = "closed";
    this.#settle();
    const peer = this.#peer;
    if (peer === null || this.#path === "silent") return;
    if (chance.isHit(0.3)) peer.#cutFlights(chance);
    peer.#endAfterFlights("end");
  }

  /** The connection breaks under this end, which notices it after `afterMs`. */
  break(chance: Chance, afterMs: number): void {
    this.#cutFlights(chance);
    this.#path = "silent";
    this.#time.after(afterMs, () => {
      if (this.#state !== "open") return;
      this.#state = "broken";
      if (chance.isHit(0.5)) this.#inbox = [];
      this.#ending ??= "broken";
      this.#settle();
    });
  }

  /** From now on what both ends send vanishes, and nobody is told. */
  silence(): void {
    for (const end of [this, this.#peer]) {
      if (end === null) continue;
      end.#path = "silent";
      for (const flight of end.#flights) this.#time.cancel(flight.planned);
      end.#flights = [];
    }
  }

  /** All that arrives here from now on comes later by `ms`. */
  stall(ms: number): void {
    this.#lastArrivalAt = Math.max(this.#lastArrivalAt, this.#time.now + ms);
  }

  #settle(): void {
    const write = this.#write;
    this.#write = null;
    if (write !== null) this.#time.soon(() => write.done("failed"));
    this.#time.soon(() => this.#serveReader());
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
    this.#time.soon(() => write.done("written"));
  }

  #fly(bytes: Uint8Array, delayMs: number, path: "working" | "silent"): void {
    this.#underWayBytes += bytes.length;
    if (path === "silent" || this.#path === "silent") return;
    this.#lastArrivalAt = Math.max(this.#lastArrivalAt, this.#time.now + delayMs);
    const planned = this.#time.after(this.#lastArrivalAt - this.#time.now, () => {
      this.#flights.shift();
      if (this.#state !== "open" || this.#ending !== null) return;
      this.#inbox.push(bytes);
      this.#serveReader();
    });
    this.#flights.push({ planned, bytes });
  }

  #cutFlights(chance: Chance): void {
    const kept = this.#flights.length === 0 ? 0 : chance.between(0, this.#flights.length - 1);
    for (const { planned } of this.#flights.splice(kept)) this.#time.cancel(planned);
    const last = this.#flights.pop();
    if (last === undefined) return;
    this.#time.cancel(last.planned);
    const bytes = last.bytes.subarray(0, chance.between(0, last.bytes.length));
    const planned = this.#time.after(last.planned.at - this.#time.now, () => {
      this.#flights.shift();
      if (this.#state !== "open" || this.#ending !== null || bytes.length === 0) return;
      this.#inbox.push(bytes);
      this.#serveReader();
    });
    this.#flights.push({ planned, bytes });
  }

  #endAfterFlights(ending: "end" | "broken"): void {
    const at = Math.max(this.#lastArrivalAt, this.#time.now + this.#delayMs);
    this.#time.after(at - this.#time.now, () => {
      if (this.#path === "silent") return;
      this.#ending ??= ending;
      // Writing to a closed peer fails a little later than reading from it.
      this.#time.after(this.#delayMs, () => this.#settleAfterEnd());
      this.#serveReader();
    });
  }

  #settleAfterEnd(): void {
    if (this.#state !== "open") return;
    const write = this.#write;
    this.#state = "broken";
    this.#write = null;
    if (write !== null) this.#time.soon(() => write.done("failed"));
  }

  #serveReader(): void {
    const read = this.#read;
    if (read === null) return;
    if (this.#state === "closed") {
      this.#read = null;
      return read("broken");
    }
    const bytes = this.#inbox.shift();
    if (bytes !== undefined) {
      this.#read = null;
      this.#underWayBytes -= bytes.length;
      const peer = this.#peer;
      if (peer !== null) this.#time.soon(() => peer.#pushOut());
      return read(bytes);
    }
    if (this.#ending === null) return;
    this.#read = null;
    read(this.#ending);
  }
}
