/**
 * The two ways in which CNAPT's packets travel by UDP, on one provider.
 *
 * With `security: tls` all flows share one socket and every datagram is sealed. With `security: none`
 * each flow has a socket of its own on the provider, so that its address says whose the untouched
 * payload is; beside them there is one that only asks whether UDP gets through.
 */
import type { DropReason } from "../../core/datagram/drop_counters.ts";
import { decodePacket, type Packet } from "../../core/datagram/packet.ts";
import { CALL_HEAD_BYTES, encodeRelayDatagram } from "../../core/relay/relay_datagrams.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import {
  type DatagramHandler,
  type DatagramSocket,
  openDatagramSocket,
} from "../../net/datagram_socket.ts";
import type { Via } from "../../net/via.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { guardedHandler } from "../run/guarded_handler.ts";
import { type Endpoint, endpointOf } from "../../net/endpoint.ts";
import { familyOf } from "../../net/socket_address.ts";
import type { DatagramSeal } from "./sealing/datagram_seal.ts";
import type { DatagramSignature } from "./sealing/datagram_signature.ts";
import { takeSocketRoom } from "./socket_room.ts";

/** What a way tells the session it belongs to. */
export interface UdpWayEvents {
  /** An authentic packet, and how to answer it on the way on which it came. */
  received(packet: Packet, answer: (packet: Packet) => void): void;
  dropped(reason: DropReason): void;
  notSent(why: "tooBig" | "sendFailed", bytes: number): void;
}

export interface UdpWay {
  readonly kind: "sealed" | "signed";
  /** @throws {ConnFailed} no socket can be had for it; `exhausted`: there are too few descriptors */
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

/** Where a way leads, and who owns what happens on it. */
export interface UdpWayContext {
  readonly peer: Endpoint;
  /** At the peer a relay may be: what SNAPT is called by there. Null: SNAPT itself is. */
  readonly route?: bigint | null;
  readonly via: Via;
  readonly tasks: TaskGroup;
  readonly events: UdpWayEvents;
}

function openSocket({ peer, via, tasks }: UdpWayContext, handler: DatagramHandler): DatagramSocket {
  const host = familyOf(peer.host) === 6 ? "::" : "0.0.0.0";
  const options = { host, port: 0, via, fragments: "never" } as const;
  return openDatagramSocket(options, guardedHandler(tasks, handler));
}

/** One for all: what is written into it is sent before the next one. */
const ROOM = new Uint8Array(65_536);

export class SealedWay implements UdpWay {
  readonly kind = "sealed";
  readonly #seal: DatagramSeal;
  readonly #context: UdpWayContext;
  readonly #socket: DatagramSocket;
  readonly #answer = (packet: Packet) => this.send(packet);

  /** @throws {ConnFailed} no socket can be had on the provider */
  constructor(seal: DatagramSeal, context: UdpWayContext) {
    this.#seal = seal;
    this.#context = context;
    const { events, route = null } = context;
    const headBytes = route === null ? 0 : CALL_HEAD_BYTES;
    this.#socket = openSocket(context, {
      received: (bytes) => this.#received(bytes),
      notSent: (why, bytes) =>
        events.notSent(why === "failed" ? "sendFailed" : why, bytes - headBytes),
    });
  }

  send(packet: Packet): void {
    const { peer, route = null } = this.#context;
    const sealed = this.#seal.seal(packet);
    const isCall = route !== null;
    this.#socket.send(
      isCall ? encodeRelayDatagram({ kind: "call", route, sealed }, ROOM) : sealed,
      peer,
    );
  }

  forget(): void {}

  close(): void {
    this.#context.tasks.run("close way", () => this.#socket.close());
  }

  #received(bytes: Uint8Array): void {
    const { events } = this.#context;
    const opened = this.#seal.open(bytes);
    if (opened.kind === "dropped") return events.dropped(opened.reason);
    const packet = packetOf(opened.packet);
    if (packet === null) events.dropped("malformed");
    else events.received(packet, this.#answer);
  }
}

/** Number of no flow: the socket that asks whether UDP gets through. */
const PROBING = 0;

export class SignedWay implements UdpWay {
  readonly kind = "signed";
  readonly #signature: DatagramSignature;
  readonly #context: UdpWayContext;
  readonly #peer: Endpoint;
  readonly #sockets = new Map<number, DatagramSocket>();

  constructor(signature: DatagramSignature, context: UdpWayContext) {
    this.#signature = signature;
    this.#context = context;
    this.#peer = endpointOf(context.peer.host, context.peer.port);
  }

  send(packet: Packet): void {
    const socket = this.#socketOf("flow" in packet ? packet.flow : PROBING);
    const bytes = packet.kind === "data" ? packet.payload : this.#signature.sign(packet);
    socket.send(bytes, this.#peer);
  }

  forget(flow: number): void {
    const socket = this.#sockets.get(flow);
    if (socket !== undefined) this.#context.tasks.run("close way", () => socket.close());
    this.#sockets.delete(flow);
  }

  close(): void {
    for (const flow of [...this.#sockets.keys()]) this.forget(flow);
  }

  #socketOf(flow: number): DatagramSocket {
    const known = this.#sockets.get(flow);
    if (known !== undefined) return known;
    const { events } = this.#context;
    // Any program of this machine can make flows; whether UDP gets through is asked for all of them.
    if (flow !== PROBING) takeSocketRoom(this.#peer.key, "application");
    const socket = openSocket(this.#context, {
      received: (bytes, from) => this.#received(flow, bytes, from),
      notSent: (why, bytes) => events.notSent(why === "failed" ? "sendFailed" : why, bytes),
    });
    this.#sockets.set(flow, socket);
    return socket;
  }

  #received(flow: number, bytes: Uint8Array, from: Endpoint): void {
    const { events } = this.#context;
    const verified = this.#signature.verify(bytes);
    if (verified.kind === "replayed") return events.dropped("replayed");
    const answer = (packet: Packet) =>
      this.#sockets.get(flow)?.send(this.#signature.sign(packet), this.#peer);
    if (verified.kind === "payload") {
      if (from.key !== this.#peer.key || flow === PROBING) return events.dropped("stranger");
      return events.received({ kind: "data", flow, payload: bytes }, answer);
    }
    const packet = packetOf(verified.packet);
    if (packet === null) events.dropped("malformed");
    else events.received(packet, answer);
  }
}
