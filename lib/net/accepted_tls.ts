/**
 * TLS at the end that shows the certificate, on a connection that no listener of TLS accepted: one
 * that this end has dialled itself, or of which the first bytes were needed to know what it is for.
 */
import type { Duplex } from "node:stream";
import { TLSSocket, type TLSSocketOptions } from "node:tls";
import { derOf } from "../config/pem.ts";
import type { ByteConn } from "./byte_conn.ts";
import { ConnFailed, toConnFailed } from "./conn_failed.ts";
import { ConnStream } from "./conn_stream.ts";
import { RawConn } from "./raw_conn.ts";
import { ReadSlot } from "./read_slot.ts";
import { type RawSocket, TLS_HIGH_WATER_MARK } from "./tls_node_conn.ts";

/** Reading stops while so many bytes wait to be used. */
const MAX_WAITING_BYTES = 256 * 1024;

/** Who this end is, in PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

/** What node:tls reads and writes, and how its reading is stopped. */
interface Source {
  readonly stream: Duplex;
  stop(): void;
  start(): void;
  /** What node:tls has let go of is kept until everything is written. */
  hold(): void;
}

/** What is known of the connection below. */
export interface BelowTls {
  readonly conn: ByteConn;
  /** What was read of it before. */
  readonly first: Uint8Array;
  /** Who is behind it, `ip:port`, where that is another than its other end. */
  readonly remoteAddress?: string | null;
  /** The relay that has brought it, by its name here. */
  readonly relay?: string;
  /** What it carries is added here. */
  readonly carried?: CarriedBytes;
  /** This end has closed it. */
  readonly ended?: () => void;
}

/** So many bytes within TLS. */
export interface CarriedBytes {
  receivedBytes: number;
  sentBytes: number;
}

export class AcceptedTls implements ByteConn {
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly relay?: string;
  readonly shownCertificate: Uint8Array;
  readonly #below: ByteConn;
  readonly #first: Uint8Array;
  readonly #carried: CarriedBytes;
  #tellEnd: (() => void) | null;
  readonly #identity: TlsIdentity;
  readonly #slot = new ReadSlot();
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #intake: "open" | "stopped" = "open";
  #leftover: Uint8Array | null = null;
  #secured: { readonly tls: TLSSocket; readonly source: Source } | null = null;
  #failure: ConnFailed | null = null;
  #rejectWrite: ((error: ConnFailed) => void) | null = null;
  #rejectHandshake: (error: ConnFailed) => void = () => {};

  constructor(
    { conn, first, remoteAddress, relay, carried, ended }: BelowTls,
    identity: TlsIdentity,
  ) {
    this.#carried = carried ?? { receivedBytes: 0, sentBytes: 0 };
    this.#tellEnd = ended ?? null;
    if (relay !== undefined) this.relay = relay;
    this.#below = conn;
    this.#first = first;
    this.#identity = identity;
    this.localAddress = conn.localAddress;
    this.remoteAddress = remoteAddress ?? conn.remoteAddress;
    this.shownCertificate = derOf(identity.cert);
  }

  async handshake(): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#rejectHandshake = reject;
    try {
      await Promise.all([this.#begin(resolve), promise]);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async #begin(secured: () => void): Promise<void> {
    const source = sourceOf(this.#below, this.#first);
    const manner: TLSSocketOptions & { highWaterMark: number } = {
      isServer: true,
      ...this.#identity,
      minVersion: "TLSv1.3",
      highWaterMark: TLS_HIGH_WATER_MARK,
    };
    const tls = new TLSSocket(source.stream, manner);
    this.#secured = { tls, source };
    tls.on("error", (error: Error) => this.#fail(toConnFailed(error, this.#action("secure"))));
    tls.on("close", () => this.#fail(this.#left()));
    tls.on("data", (bytes: Uint8Array) => this.#received(bytes));
    tls.on("end", () => {
      source.hold();
      this.#slot.end(null);
    });
    // node:tls waits on for a client that has ended before it has said enough.
    const left = () => this.#fail(this.#left());
    source.stream.once("end", left);
    tls.once("end", left);
    tls.once("secure", () => {
      source.stream.off("end", left);
      tls.off("end", left);
      secured();
    });
    // Bytes that come before node:tls has begun make it throw where nobody can catch it.
    await new Promise((begun) => setImmediate(begun));
    source.start();
  }

  async read(into: Uint8Array): Promise<number | null> {
    const bytes = this.#leftover ?? await this.readNext();
    this.#leftover = null;
    if (bytes === null) return null;
    const count = Math.min(bytes.length, into.length);
    into.set(bytes.subarray(0, count));
    if (count < bytes.length) this.#leftover = bytes.subarray(count);
    return count;
  }

  readNext(): Promise<Uint8Array | null> {
    const bytes = this.#leftover ?? this.#next();
    this.#leftover = null;
    if (bytes !== null) return Promise.resolve(bytes);
    return this.#slot.take() ?? this.#slot.wait();
  }

  write(bytes: Uint8Array): Promise<void> {
    const secured = this.#secured;
    if (this.#failure !== null || secured === null) return Promise.reject(this.#notOpen());
    this.#carried.sentBytes += bytes.length;
    return new Promise((resolve, reject) => {
      this.#rejectWrite = reject;
      secured.tls.write(bytes, (error) => {
        this.#rejectWrite = null;
        if (error) reject(this.#failure ?? toConnFailed(error, this.#action("write to")));
        else resolve();
      });
    });
  }

  closeWrite(): Promise<void> {
    const secured = this.#secured;
    if (this.#failure !== null || secured === null) return Promise.reject(this.#notOpen());
    return new Promise((resolve) => {
      const done = () => {
        secured.tls.off("close", done);
        resolve();
      };
      secured.tls.on("close", done);
      secured.tls.end(done);
    });
  }

  close(): void {
    // FIN would say that everything was sent.
    if (this.#rejectWrite !== null) return this.reset();
    this.#end(() => this.#below.close());
  }

  reset(): void {
    this.#end(() => this.#below.reset());
  }

  #end(endBelow: () => void): void {
    this.#tellEnd?.();
    this.#tellEnd = null;
    this.#fail(this.#closed());
    this.#waiting.length = 0;
    endBelow();
    this.#secured?.tls.destroy();
    this.#secured?.source.stream.destroy();
  }

  #received(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#carried.receivedBytes += bytes.length;
    if (this.#slot.isAwaited) return this.#slot.give(bytes);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes < MAX_WAITING_BYTES || this.#intake === "stopped") return;
    this.#intake = "stopped";
    this.#secured?.source.stop();
  }

  #next(): Uint8Array | null {
    const bytes = this.#waiting.shift() ?? null;
    this.#waitingBytes -= bytes?.length ?? 0;
    if (this.#intake === "stopped" && this.#waitingBytes < MAX_WAITING_BYTES / 2) {
      this.#intake = "open";
      this.#secured?.source.start();
    }
    return bytes;
  }

  #fail(failure: ConnFailed): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    this.#rejectHandshake(failure);
    this.#rejectWrite?.(failure);
    this.#rejectWrite = null;
    this.#slot.end(failure);
  }

  #action(action: string): string {
    return `${action} ${this.remoteAddress}`;
  }

  #closed(): ConnFailed {
    return new ConnFailed("closedHere", `Cannot use ${this.remoteAddress}: it is closed`);
  }

  #left(): ConnFailed {
    return new ConnFailed("reset", `Cannot use ${this.remoteAddress}: the other end closed it`);
  }

  #notOpen(): ConnFailed {
    return this.#failure ??
      new ConnFailed("closedHere", `Cannot use ${this.remoteAddress}: it is not secured yet`);
  }
}

/** A socket of its own is taken over by node:tls; any other connection is made a stream for it. */
function sourceOf(conn: ByteConn, first: Uint8Array): Source {
  if (!(conn instanceof RawConn) || first.length > 0) {
    const stream = new ConnStream(conn, first);
    return { stream, stop: () => stream.stop(), start: () => stream.start(), hold: () => {} };
  }
  const raw: RawSocket = conn.takeOver();
  return {
    stream: raw,
    stop: () => raw._handle?.readStop(),
    start: () => raw._handle?.readStart(),
    hold: () => raw.ref(),
  };
}
