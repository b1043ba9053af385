import { datagramBytes, payloadWithin } from "../../core/datagram/datagram_size.ts";
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
import { ConnFailed } from "../../net/conn_failed.ts";
import { type Endpoint, parseEndpoint } from "../../net/endpoint.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { CnaptFlows } from "./cnapt_flows.ts";
import { deriveDatagramKeys } from "./sealing/datagram_keys.ts";
import { FallbackLink, type FallbackLinkContext } from "./fallback_link.ts";
import { largestTo } from "./largest_datagram.ts";
import { LargePackets } from "./large_packets.ts";
import { RetiredWays } from "./retired_ways.ts";
import { DatagramSeal } from "./sealing/datagram_seal.ts";
import { DatagramSignature } from "./sealing/datagram_signature.ts";
import type { Link } from "../link/link.ts";
import type { DatagramWay, PacketCarrier } from "./packet_carrier.ts";
import type { Provider } from "../network/provider.ts";
import type { RelayLog } from "../run/relay_log.ts";
import { SealedWay, SignedWay, type UdpWay, type UdpWayEvents } from "./udp_way.ts";

export interface CnaptDatagramsContext {
  readonly flows: CnaptFlows;
  readonly key: Uint8Array;
  /** Of the session. */
  readonly instance: string;
  /** The session's; datagrams have a group of their own in it, which costs it nothing. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  /** Which services may go over which provider. */
  readonly ruleOf: RuleOf;
  /** A parked link of this provider, as soon as there is one; `take` owns it. */
  requestLink(provider: ProviderKey, take: (link: Link) => void): void;
  /** So much fits into a datagram on this provider, whatever its device says; null: not known. */
  datagramBytesOn?(provider: ProviderKey): number | null;
  /** Something came from SNAPT by the network in use: when it stops to, that is suspicious. */
  heard(): void;
}

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
  readonly #tasks: TaskGroup;
  readonly #deadline: DeadlineTimer;
  readonly #retired: RetiredWays;
  readonly #link: FallbackLink;
  readonly #large: LargePackets;
  #bindings = 0;
  #provider: ProviderKey | null = null;
  /** Of the provider in use; asked for once, not for each datagram. */
  #rule = ALL_SERVICES;
  #udp: UdpWay | null = null;
  #epoch = 0;
  /** What SNAPT is called by at a relay; null: it is reached without one. */
  #route: bigint | null = null;
  /** Nearly all networks let UDP through, but a relay may have none: what is sent meanwhile is lost. */
  #relayUdp: "untried" | "works" = "untried";

  constructor(offer: DatagramSession, context: CnaptDatagramsContext) {
    this.#offer = offer;
    this.#context = context;
    this.#tasks = context.tasks.child("datagrams", "keepGoing", context.log);
    this.#retired = new RetiredWays(this.#tasks);
    this.#deadline = new DeadlineTimer(this.#tasks, () => this.#check());
    const link: Omit<FallbackLinkContext, "above" | "isWanted" | "opened"> = {
      tasks: this.#tasks,
      log: context.log,
      requestLink: (provider, take) => context.requestLink(provider, take),
      place: () => ({ instance: context.instance, epoch: this.#epoch }),
      nextBinding: () => ++this.#bindings,
      received: (packet, answer) => this.#received(packet, answer, null),
    };
    const dropped = (reason: "tooBig" | "linkFull") => context.flows.notSent(reason, 0);
    this.#large = new LargePackets({ ...link, dropped });
    this.#link = new FallbackLink({
      ...link,
      above: () => 0,
      isWanted: () => this.#probe.state === "blocked",
      opened: () => context.flows.wayChanged(),
    });
    const { protection, tag } = offer;
    const keys = deriveDatagramKeys(context.key, offer);
    const own = { protection, tag, sending: keys.cnapt, receiving: keys.snapt };
    this.#seal = new DatagramSeal(own);
    this.#signature = new DatagramSignature(own);
  }

  /** Carries the flows from now on. */
  start(): void {
    this.#context.flows.attach(this, this.#offer.services);
  }

  /** Which of the sessions that SNAPT has offered datagrams for. */
  get tag(): number {
    return this.#offer.tag;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get way(): DatagramWay {
    if (this.#link.state === "open") return "link";
    if (this.#udp === null || this.#probe.state === "blocked") return "held";
    return this.#udp.kind;
  }

  get largestPayload(): number | null {
    if (this.#udp === null || this.#link.state === "open") return null;
    const { largest } = this.#large;
    return largest === Infinity ? null : payloadWithin(this.#offer.protection, largest);
  }

  mayCarry(target: StreamTarget): boolean {
    return isAllowed(this.#rule, ruledName(target));
  }

  send(packet: Packet): void {
    const outcome = this.#link.send(packet);
    if (outcome === "sent") return;
    if (outcome !== null) return this.#context.flows.notSent(outcome, 0);
    if (this.#udp === null) return;
    if (datagramBytes(this.#offer.protection, packet) > this.#large.largest) {
      return this.#large.send(packet);
    }
    this.#sendBy(this.#udp, packet);
    // Going off too early is cheaper than to set it anew for every datagram.
    if (this.#probe.noteSent(this.#tasks.now())) {
      this.#deadline.pullIn(this.#probe.nextCheckAt(this.#context.flows.count > 0));
    }
  }

  forget(flow: number): void {
    this.#udp?.forget(flow);
    this.#retired.forget(flow);
  }

  /** The session lives on this provider from now on: SNAPT is there, or a relay with this `route`. */
  use(
    provider: Provider,
    remoteAddress: string,
    epoch: number,
    route: bigint | null = null,
  ): void {
    const isProxied = provider.proxy !== undefined;
    const peer = isProxied ? null : parseEndpoint(remoteAddress);
    this.#link.close();
    if (this.#udp !== null) this.#retired.add(this.#udp);
    this.#udp = null;
    const largest = peer === null ? Infinity : largestTo(peer, provider, this.#context, route);
    this.#large.use(provider.key, largest);
    this.#provider = provider.key;
    this.#rule = this.#context.ruleOf(provider.key);
    this.#epoch = epoch;
    this.#route = route;
    const { flows, log } = this.#context;
    try {
      // What is there then is the proxy, which relays no UDP.
      if (!isProxied && peer === null) {
        throw new ConnFailed("other", `Cannot send UDP to ${remoteAddress}`);
      }
      if (peer !== null) this.#udp = this.#openWay(peer, provider);
    } catch (error) {
      if (!(error instanceof ConnFailed)) throw error;
      log.warn("udp-unavailable", { provider: provider.key, reason: error.message });
    }
    const isBlocked = this.#udp === null || flows.blocked.has(provider.key);
    const isDoubtful = route !== null && this.#relayUdp === "untried";
    this.#probe.restart(isBlocked || isDoubtful ? "blocked" : "trying");
    if (this.#probe.state === "blocked") this.#requestLink();
    this.#check();
    flows.wayChanged();
  }

  /** There is no network: flows are held. */
  suspend(): void {
    this.#deadline.set(Infinity);
    this.#link.close();
    if (this.#udp !== null) this.#retired.add(this.#udp);
    this.#udp = null;
    this.#large.use(null, Infinity);
    this.#provider = null;
    this.#context.flows.suspend();
  }

  /** The session is over. */
  close(): void {
    this.suspend();
    this.#retired.close();
    this.#context.flows.detach(this);
    this.#tasks.close();
  }

  #openWay(peer: Endpoint, { via }: Provider): UdpWay {
    const { flows } = this.#context;
    const events: UdpWayEvents = {
      received: (packet, answer) => this.#received(packet, answer, way),
      dropped: (reason) => flows.drops.add(reason),
      notSent: (why, bytes) => {
        flows.notSent(why, bytes);
        if (why === "tooBig") this.#large.shrink(bytes);
      },
    };
    const context = { peer, via, tasks: this.#tasks, events, route: this.#route };
    const way: UdpWay = this.#offer.protection === "sealed"
      ? new SealedWay(this.#seal, context)
      : new SignedWay(this.#signature, context);
    return way;
  }

  #sendBy(way: UdpWay, packet: Packet): void {
    try {
      way.send(packet);
    } catch (error) {
      if (!(error instanceof ConnFailed)) throw error;
      const { flows } = this.#context;
      if (error.code === "exhausted") flows.drops.add("flowLimit");
      else flows.notSent("sendFailed", 0);
    }
  }

  #received(packet: Packet, answer: (packet: Packet) => void, way: UdpWay | null): void {
    if (way !== null && way === this.#udp) {
      if (this.#probe.noteHeard(this.#tasks.now())) this.#works();
      if (packet.kind === "data") this.#context.heard();
    }
    switch (packet.kind) {
      case "probe":
        return answer({ kind: "probed", token: packet.token });
      case "probed":
        return;
      case "tooLarge":
        return this.#large.want();
      default:
        this.#context.flows.received(packet, answer);
    }
  }

  /** UDP gets through, for the first time or again. */
  #works(): void {
    const { flows, log } = this.#context;
    if (this.#route !== null) this.#relayUdp = "works";
    if (this.#provider !== null && flows.blocked.delete(this.#provider)) {
      log.info("udp-works", { provider: this.#provider });
    }
    const wasElsewhere = this.#link.state !== "none";
    this.#link.part();
    if (wasElsewhere) flows.wayChanged();
    this.#rearm();
  }

  #check(): void {
    if (this.#udp === null) return;
    const { flows, log } = this.#context;
    switch (this.#probe.check(this.#tasks.now(), flows.count > 0)) {
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
    this.#deadline.set(this.#probe.nextCheckAt(this.#context.flows.count > 0));
  }

  #requestLink(): void {
    if (this.#provider !== null) this.#link.request(this.#provider);
  }
}
