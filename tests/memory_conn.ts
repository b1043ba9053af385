import type { ByteConn } from "../lib/net/byte_conn.ts";
import { ConnFailed } from "../lib/net/conn_failed.ts";
import type { PeerDeparture } from "../lib/net/peer_departure.ts";

/** How the other end ended what is read here. */
type End = "none" | "ended" | "reset";

/** One end of a connection that exists in memory only: no socket, and no time passes. */
export class MemoryConn implements ByteConn {
  readonly localAddress: string;
  readonly remoteAddress: string;
  /** The relay that has brought it; absent: none. */
  relay?: string;
  /** What is written goes nowhere, as on a network that is gone. */
  isSilent = false;
  /** As on a TLS connection: what this end was shown, or has shown. */
  shownCertificate: Uint8Array | null = null;
  /** What the other end hears when it asks whether this one has gone. */
  departure: PeerDeparture = "unknown";
  /** What `unconfirmedBytes` says. */
  unconfirmed = 0;
  #peer: MemoryConn | null = null;
  #inbox: Uint8Array[] = [];
  #end: End = "none";
  #state: "open" | "closed" = "open";
  #wake: (() => void) | null = null;

  private constructor(localAddress: string, remoteAddress: string) {
    this.localAddress = localAddress;
    this.remoteAddress = remoteAddress;
  }

  static pair(near = "192.0.2.1:1", far = "192.0.2.2:2"): [MemoryConn, MemoryConn] {
    const ends: [MemoryConn, MemoryConn] = [new MemoryConn(near, far), new MemoryConn(far, near)];
    ends[0].#peer = ends[1];
    ends[1].#peer = ends[0];
    return ends;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  async read(into: Uint8Array): Promise<number | null> {
    const bytes = await this.#next();
    if (bytes === null) return null;
    const count = Math.min(bytes.length, into.length);
    into.set(bytes.subarray(0, count));
    if (count < bytes.length) this.#inbox.unshift(bytes.subarray(count));
    return count;
  }

  async readNext(): Promise<Uint8Array | null> {
    return await this.#next();
  }

  async write(bytes: Uint8Array): Promise<void> {
    await null;
    if (this.#state === "closed") throw closedHere("write");
    if (this.isSilent) return;
    if (this.#peer?.isOpen !== true) throw new ConnFailed("brokenPipe", "Cannot write: it broke");
    this.#peer.#take(bytes.slice());
  }

  async closeWrite(): Promise<void> {
    await null;
    this.#tell("ended");
  }

  async peerDeparture(): Promise<PeerDeparture> {
    await null;
    return this.#peer?.departure ?? "unknown";
  }

  unconfirmedBytes(): number {
    return this.unconfirmed;
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    if (!this.isSilent) this.#tell("ended");
    this.#wake?.();
  }

  reset(): void {
    if (this.#state === "closed") return;
    if (!this.isSilent) this.#tell("reset");
    this.close();
  }

  #take(bytes: Uint8Array): void {
    this.#inbox.push(bytes);
    this.#wake?.();
  }

  #tell(end: End): void {
    const peer = this.#peer;
    if (peer !== null) peer.#endWith(end);
  }

  #endWith(end: End): void {
    if (this.#end === "none") this.#end = end;
    this.#wake?.();
  }

  async #next(): Promise<Uint8Array | null> {
    for (;;) {
      if (this.#state === "closed") throw closedHere("read");
      if (this.#end === "reset") throw new ConnFailed("reset", "Cannot read: it was reset");
      const bytes = this.#inbox.shift();
      if (bytes !== undefined) return bytes;
      if (this.#end === "ended") return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
      this.#wake = null;
    }
  }
}

function closedHere(action: string): ConnFailed {
  return new ConnFailed("closedHere", `Cannot ${action}: it was closed at this end`);
}
