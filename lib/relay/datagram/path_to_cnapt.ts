import { datagramBytes } from "../../core/datagram/datagram_size.ts";
import type { FlowPacket, Packet } from "../../core/datagram/packet.ts";
import type { DatagramPath } from "../../net/datagram_listener.ts";
import type { OwnKeys } from "./sealing/datagram_keys.ts";
import type { DatagramLink } from "./datagram_link.ts";
import { LargeLink } from "./large_link.ts";
import { ContestedAddresses } from "./contested_addresses.ts";
import { CnaptAddress } from "./cnapt_address.ts";
import { DatagramSeal } from "./sealing/datagram_seal.ts";
import { DatagramSignature } from "./sealing/datagram_signature.ts";
import type { Clock } from "../run/clock.ts";
import type { Answer, PathToCnaptEvents } from "./path_to_cnapt_events.ts";
import { packetOf } from "./udp_way.ts";

/**
 * How packets of one session come from CNAPT and go there: by UDP to where it last proved to be, for
 * all flows or, with untouched payload, for each of its own; or on a link.
 */
export class PathToCnapt {
  readonly #protection: OwnKeys["protection"];
  readonly #seal: DatagramSeal;
  readonly #signature: DatagramSignature;
  readonly #clock: Clock;
  readonly #events: PathToCnaptEvents;
  /** Where sealed datagrams go. */
  #peer: CnaptAddress | null = null;
  /** Where the payload of each flow goes. */
  readonly #peers = new Map<number, CnaptAddress>();
  readonly #contested = new ContestedAddresses();
  #link: DatagramLink | null = null;
  /** For what is too large for a datagram. */
  readonly #large = new LargeLink();
  /**
   * Only what CNAPT took in this epoch or later is a network: before, it may have gone. Infinity as
   * long as there is no control link. What UDP brings may come before the control link does.
   */
  #neededEpoch = 0;
  /** The newest epoch in which CNAPT is known to have taken a network for sealed datagrams. */
  #knownEpoch = 0;

  constructor(keys: OwnKeys, clock: Clock, events: PathToCnaptEvents) {
    this.#protection = keys.protection;
    this.#seal = new DatagramSeal(keys);
    this.#signature = new DatagramSignature(keys);
    this.#clock = clock;
    this.#events = events;
  }

  /** How packets reach CNAPT just now. */
  get way(): "udp" | "link" | "held" {
    if (this.#link !== null) return "link";
    return this.#neededEpoch <= this.#knownEpoch ? "udp" : "held";
  }

  /** There is no control link, and so no network. */
  suspend(): void {
    this.#neededEpoch = Infinity;
    this.useLink(null);
    this.#large.close();
  }

  /** CNAPT is back; where it can be reached by UDP, what it sends in this epoch says. */
  resume(epoch: number): void {
    if (this.#neededEpoch !== Infinity) return;
    this.#neededEpoch = epoch;
    this.#events.released(null);
  }

  /**
   * Packets go by this link from now on, or, if null, no longer by one. `above`: only those that would
   * make a longer datagram; 0: all.
   */
  useLink(link: DatagramLink | null, above = 0): void {
    if (above > 0) return this.#large.use(link, above);
    this.#link?.close();
    this.#link = link;
    if (link !== null) this.#events.released(null);
  }

  /** The link broke, or CNAPT can use UDP again. */
  linkEnded(link: DatagramLink): void {
    if (this.#link === link) this.#link = null;
    this.#large.ended(link);
  }

  /** A datagram of so many bytes was too long for the network: CNAPT is asked for a link. */
  didNotFit(bytes: number): void {
    this.#large.didNotFit(bytes);
    if (!this.#large.isThere) this.#askForLink();
  }

  #askForLink(): void {
    const tooLarge = { kind: "tooLarge" } as const;
    if (this.#protection === "sealed") {
      if (this.#peer !== null) this.#sendSealed(tooLarge, this.#peer);
      return;
    }
    const [peer] = this.#peers.values();
    if (peer !== undefined) this.#sendSigned(tooLarge, peer);
  }

  linkReceived(packet: Packet, link: DatagramLink): void {
    this.#take(packet, (answer) => {
      link.send(answer);
    });
  }

  /** A datagram that bears the tag of this session. */
  sealedReceived(bytes: Uint8Array, from: DatagramPath): void {
    const opened = this.#seal.open(bytes);
    if (opened.kind === "dropped") return this.#events.dropped(opened.reason);
    const packet = packetOf(opened.packet);
    if (packet === null) return this.#events.dropped("malformed");
    // Datagrams overtake one another: only the newest says where CNAPT is.
    const isMove = opened.isNewest && from.key !== this.#peer?.path.key;
    if (isMove) this.#peer = new CnaptAddress(from);
    const isCurrent = from.key === this.#peer?.path.key;
    const peer = isCurrent && this.#peer !== null ? this.#peer : new CnaptAddress(from);
    peer.proof.received(bytes.length);
    const answer = (reply: Packet) => {
      this.#sendSealed(reply, peer);
    };
    // Asked for first: through a relay there may be no room for more than that.
    if (packet.kind === "probed") this.#proved(peer, packet.token, null);
    if (peer === this.#peer) this.#askForProof(peer, answer);
    this.#take(packet, answer);
    if ("epoch" in packet && opened.isNewest) this.#heard(packet.epoch);
  }

  /**
   * A datagram that looks signed and bears the tag; false if it is payload. `bound`: the flow of this
   * session that the address belongs to; `isOthers`: it belongs to one of another session.
   */
  signedReceived(
    bytes: Uint8Array,
    from: DatagramPath,
    bound: number | null,
    isOthers = false,
  ): boolean {
    const verified = this.#signature.verify(bytes);
    if (verified.kind === "payload") return false;
    if (verified.kind === "replayed") {
      this.#events.dropped("replayed");
      return true;
    }
    const packet = packetOf(verified.packet);
    if (packet === null) {
      this.#events.dropped("malformed");
      return true;
    }
    if (isOthers) {
      this.#claim(packet, from, bytes.length);
      return true;
    }
    const known = bound === null ? undefined : this.#peers.get(bound);
    const peer = known ?? new CnaptAddress(from);
    peer.proof.received(bytes.length);
    const answer = (reply: Packet) => {
      this.#sendSigned(reply, peer);
    };
    if (packet.kind === "probed") {
      if (bound !== null) this.#proved(peer, packet.token, bound);
      return true;
    }
    const isKnown = this.#take(packet, answer);
    if ("epoch" in packet) this.#heard(packet.epoch);
    if (packet.kind !== "bind" || !isKnown) return true;
    peer.epoch = packet.epoch;
    this.#move(packet.flow, peer, bound);
    this.#askForProof(peer, answer);
    return true;
  }

  /** Untouched payload from the address that is bound to `flow`. */
  payloadReceived(flow: number, payload: Uint8Array): void {
    this.#peers.get(flow)?.proof.received(payload.length);
    this.#take({ kind: "data", flow, payload }, () => {});
  }

  /** False when there is no way, or none that is proven, for so much. */
  send(packet: FlowPacket): boolean {
    if (this.#link !== null) {
      const outcome = this.#link.send(packet);
      if (outcome !== "sent") this.#events.dropped(outcome);
      return true;
    }
    if (datagramBytes(this.#protection, packet) > this.#large.above) {
      const outcome = this.#large.send(packet);
      if (outcome !== "sent") this.#events.dropped(outcome);
      if (!this.#large.isThere) this.#askForLink();
      return true;
    }
    if (this.#protection === "sealed") {
      const isKnown = this.#peer !== null && this.#neededEpoch <= this.#knownEpoch;
      return this.#peer !== null && isKnown && this.#sendSealed(packet, this.#peer);
    }
    const peer = this.#peers.get(packet.flow);
    if (peer === undefined || peer.epoch < this.#neededEpoch) return false;
    return packet.kind === "data"
      ? this.#sendBytes(packet.payload, peer)
      : this.#sendSigned(packet, peer);
  }

  /** Another session has proven that it is at the address of this flow now. */
  displaced(flow: number): void {
    this.#peers.delete(flow);
  }

  /** The flow has no address any more. */
  forget(flow: number): void {
    this.#contested.forget(flow);
    const peer = this.#peers.get(flow);
    if (peer !== undefined) this.#events.bindAddress(peer.path, null);
    this.#peers.delete(flow);
  }

  /** An authentic packet from an address that belongs to another session. */
  #claim(packet: Packet, from: DatagramPath, bytes: number): void {
    const claim = this.#contested.at(from);
    const { peer } = claim;
    peer.proof.received(bytes);
    const answer = (reply: Packet) => {
      // The other session may well be there: it hears no more of this one than has to be.
      if (reply.kind === "probe" || peer.proof.isProven) this.#sendSigned(reply, peer);
    };
    if (packet.kind === "probed") peer.proof.answered(packet.token);
    else {
      const isKnown = this.#take(packet, answer);
      if ("epoch" in packet) this.#heard(packet.epoch);
      if (packet.kind === "bind" && isKnown) {
        peer.epoch = packet.epoch;
        claim.flow = packet.flow;
      }
    }
    if (!peer.proof.isProven) return this.#askForProof(peer, answer);
    const { flow } = claim;
    if (flow === null) return;
    this.#contested.settled(from);
    this.#move(flow, peer, null);
    answer({ kind: "bound", flow });
  }

  #take(packet: Packet, answer: Answer): boolean {
    if (packet.kind === "probed" || packet.kind === "tooLarge") return false;
    if (packet.kind !== "probe") return this.#events.received(packet, answer);
    answer({ kind: "probed", token: packet.token });
    return true;
  }

  #heard(epoch: number): void {
    if (epoch <= this.#knownEpoch) return;
    const wasHeld = this.#neededEpoch > this.#knownEpoch;
    this.#large.networkChanged();
    this.#knownEpoch = epoch;
    if (wasHeld && this.#neededEpoch <= epoch) this.#events.released(null);
  }

  #proved(peer: CnaptAddress, token: number, flow: number | null): void {
    if (!peer.proof.answered(token)) return;
    peer.path.relayed?.proven();
    this.#events.released(flow);
  }

  #askForProof(peer: CnaptAddress, answer: Answer): void {
    if (!peer.shouldAsk(this.#clock.now())) return;
    answer({ kind: "probe", token: peer.proof.token, epoch: 0 });
  }

  /** A flow is at the address of `peer` from now on, and no other flow is; `bound` was. */
  #move(flow: number, peer: CnaptAddress, bound: number | null): void {
    if (bound !== flow) {
      if (bound !== null) this.forget(bound);
      this.forget(flow);
      this.#peers.set(flow, peer);
      this.#events.bindAddress(peer.path, flow);
    }
    this.#events.released(flow);
  }

  #sendSealed(packet: Packet, peer: CnaptAddress): boolean {
    return this.#sendBytes(this.#seal.seal(packet), peer);
  }

  #sendSigned(packet: Packet, peer: CnaptAddress): boolean {
    return this.#sendBytes(this.#signature.sign(packet), peer);
  }

  #sendBytes(bytes: Uint8Array, peer: CnaptAddress): boolean {
    if (!peer.proof.spend(bytes.length)) return false;
    this.#events.send(bytes, peer.path);
    return true;
  }
}
