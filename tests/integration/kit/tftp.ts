/** TFTP (RFC 1350) as far as transfers need it: requests, data, acknowledgements, repetition. */
import { Buffer } from "node:buffer";
import { type DatagramSocket, openDatagramSocket } from "../../../lib/net/datagram_socket.ts";
import { type Endpoint, endpointOf } from "../../../lib/net/endpoint.ts";

const BLOCK_BYTES = 512;
const RESEND_MS = 500;
const PATIENCE_MS = 20_000;
const READ = 1;
const WRITE = 2;
const DATA = 3;
const ACK = 4;

/** What is sent next, and whether all has come or gone then; null where a packet changes nothing. */
type Step = (packet: Uint8Array) => { readonly say: Uint8Array | null; isOver: boolean } | null;

interface Exchange {
  readonly step: Step;
  /** Who is talked to; null until somebody has answered, as a client does not know from where. */
  peer: Endpoint | null;
  readonly over: () => void;
  readonly failed: (reason: Error) => void;
}

/** A port that does one transfer after the other, and hears only the port that answers it first. */
export class TftpPort implements AsyncDisposable {
  /** Packets of other ports than that. */
  strangers = 0;
  /** How often each request is sent, as if the first ones had been thought lost. */
  requests = 1;
  /** Called with each packet of a transfer, before it is dealt with. */
  heard: () => void = () => {};
  readonly #socket: DatagramSocket;
  #exchange: Exchange | null = null;
  #repeat: ReturnType<typeof setInterval> | undefined;
  #last: { readonly packet: Uint8Array; readonly to: Endpoint } | null = null;

  constructor() {
    this.#socket = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
      received: (bytes, from) => this.#received(bytes, from),
      notSent: () => {},
    });
  }

  /** Reads a file of the server at `to`. */
  async get(name: string, to: Endpoint): Promise<Uint8Array> {
    return await this.receive(request(READ, name), to, null);
  }

  /** Writes a file of the server at `to`. */
  async put(name: string, content: Uint8Array, to: Endpoint): Promise<void> {
    await this.#run(request(WRITE, name), to, null, sending(content, 0));
  }

  async receive(first: Uint8Array, to: Endpoint, peer: Endpoint | null): Promise<Uint8Array> {
    const blocks: Uint8Array[] = [];
    await this.#run(first, to, peer, receiving(blocks));
    return new Uint8Array(Buffer.concat(blocks));
  }

  async send(content: Uint8Array, to: Endpoint): Promise<void> {
    await this.#run(dataOf(content, 1), to, to, sending(content, 1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#exchange?.failed(new Error("the port was closed"));
    await this.#socket.close();
  }

  async #run(first: Uint8Array, to: Endpoint, peer: Endpoint | null, step: Step): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#exchange = { step, peer, over: resolve, failed: reject };
    for (let sent = peer === null ? this.requests : 1; sent > 0; sent--) this.#say(first, to);
    const limit = setTimeout(() => reject(new Error("the transfer does not end")), PATIENCE_MS);
    this.#repeat = setInterval(() => {
      if (this.#last !== null) this.#say(this.#last.packet, this.#last.to);
    }, RESEND_MS);
    try {
      await promise;
    } finally {
      clearInterval(this.#repeat);
      clearTimeout(limit);
    }
  }

  #received(packet: Uint8Array, from: Endpoint): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    exchange.peer ??= from;
    if (exchange.peer.key !== from.key) {
      this.strangers += 1;
      return;
    }
    this.heard();
    const next = exchange.step(packet);
    if (next === null) return;
    if (next.say !== null) this.#say(next.say, from);
    if (next.isOver) exchange.over();
  }

  #say(packet: Uint8Array, to: Endpoint): void {
    this.#last = { packet, to };
    this.#socket.send(packet, to);
  }
}

/** A server that answers each request from a port of its own, as they all do. */
export class TftpServer implements AsyncDisposable {
  readonly files = new Map<string, Uint8Array>();
  /** Every transfer that was begun, in order. */
  readonly transfers: TftpPort[] = [];
  readonly #socket: DatagramSocket;

  constructor() {
    this.#socket = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
      received: (bytes, from) => this.#requested(bytes, from),
      notSent: () => {},
    });
  }

  get port(): number {
    return this.#socket.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.transfers.map((transfer) => transfer[Symbol.asyncDispose]()));
    await this.#socket.close();
  }

  #requested(bytes: Uint8Array, from: Endpoint): void {
    const [name = ""] = new TextDecoder().decode(bytes.subarray(2)).split("\0");
    const transfer = new TftpPort();
    this.transfers.push(transfer);
    const failed = () => {}; // whoever asked waits, and says so
    if (bytes[1] === READ) {
      transfer.send(this.files.get(name) ?? new Uint8Array(0), from).catch(failed);
    } else if (bytes[1] === WRITE) {
      transfer.receive(ackOf(0), from, from)
        .then((content) => this.files.set(name, content)).catch(failed);
    }
  }
}

/** Where a TFTP server is on loopback. */
export function tftpAt(port: number, host = "127.0.0.1"): Endpoint {
  return endpointOf(host, port);
}

function request(opcode: number, name: string): Uint8Array {
  return Uint8Array.of(0, opcode, ...new TextEncoder().encode(`${name}\0octet\0`));
}

function ackOf(block: number): Uint8Array {
  return Uint8Array.of(0, ACK, block >> 8, block & 0xff);
}

function dataOf(content: Uint8Array, block: number): Uint8Array {
  const at = (block - 1) * BLOCK_BYTES;
  return Uint8Array.of(
    0,
    DATA,
    block >> 8,
    block & 0xff,
    ...content.subarray(at, at + BLOCK_BYTES),
  );
}

/** Sends `content` from the block behind `acknowledged` on; the last one is shorter than a block. */
function sending(content: Uint8Array, first: number): Step {
  let block = first;
  const last = Math.floor(content.length / BLOCK_BYTES) + 1;
  return (packet) => {
    if (packet[1] !== ACK || numberOf(packet) !== block) return null;
    if (block === last) return { say: null, isOver: true };
    block += 1;
    return { say: dataOf(content, block), isOver: false };
  };
}

function receiving(blocks: Uint8Array[]): Step {
  return (packet) => {
    if (packet[1] !== DATA) return null;
    const block = numberOf(packet);
    if (block === blocks.length + 1) blocks.push(packet.slice(4));
    else if (block !== blocks.length) return null;
    return { say: ackOf(block), isOver: (blocks.at(-1)?.length ?? 0) < BLOCK_BYTES };
  };
}

function numberOf(packet: Uint8Array): number {
  return (packet[2] ?? 0) << 8 | (packet[3] ?? 0);
}
