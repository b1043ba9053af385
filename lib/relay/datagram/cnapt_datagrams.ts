import { PathProbe } from "../../core/datagram/path_probe.ts";
import type { Packet } from "../../core/datagram/packet.ts";
import {
  ALL_SERVICES,
  isAllowed,
  ruledName,
  type RuleOf,
} from "../../core/decision/service_rule.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { DatagramSession } from "../../core/wire/datagram_messages.ts";
import type { StreamTarget } from "../../core/wire/stream_opening.ts";
import { monotonicMs } from "../../net/clock.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { parseEndpoint } from "../../net/endpoint.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import { SYSTEM_CLOCK } from "../run/system_clock.ts";
import type { CnaptFlows } from "./cnapt_flows.ts";
import { deriveDatagramKeys } from "./sealing/datagram_keys.ts";
import { DatagramLink } from "./datagram_link.ts";
import { DatagramSeal } from "./sealing/datagram_seal.ts";
import { DatagramSignature } from "./sealing/datagram_signature.ts";
import type { Link } from "../link/link.ts";
import type { DatagramWay, PacketCarrier } from "./packet_carrier.ts";
import type { Provider } from "../network/provider.ts";
import type { RelayLog } from "../run/relay_log.ts";
import { SealedWay, SignedWay, type UdpWay, type UdpWayEvents } from "./udp_way.ts";

/** After a switch the old way is listened to for so long: datagrams may still be under way. */
const RETIRE_MS = 2_000;
/** Pause before another link is asked for when one broke. */
const LINK_RETRY_MS = 250;

export interface CnaptDatagramsContext {
  readonly flows: CnaptFlows;
  readonly key: Uint8Array;
  readonly log: RelayLog;
  /** Which services may go over which provider. */
  readonly ruleOf: RuleOf;
  /** A parked link of this provider, as soon as there is one; `take` owns it. */
  requestLink(provider: ProviderKey, take: (link: Link) => void): void;
  /** Something came from SNAPT by the network in use: when it stops to, that is suspicious. */
  heard(): void;
}

type LinkState =
  | { readonly kind: "none" }
  | { readonly kind: "requested" }
  | { readonly kind: "open"; readonly link: DatagramLink };

/**
 * Carries the flows of a site during one session: by UDP on the provider that the session lives on,
 * or, as long as that lets no UDP through, on a link.
 */
export class CnaptDatagrams implements PacketCarrier {
  readonly #offer: DatagramSession;
  readonly #context: CnaptDatagramsContext;
  readonly #seal: DatagramSeal;
  readonly #signature: DatagramSignature;
  readonly #probe = new PathProbe();
  readonly #alarm = new DeadlineTimer(SYSTEM_CLOCK, () => this.#check());
  readonly #retired = new Map<UdpWay, ReturnType<typeof setTimeout>>();
  #provider: ProviderKey | null = null;
  /** Of the provider in use; asked for once, not for each datagram. */
  #rule = ALL_SERVICES;
  #udp: UdpWay | null = null;
  #link: LinkState = { kind: "none" };
  #retry: ReturnType<typeof setTimeout> | undefined;
  #bindings = 0;
  #epoch = 0;

  constructor(offer: DatagramSession, context: CnaptDatagramsContext) {
    this.#offer = offer;
    this.#context = context;
    const { protection, tag } = offer;
    const keys = deriveDatagramKeys(context.key, offer);
    const own = { protection, tag, sending: keys.cnapt, receiving: keys.snapt };
    this.#seal = new DatagramSeal(own);
    this.#signature = new DatagramSignature(own);
    context.flows.attach(this, offer.services);
  }

  get epoch(): number {
    return this.#epoch;
  }

  get way(): DatagramWay {
    if (this.#link.kind === "open") return "link";
    if (this.#udp === null || this.#probe.state === "blocked") return "held";
    return this.#udp.kind;
  }

  mayCarry(target: StreamTarget): boolean {
    return isAllowed(this.#rule, ruledName(target));
  }

  send(packet: Packet): void {
    if (this.#link.kind === "open") {
      const outcome = this.#link.link.send(packet);
      if (outcome !== "sent") this.#context.flows.notSent(outcome, 0);
      return;
    }
    if (this.#udp === null) return;
    this.#sendBy(this.#udp, packet);
    // Going off too early is cheaper than to set it anew for every datagram.
    if (this.#probe.noteSent(monotonicMs())) {
      this.#alarm.pullIn(this.#probe.nextCheckAt(this.#context.flows.count > 0));
    }
  }

  forget(flow: number): void {
    this.#udp?.forget(flow);
    for (const way of this.#retired.keys()) way.forget(flow);
  }

  /** The session lives on this provider from now on, where SNAPT is at `remoteAddress`. */
  use(provider: Provider, remoteAddress: string, epoch: number): void {
    const peer = parseEndpoint(remoteAddress);
    this.#closeLink();
    if (this.#udp !== null) this.#retire(this.#udp);
    this.#udp = null;
    this.#provider = provider.key;
    this.#rule = this.#context.ruleOf(provider.key);
    this.#epoch = epoch;
    const { flows, log } = this.#context;
    try {
      if (peer === null) throw new ConnFailed("other", `Cannot send UDP to ${remoteAddress}`);
      const make = this.#offer.protection === "sealed"
        ? (events: UdpWayEvents) => new SealedWay(this.#seal, peer, provider.via, events)
        : (events: UdpWayEvents) => new SignedWay(this.#signature, peer, provider.via, events);
      this.#udp = this.#make(make);
    } catch (error) {
      if (!(error instanceof ConnFailed)) throw error;
      log.warn("udp-unavailable", { provider: provider.key, reason: error.message });
    }
    const isBlocked = this.#udp === null || flows.blocked.has(provider.key);
    this.#probe.restart(isBlocked ? "blocked" : "trying");
    if (isBlocked) this.#requestLink();
    this.#check();
    flows.wayChanged();
  }

  /** There is no network: flows are held. */
  suspend(): void {
    this.#alarm.set(Infinity);
    this.#closeLink();
    if (this.#udp !== null) this.#retire(this.#udp);
    this.#udp = null;
    this.#provider = null;
  }

  /** The session is over. */
  close(): void {
    this.suspend();
    for (const [way, timer] of this.#retired) {
      clearTimeout(timer);
      way.close();
    }
    this.#retired.clear();
    this.#context.flows.detach(this);
  }

  #make(make: (events: UdpWayEvents) => UdpWay): UdpWay {
    const { flows } = this.#context;
    const way: UdpWay = make({
      received: (packet, answer) => this.#received(packet, answer, way),
      dropped: (reason) => flows.drops.add(reason),
      notSent: (why, bytes) => flows.notSent(why, bytes),
    });
    return way;
  }

  #sendBy(way: UdpWay, packet: Packet): void {
    try {
      way.send(packet);
    } catch (error) {
      if (!(error instanceof ConnFailed)) throw error;
      this.#context.flows.notSent("sendFailed", 0);
    }
  }

  #received(packet: Packet, answer: (packet: Packet) => void, way: UdpWay | null): void {
    if (way !== null && way === this.#udp) {
      if (this.#probe.noteHeard(monotonicMs())) this.#works();
      if (packet.kind === "data") this.#context.heard();
    }
    switch (packet.kind) {
      case "probe":
        return answer({ kind: "probed", token: packet.token });
      case "probed":
        return;
      default:
        this.#context.flows.received(packet);
    }
  }

  /** UDP gets through, for the first time or again. */
  #works(): void {
    const { flows, log } = this.#context;
    if (this.#provider !== null && flows.blocked.delete(this.#provider)) {
      log.info("udp-works", { provider: this.#provider });
    }
    const wasElsewhere = this.#link.kind !== "none";
    this.#closeLink();
    if (wasElsewhere) flows.wayChanged();
    this.#rearm();
  }

  #check(): void {
    if (this.#udp === null) return;
    const { flows, log } = this.#context;
    switch (this.#probe.check(monotonicMs(), flows.count > 0)) {
      case "fine":
        break;
      case "ask": {
        const [token = 0] = crypto.getRandomValues(new Uint32Array(1));
        this.#sendBy(this.#udp, { kind: "probe", token, epoch: this.#epoch });
        if (this.#probe.state === "working") flows.rebindAll();
        break;
      }
      case "blocked":
        flows.blocked.add(this.#provider ?? "");
        log.warn("udp-blocked", {
          provider: this.#provider ?? "",
          reason: "no probe was answered: flows ride a link",
        });
        this.#requestLink();
    }
    this.#rearm();
  }

  #rearm(): void {
    if (this.#udp === null) return;
    this.#alarm.set(this.#probe.nextCheckAt(this.#context.flows.count > 0));
  }

  #requestLink(): void {
    const provider = this.#provider;
    if (provider === null || this.#link.kind !== "none") return;
    const requested: LinkState = { kind: "requested" };
    this.#link = requested;
    this.#context.requestLink(provider, (link) => {
      if (this.#link === requested) void this.#bindLink(link, requested);
      else link.close();
    });
  }

  async #bindLink(link: Link, requested: LinkState): Promise<void> {
    const binding = ++this.#bindings;
    link.send({ kind: "bindDatagrams", binding });
    const answer = await link.firstMessage().catch(() => null);
    if (this.#link !== requested) return link.close();
    if (answer?.kind !== "boundDatagrams" || answer.binding !== binding) {
      link.close();
      return this.#linkEnded("SNAPT did not bind it");
    }
    const carrier: DatagramLink = new DatagramLink(link.conn, link.takeRest(), {
      received: (packet) => this.#received(packet, (reply) => void carrier.send(reply), null),
      ended: (reason) => this.#linkEnded(reason),
    });
    this.#link = { kind: "open", link: carrier };
    this.#context.flows.wayChanged();
  }

  #linkEnded(reason: string): void {
    this.#context.log.debug("datagram-link-ended", { reason });
    this.#link = { kind: "none" };
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      if (this.#probe.state === "blocked") this.#requestLink();
    }, LINK_RETRY_MS);
  }

  #closeLink(): void {
    clearTimeout(this.#retry);
    if (this.#link.kind === "open") this.#link.link.close();
    this.#link = { kind: "none" };
  }

  #retire(way: UdpWay): void {
    const timer = setTimeout(() => {
      this.#retired.delete(way);
      way.close();
    }, RETIRE_MS);
    this.#retired.set(way, timer);
  }
}
