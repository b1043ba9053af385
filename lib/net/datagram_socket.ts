/**
 * UDP sockets.
 *
 * Theory of operation. `Deno.listenDatagram` makes the socket and waits for it. Where the C library
 * can be called, the socket's descriptor is looked up: by it the socket is bound to a device, told
 * not to cut datagrams, and read and written without a promise for each datagram, which is what
 * costs most. Elsewhere Deno does all of it.
 */
import { passOnUnlessSystem } from "../config/system_failure.ts";
import { toConnFailed } from "./conn_failed.ts";
import { bindToDevice } from "./device_socket.ts";
import type { Via } from "./via.ts";
import { type Endpoint, EndpointCache } from "./endpoint.ts";
import { type ListenAddress, toListenFailed } from "./listen.ts";
import { type RowSender, sendBatch } from "./send_batch.ts";
import { familyOf, formatAddress } from "./socket_address.ts";
import { findDatagramSocket, type FoundSocket, nextDescriptor } from "./socket_table.ts";

/** What its owner does with a socket. Nothing of this may throw. */
export interface DatagramHandler {
  /** `bytes` are good only during the call. */
  received(bytes: Uint8Array, from: Endpoint): void;
  /** A datagram was not sent: it does not fit the network, or the system did not take it. */
  notSent(why: "tooBig" | "failed", bytes: number, to: Endpoint): void;
}

export interface DatagramOptions extends ListenAddress {
  readonly via?: Via;
  /** `never`: a datagram that does not fit the network is not sent rather than cut. */
  readonly fragments?: "never" | "allowed";
  /** The port is one that another socket has already. */
  readonly isShared?: boolean;
}

const MAX_DATAGRAM_BYTES = 65_536;
const ROOM = BigInt(MAX_DATAGRAM_BYTES);
/** So many datagrams are taken in a row before others have their turn. */
const BURST = 64;
/** So many wait to be taken by the system; more are not sent. */
const MAX_WAITING = 64;
const MSG_DONTWAIT = Deno.build.os === "darwin" ? 0x80 : 0x40;
/** Of Linux. */
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const BUFFER_BYTES = 4 * 1024 * 1024;
const ERROR_PAUSE_MS = 20;

/**
 * Opens a UDP socket on a port that others are to find.
 *
 * @throws {ListenFailed} the port is taken, forbidden, or the address is not of this machine
 */
export function listenDatagrams(
  options: DatagramOptions,
  handler: DatagramHandler,
): DatagramSocket {
  try {
    return open(options, options.host, handler);
  } catch (cause) {
    throw toListenFailed(cause, options);
  }
}

/**
 * Opens a UDP socket on one address beside `other`, which is on all of them, and on the same port.
 * Null where the system cannot have both.
 *
 * @throws {ListenFailed} the address is not of this machine, or is not ready
 */
export function listenBeside(
  other: DatagramSocket,
  options: DatagramOptions,
  handler: DatagramHandler,
): DatagramSocket | null {
  if (Deno.build.os !== "linux" || !other.share("shared")) return null;
  try {
    const socket = open({ ...options, isShared: true }, options.host, handler);
    socket.share("alone");
    return socket;
  } catch (cause) {
    throw toListenFailed(cause, options);
  } finally {
    other.share("alone");
  }
}

/**
 * Opens a UDP socket to send from.
 *
 * @throws {ConnFailed} the address or device is gone, or there are no descriptors left
 */
export function openDatagramSocket(
  options: DatagramOptions,
  handler: DatagramHandler,
): DatagramSocket {
  const host = localHost(options);
  try {
    return open(options, host, handler);
  } catch (error) {
    throw toConnFailed(error, `open UDP socket on ${formatAddress(host, options.port)}`);
  }
}

function open(options: DatagramOptions, host: string, handler: DatagramHandler): DatagramSocket {
  const { port, via, isShared: reuseAddress = false } = options;
  const likely = nextDescriptor();
  const conn = Deno.listenDatagram({ transport: "udp", hostname: host, port, reuseAddress });
  try {
    const { addr } = conn;
    const local = "hostname" in addr ? formatAddress(addr.hostname, addr.port) : "";
    const found = likely === null ? null : findDatagramSocket(local, likely);
    if (found !== null) prepare(found, options);
    if (via?.kind === "device" && found !== null) bindToDevice(found.libc, found.fd, via.device);
    return new DatagramSocket(conn, found, handler).start();
  } catch (error) {
    conn.close();
    throw error;
  }
}

/** Where no socket can be bound to a device, the source address has to do. */
function localHost({ host, via }: DatagramOptions): string {
  if (via === undefined || via.kind === "any") return host;
  if (via.kind === "address") return via.address;
  return via.addresses.find((address) => familyOf(address) === familyOf(host)) ?? host;
}

function prepare({ libc, fd }: FoundSocket, { fragments, host }: DatagramOptions): void {
  const set = (level: number, name: number, value: number) =>
    libc.setsockopt(fd, level, name, new Uint8Array(new Int32Array([value]).buffer), 4);
  const isSix = familyOf(host) === 6;
  if (Deno.build.os === "darwin") {
    if (fragments === "never") set(isSix ? 41 : 0, isSix ? 62 : 28, 1); // IPV6_DONTFRAG, IP_DONTFRAG
    set(0xffff, 0x1002, BUFFER_BYTES); // SO_RCVBUF
    return;
  }
  if (fragments === "never") {
    set(0, 10, 2); // IP_MTU_DISCOVER, IP_PMTUDISC_DO
    if (isSix) set(41, 23, 2); // IPV6_MTU_DISCOVER
  }
  set(1, 8, BUFFER_BYTES); // SO_RCVBUF, as far as the system lets
  set(1, 7, BUFFER_BYTES); // SO_SNDBUF
}

export class DatagramSocket implements RowSender {
  readonly host: string;
  readonly port: number;
  readonly #conn: Deno.DatagramConn;
  readonly #found: FoundSocket | null;
  readonly #handler: DatagramHandler;
  readonly #endpoints = new EndpointCache();
  #receiving: Promise<void> = Promise.resolve();
  failedRows = 0;
  #waiting = 0;
  /** Resolves when what waits has been sent, or was not. */
  #sending: Promise<void> = Promise.resolve();
  #state: "open" | "closed" = "open";

  constructor(conn: Deno.DatagramConn, found: FoundSocket | null, handler: DatagramHandler) {
    const { addr } = conn;
    this.host = "hostname" in addr ? addr.hostname : "";
    this.port = "port" in addr ? addr.port : 0;
    this.#conn = conn;
    this.#found = found;
    this.#handler = handler;
  }

  /** Takes what comes from now on. */
  start(): this {
    this.#receiving = this.#receive();
    return this;
  }

  /** Sends `bytes`, which may be used again at once. What cannot be sent is told the owner. */
  send(bytes: Uint8Array, to: Endpoint): void {
    if (this.#state === "closed") return;
    const isDirect = this.#found !== null && this.#waiting === 0;
    if (!isDirect || !sendBatch.take(this, bytes, to)) this.sendNow(bytes, to);
  }

  /** The same, without waiting for others to go with it. */
  sendNow(bytes: Uint8Array, to: Endpoint): boolean {
    if (this.#found !== null && this.#waiting === 0) {
      const { libc, fd } = this.#found;
      const part = whole(bytes);
      const length = BigInt(part.length);
      const sent = libc.sendto(fd, part, length, MSG_DONTWAIT, to.sockaddr, to.sockaddr.length);
      if (sent === bytes.length) return true;
    }
    // Deno knows why it failed, or waits until there is room.
    if (this.#waiting >= MAX_WAITING) this.#handler.notSent("failed", bytes.length, to);
    else this.#sendLater(new Uint8Array(bytes), to);
    return false;
  }

  get fd(): number {
    return this.#found?.fd ?? -1;
  }

  /** Lets another socket be opened on the same port, or no longer; false where that cannot be. */
  share(how: "shared" | "alone"): boolean {
    if (this.#found === null || this.#state === "closed") return false;
    const { libc, fd } = this.#found;
    const value = new Uint8Array(new Int32Array([how === "shared" ? 1 : 0]).buffer);
    return libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, value, value.length) === 0;
  }

  async close(): Promise<void> {
    if (this.#state === "closed") return;
    sendBatch.flushOf(this);
    this.#state = "closed";
    this.#conn.close();
    await this.#receiving;
  }

  /** One after the other: several at once are sent in any order. */
  #sendLater(bytes: Uint8Array, to: Endpoint): void {
    this.#waiting += 1;
    this.#sending = this.#sending.then(() => this.#sendByDeno(bytes, to)).catch(reportError);
  }

  async #sendByDeno(bytes: Uint8Array, to: Endpoint): Promise<void> {
    try {
      await this.#conn.send(bytes, { transport: "udp", hostname: to.host, port: to.port });
    } catch (error) {
      if (this.#state === "closed") return;
      const isTooBig = error instanceof Error && "code" in error && error.code === "EMSGSIZE";
      this.#handler.notSent(isTooBig ? "tooBig" : "failed", bytes.length, to);
    } finally {
      this.#waiting -= 1;
    }
  }

  async #receive(): Promise<void> {
    const buffer = new Uint8Array(MAX_DATAGRAM_BYTES);
    while (this.#state === "open") {
      let received: [Uint8Array, Deno.Addr];
      try {
        received = await this.#conn.receive(buffer);
      } catch (error) {
        passOnUnlessSystem(error);
        // What an earlier datagram met with is perhaps reported here; nothing of it is lasting.
        if (this.#isClosed()) return;
        await new Promise((resolve) => setTimeout(resolve, ERROR_PAUSE_MS));
        continue;
      }
      if (this.#isClosed()) return;
      sendBatch.beginBurst();
      try {
        this.#take(received, buffer);
      } catch (error) {
        reportError(error); // a mistake of ours, which must not close a port that many use
      } finally {
        sendBatch.endBurst();
      }
    }
  }

  #take([bytes, from]: [Uint8Array, Deno.Addr], buffer: Uint8Array<ArrayBuffer>): void {
    if ("hostname" in from) {
      this.#handler.received(bytes, this.#endpoints.ofText(from.hostname, from.port));
    }
    this.#receiveMore(buffer);
  }

  #isClosed(): boolean {
    return this.#state === "closed";
  }

  /** Takes what came meanwhile, without waiting. */
  #receiveMore(buffer: Uint8Array<ArrayBuffer>): void {
    if (this.#found === null) return;
    const { libc, fd } = this.#found;
    for (let count = 0; count < BURST && this.#state === "open"; count++) {
      nameLength[0] = name.length;
      const length = libc.recvfrom(fd, buffer, ROOM, MSG_DONTWAIT, name, nameLengthBytes);
      if (length < 0) return;
      const from = this.#endpoints.ofSockaddr(name.subarray(0, nameLength[0]));
      this.#handler.received(buffer.subarray(0, length), from);
    }
  }
}

/** The C library is given no part of a shared buffer; none is ever in use here. */
function whole(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? bytes as Uint8Array<ArrayBuffer>
    : new Uint8Array(bytes);
}

const name = new Uint8Array(28);
const nameLength = new Uint32Array(1);
const nameLengthBytes = new Uint8Array(nameLength.buffer);
