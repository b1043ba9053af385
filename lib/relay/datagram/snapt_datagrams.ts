import { DropCounters } from "../../core/datagram/drop_counters.ts";
import { tagOf } from "../../core/datagram/sealed_datagram.ts";
import { looksSigned, SIGNED_MAGIC } from "../../core/datagram/signed_datagram.ts";
import { decodeRelayDatagram } from "../../core/relay/relay_datagrams.ts";
import type { DatagramSession, Protection } from "../../core/wire/datagram_messages.ts";
import {
  type DatagramListener,
  type DatagramListenerHandler,
  type DatagramPath,
  listenForAll,
} from "../../net/datagram_listener.ts";
import type { ListenAddress } from "../../net/listen.ts";
import type { AdmittedClient } from "../access/admitted_client.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import { guardedHandler } from "../run/guarded_handler.ts";
import type { RelayedDatagrams } from "../own_relay/relay_association.ts";
import { deriveDatagramKeys } from "./sealing/datagram_keys.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { SnaptFlows } from "./snapt_flows.ts";
import type { FindServer } from "./find_server.ts";

const TWO_TO_32 = 2 ** 32;

interface Binding {
  readonly flows: SnaptFlows;
  readonly flow: number;
}

export interface SnaptDatagramsContext {
  readonly protection: Protection;
  /** How many flows a session has at most that begins at this moment. */
  readonly flows: number;
  readonly findServer: FindServer;
  /** The program's: a mistake of ours with a datagram costs that datagram. */
  readonly tasks: TaskGroup;
}

/** What SNAPT offers to a session that may use UDP, and what serves it. */
export interface OfferedDatagrams {
  readonly offer: Omit<DatagramSession, "kind" | "sequence">;
  readonly flows: SnaptFlows;
}

/**
 * The UDP ports of SNAPT, of the same numbers as those of its links, and which datagram belongs to which
 * session. Only what proves authentic gets further than that.
 */
export class SnaptDatagrams {
  readonly drops = new DropCounters();
  readonly #protection: Protection;
  readonly #context: SnaptDatagramsContext;
  readonly #findServer: FindServer;
  readonly #tasks: TaskGroup;
  readonly #listeners: readonly DatagramListener[];
  readonly #handler: DatagramListenerHandler;
  readonly #sessions = new Map<number, SnaptFlows>();
  readonly #addresses = new Map<string, Binding>();
  /** Who sent last to each address, for when a datagram does not fit. */
  readonly #senders = new WeakMap<Endpoint, SnaptFlows>();

  /** @throws {ListenFailed} a port is taken, forbidden, or its address is not of this machine */
  constructor(
    listen: readonly ListenAddress[],
    context: SnaptDatagramsContext,
  ) {
    const { protection, findServer, tasks } = context;
    this.#protection = protection;
    this.#context = context;
    this.#findServer = findServer;
    this.#tasks = tasks.child("datagrams", "keepGoing");
    const received = protection === "sealed"
      ? (bytes: Uint8Array, from: DatagramPath) => this.#sealedReceived(bytes, from)
      : (bytes: Uint8Array, from: DatagramPath) => this.#otherReceived(bytes, from);
    const handler = guardedHandler<DatagramPath, Endpoint>(this.#tasks, {
      received,
      notSent: (why, bytes, to) => {
        const reason = why === "failed" ? "sendFailed" : why;
        const sender = this.#senders.get(to);
        if (sender === undefined) this.drops.add(reason);
        else sender.notSent(reason, bytes);
      },
    });
    this.#handler = handler;
    this.#listeners = listenForAll(listen, "never", handler);
  }

  /** What takes the datagrams that come through a relay. */
  get relayed(): RelayedDatagrams {
    return this.#handler;
  }

  /** The number of the first of its ports. */
  get port(): number {
    return this.#listeners[0]?.port ?? 0;
  }

  /** The machine has these addresses now: a datagram is answered from the one it came to. */
  useAddresses(addresses: readonly string[]): void {
    for (const listener of this.#listeners) listener.useAddresses(addresses);
  }

  /** What a new session of the CNAPT with this key needs for UDP. */
  offer(
    key: Uint8Array,
    client: Pick<AdmittedClient, "datagrams" | "destinations">,
    log: RelayLog,
  ): OfferedDatagrams {
    const tag = this.#freshTag();
    const secret = crypto.getRandomValues(new Uint8Array(32)).toHex();
    const protection = this.#protection;
    const { datagrams: services, destinations: rules } = client;
    const offer = { protection, tag, secret, flows: this.#context.flows, services };
    const keys = deriveDatagramKeys(key, offer);
    const flows: SnaptFlows = new SnaptFlows({
      offer,
      keys: { protection, tag, sending: keys.snapt, receiving: keys.cnapt },
      rules,
      drops: this.drops,
      findServer: this.#findServer,
      tasks: this.#tasks,
      log,
      send: (bytes, to) => {
        this.#senders.set(to.peer, flows);
        to.socket.send(bytes, to.peer);
      },
      bindAddress: (address, flow) => this.#bindAddress(address.key, flows, flow),
    });
    this.#sessions.set(tag, flows);
    return { offer, flows };
  }

  /** The session is over. */
  end({ offer, flows }: OfferedDatagrams): void {
    flows.close();
    this.#sessions.delete(offer.tag);
  }

  async close(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  /** Whoever has an address loses it only to one that is proven to be there, or by its own word. */
  #bindAddress(address: string, flows: SnaptFlows, flow: number | null): void {
    const before = this.#addresses.get(address);
    if (flow === null) {
      if (before?.flows === flows) this.#addresses.delete(address);
      return;
    }
    if (before !== undefined && before.flows !== flows) before.flows.client.displaced(before.flow);
    this.#addresses.set(address, { flows, flow });
  }

  #sealedReceived(bytes: Uint8Array, from: DatagramPath): void {
    const flows = this.#sessionOf(bytes);
    if (flows !== undefined) return flows.client.sealedReceived(bytes, from);
    // CNAPT calls as it would a relay: it does not know that it has reached SNAPT itself.
    const datagram = decodeRelayDatagram(bytes);
    const called = datagram?.kind === "call" ? this.#sessionOf(datagram.sealed) : undefined;
    if (datagram?.kind !== "call" || called === undefined) this.drops.add("unknownSession");
    else called.client.sealedReceived(datagram.sealed, from);
  }

  #sessionOf(sealed: Uint8Array): SnaptFlows | undefined {
    const tag = tagOf(sealed);
    return tag === null ? undefined : this.#sessions.get(tag);
  }

  #otherReceived(bytes: Uint8Array, from: DatagramPath): void {
    const bound = this.#addresses.get(from.key);
    if (looksSigned(bytes)) {
      const tag = tagOf(bytes, SIGNED_MAGIC.length);
      const flows = tag === null ? undefined : this.#sessions.get(tag);
      const isOwn = bound?.flows === flows;
      const flow = isOwn ? bound?.flow ?? null : null;
      const isOthers = bound !== undefined && !isOwn;
      if (flows?.client.signedReceived(bytes, from, flow, isOthers)) return;
    }
    if (bound !== undefined) bound.flows.client.payloadReceived(bound.flow, bytes);
    else this.drops.add(looksSigned(bytes) ? "forged" : "unknownSession");
  }

  #freshTag(): number {
    for (;;) {
      const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
      const tag = (high & 0xffff) * TWO_TO_32 + low;
      if (!this.#sessions.has(tag)) return tag;
    }
  }
}
