/**
 * Datagrams to one address that the system takes in one call.
 *
 * Theory of operation. Datagrams come in bursts, and what a burst leads to goes out in one too: mostly
 * from one socket to one address, and of one size. Linux sends such a row in one piece, through all
 * its layers once, and cuts it into datagrams at the end (UDP_SEGMENT, since 4.18; the last one may
 * be shorter). While what has come is being handled, datagrams to be sent are put in a row here; it
 * goes out when the next one does not fit on, and at the end of the burst. Where the system does
 * not take a row, each datagram is sent by itself, which also finds out what is wrong with it; a
 * socket whose datagrams go out again and again where their row did not gets no more rows.
 *
 * There is one row, for all sockets, at a fixed place in memory that the C library is told of.
 */
import type { Endpoint } from "./endpoint.ts";
import { openLibc } from "./libc.ts";

/** What sends by a descriptor; `sendNow` never puts anything in a row. */
export interface RowSender {
  readonly fd: number;
  /** How many rows in succession were not taken though their datagrams were. */
  failedRows: number;
  /** Whether the system took it at once. */
  sendNow(bytes: Uint8Array, to: Endpoint): boolean;
}

/** UDP_MAX_SEGMENTS of older kernels. */
const MAX_COUNT = 64;
/** What one IPv4 packet can carry is a little more. */
const MAX_BYTES = 60_000;
const MAX_FAILED_ROWS = 3;
const MSG_DONTWAIT = 0x40;
const SOL_UDP = 17;
const UDP_SEGMENT = 103;

// What is where in the memory: struct msghdr, iovec, cmsghdr, sockaddr, and the datagrams.
const [HEADER, VECTOR, CONTROL, ADDRESS, DATA] = [0, 64, 96, 128, 256];
const ADDRESS_BYTES = 28;
const [CONTROL_BYTES, CONTROL_ROOM] = [18, 24];

interface Row {
  readonly sender: RowSender;
  readonly to: Endpoint;
  /** Of all but perhaps the last. */
  readonly size: number;
  count: number;
  bytes: number;
}

export class SendBatch {
  readonly #memory = new Uint8Array(DATA + MAX_BYTES);
  readonly #view = new DataView(this.#memory.buffer);
  readonly #header = this.#memory.subarray(HEADER, VECTOR);
  #row: Row | null = null;
  #bursts = 0;
  #state: "fresh" | "ready" | "impossible" = "fresh";

  /** What is sent from now on may wait for `endBurst`. */
  beginBurst(): void {
    this.#bursts += 1;
  }

  endBurst(): void {
    this.#bursts -= 1;
    if (this.#bursts === 0) this.flush();
  }

  /** Puts a datagram in the row; false if it is to be sent at once. */
  take(sender: RowSender, bytes: Uint8Array, to: Endpoint): boolean {
    if (this.#bursts === 0) return false;
    const isFit = bytes.length > 0 && bytes.length <= MAX_BYTES / 2 &&
      sender.failedRows < MAX_FAILED_ROWS && this.#isPossible();
    if (!isFit) {
      this.flush();
      return false;
    }
    let row = this.#row;
    if (row === null || !goesOn(row, sender, bytes.length, to)) {
      this.flush();
      row = { sender, to, size: bytes.length, count: 0, bytes: 0 };
      this.#row = row;
    }
    this.#memory.set(bytes, DATA + row.bytes);
    row.bytes += bytes.length;
    row.count += 1;
    if (bytes.length < row.size) this.flush();
    return true;
  }

  /** Sends what is in the row. */
  flush(): void {
    const row = this.#row;
    if (row === null) return;
    this.#row = null;
    const { sender, to, size, bytes } = row;
    if (row.count > 1 && this.#sendRow(row)) {
      sender.failedRows = 0;
      return;
    }
    let taken = 0;
    for (let at = 0; at < bytes; at += size) {
      const datagram = this.#memory.subarray(DATA + at, DATA + Math.min(at + size, bytes));
      if (sender.sendNow(datagram, to)) taken += 1;
    }
    if (row.count > 1 && taken > 0) sender.failedRows += 1;
  }

  /** The socket is about to be closed. */
  flushOf(sender: RowSender): void {
    if (this.#row?.sender === sender) this.flush();
  }

  #sendRow({ sender, to, size, bytes }: Row): boolean {
    const opened = openLibc();
    if (opened.kind !== "available") return false;
    this.#memory.set(to.sockaddr, ADDRESS);
    this.#view.setUint32(HEADER + 8, to.sockaddr.length, true);
    this.#view.setBigUint64(VECTOR + 8, BigInt(bytes), true);
    this.#view.setUint16(CONTROL + 16, size, true);
    return opened.libc.sendmsg(sender.fd, this.#header, MSG_DONTWAIT) === bytes;
  }

  /** Fills in what is always the same, at the first time. */
  #isPossible(): boolean {
    if (this.#state === "fresh") this.#state = this.#prepare() ? "ready" : "impossible";
    return this.#state === "ready";
  }

  #prepare(): boolean {
    const isLaidOutSo = Deno.build.os === "linux" &&
      (Deno.build.arch === "x86_64" || Deno.build.arch === "aarch64");
    if (!isLaidOutSo || openLibc().kind !== "available") return false;
    const base = Deno.UnsafePointer.value(Deno.UnsafePointer.of(this.#memory));
    const pointer = (at: number, to: number) =>
      this.#view.setBigUint64(at, BigInt(base) + BigInt(to), true);
    const size = (at: number, value: number) => this.#view.setBigUint64(at, BigInt(value), true);
    pointer(HEADER, ADDRESS);
    pointer(HEADER + 16, VECTOR);
    size(HEADER + 24, 1);
    pointer(HEADER + 32, CONTROL);
    size(HEADER + 40, CONTROL_ROOM);
    pointer(VECTOR, DATA);
    size(CONTROL, CONTROL_BYTES);
    this.#view.setInt32(CONTROL + 8, SOL_UDP, true);
    this.#view.setInt32(CONTROL + 12, UDP_SEGMENT, true);
    return ADDRESS + ADDRESS_BYTES <= DATA;
  }
}

function goesOn(row: Row, sender: RowSender, length: number, to: Endpoint): boolean {
  const isSame = row.sender === sender && (row.to === to || row.to.key === to.key);
  return isSame && length <= row.size && row.count < MAX_COUNT && row.bytes + length <= MAX_BYTES;
}

/** The one row of this process. */
export const sendBatch: SendBatch = new SendBatch();
