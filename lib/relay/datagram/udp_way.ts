/**
 * The two ways in which CNAPT's packets travel by UDP, on one provider.
 *
 * With `security: tls` all flows share one socket and every datagram is sealed. With `security: none`
 * each flow has a socket of its own on the provider, so that its address says whose the untouched
 * payload is; beside them there is one that only asks whether UDP gets through.
 */
import type { DropReason } from "../../core/datagram/drop_counters.ts";
import { decodePacket, type Packet } from "../../core/datagram/packet.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import {
  type DatagramHandler,
  type DatagramSocket,
  openDatagramSocket,
} from "../../net/datagram_socket.ts";
import type { Via } from "../../net/dial.ts";
import { type Endpoint, endpointOf } from "../../net/endpoint.ts";
import { familyOf } from "../../net/socket_address.ts";
import type { DatagramSeal } from "./sealing/datagram_seal.ts";
import type { DatagramSignature } from "./sealing/datagram_signature.ts";

/** What a way tells the session it belongs to. */
export interface UdpWayEvents {
  /** An authentic packet, and how to answer it on the way on which it came. */
  received(packet: Packet, answer: (packet: Packet) => void): void;
  dropped(reason: DropReason): void;
  notSent(why: "tooBig" | "sendFailed", bytes: number): void;
}

export interface UdpWay {
  readonly kind: "sealed" | "signed";
  /** @throws {ConnFailed} no socket can be had for it */
  send(packet: Packet): void;
  forget(flow: number): void;
  close(): void;
}

/** The packet in `bytes`, or what is wrong with it. */
export function packetOf(bytes: Uint8Array): Packet | null {
  try {
    return decodePacket(bytes);
  } catch (error) {
    if (error instanceof ProtocolViolation) return null;
    throw error;
  }
}

function openSocket(peer: Endpoint, via: Via, handler: DatagramHandler): DatagramSocket {
  const host = familyOf(peer.host) === 6 ? "::" : "0.0.0.0";
  return openDatagramSocket({ host, port: 0, via, fragments: "never" }, handler);
}

export class SealedWay implements UdpWay {
  readonly kind = "sealed";
  readonly #seal: DatagramSeal;
  readonly #peer: Endpoint;
  readonly #events: UdpWayEvents;
  readonly #socket: DatagramSocket;
  readonly #answer = (packet: Packet) => this.send(packet);

  /** @throws {ConnFailed} no socket can be had on the provider */
  constructor(seal: DatagramSeal, peer: Endpoint, via: Via, events: UdpWayEvents) {
    this.#seal = seal;
    this.#peer = peer;
    this.#events = events;
    this.#socket = openSocket(peer, via, {
      received: (bytes) => this.#received(bytes),
      notSent: (why, bytes) => events.notSent(why === "failed" ? "sendFailed" : why, bytes),
    });
  }

  send(packet: Packet): void {
    this.#socket.send(this.#seal.seal(packet), this.#peer);
  }

  forget(): void {}

  close(): void {
    void this.#socket.close();
  }

  #received(bytes: Uint8Array): void {
    const opened = this.#seal.open(bytes);
    if (opened.kind === "dropped") return this.#events.dropped(opened.reason);
    const packet = packetOf(opened.packet);
    if (packet === null) this.#events.dropped("malformed");
    else this.#events.received(packet, this.#answer);
  }
}

/** Number of no flow: the socket that asks whether UDP gets through. */
const PROBING = 0;

export class SignedWay implements UdpWay {
  readonly kind = "signed";
  readonly #signature: DatagramSignature;
  readonly #peer: Endpoint;
  readonly #via: Via;
  readonly #events: UdpWayEvents;
  readonly #sockets = new Map<number, DatagramSocket>();

  constructor(signature: DatagramSignature, peer: Endpoint, via: Via, events: UdpWayEvents) {
    this.#signature = signature;
    this.#peer = endpointOf(peer.host, peer.port);
    this.#via = via;
    this.#events = events;
  }

  send(packet: Packet): void {
    const socket = this.#socketOf("flow" in packet ? packet.flow : PROBING);
    const bytes = packet.kind === "data" ? packet.payload : this.#signature.sign(packet);
    socket.send(bytes, this.#peer);
  }

  forget(flow: number): void {
    void this.#sockets.get(flow)?.close();
    this.#sockets.delete(flow);
  }

  close(): void {
    for (const flow of [...this.#sockets.keys()]) this.forget(flow);
  }

  #socketOf(flow: number): DatagramSocket {
    const known = this.#sockets.get(flow);
    if (known !== undefined) return known;
    const socket = openSocket(this.#peer, this.#via, {
      received: (bytes, from) => this.#received(flow, bytes, from),
      notSent: (why, bytes) => this.#events.notSent(why === "failed" ? "sendFailed" : why, bytes),
    });
    this.#sockets.set(flow, socket);
    return socket;
  }

  #received(flow: number, bytes: Uint8Array, from: Endpoint): void {
    const verified = this.#signature.verify(bytes);
    if (verified.kind === "replayed") return this.#events.dropped("replayed");
    const answer = (packet: Packet) =>
      this.#sockets.get(flow)?.send(this.#signature.sign(packet), this.#peer);
    if (verified.kind === "payload") {
      if (from.key !== this.#peer.key || flow === PROBING) return this.#events.dropped("stranger");
      return this.#events.received({ kind: "data", flow, payload: bytes }, answer);
    }
    const packet = packetOf(verified.packet);
    if (packet === null) this.#events.dropped("malformed");
    else this.#events.received(packet, answer);
  }
}
