import type { DropReason } from "../../core/datagram/drop_counters.ts";
import type { HoldBudget } from "../../core/datagram/hold_budget.ts";
import type { DatagramTerms } from "../../core/wire/datagram_messages.ts";
import { type DatagramSocket, listenDatagrams } from "../../net/datagram_socket.ts";
import type { Endpoint } from "../../net/endpoint.ts";
import type { ListenAddress } from "../../net/listen.ts";
import { formatAddress } from "../../net/socket_address.ts";
import type { AccessGate } from "../access/access_gate.ts";
import { DatagramCaller } from "../datagram/datagram_caller.ts";
import { guardedHandler } from "../run/guarded_handler.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** A call that is not answered for so long, or for `hold`, is forgotten when others come. */
const UNANSWERED_MS = 30_000;
const SWEEP_MS = 1_000;

export interface VirtualDatagramPortContext {
  readonly service: string;
  readonly terms: DatagramTerms;
  readonly gate: AccessGate;
  /** What the server applications send is held in it until CNAPT has answered. */
  readonly holds: HoldBudget;
  /** A mistake of ours with a datagram is one of this group. */
  readonly tasks: TaskGroup;
}

export interface VirtualDatagramPortEvents {
  /** A server application sent its first datagram; false where there are too many. */
  called(caller: DatagramCaller): boolean;
  /** Nobody has answered it for long. */
  gaveUp(caller: DatagramCaller): void;
  dropped(reason: DropReason, count: number): void;
}

/**
 * The UDP socket on SNAPT that stands in for a port of a client application. Each address that
 * sends to it is a server application of its own, with a flow of its own.
 */
export class VirtualDatagramPort {
  readonly #context: VirtualDatagramPortContext;
  readonly #events: VirtualDatagramPortEvents;
  readonly #socket: DatagramSocket;
  #sweptAt = 0;
  readonly #callers = new Map<string, DatagramCaller>();

  /** @throws {ListenFailed} the port is taken, forbidden, or the address is not of this machine */
  constructor(
    listen: ListenAddress,
    context: VirtualDatagramPortContext,
    events: VirtualDatagramPortEvents,
  ) {
    this.#context = context;
    this.#events = events;
    const handler = guardedHandler<Endpoint, Endpoint>(context.tasks, {
      received: (bytes, from) => this.#received(bytes, from),
      notSent: () => events.dropped("sendFailed", 1),
    });
    this.#socket = listenDatagrams(listen, handler);
  }

  get name(): string {
    return formatAddress(this.#socket.host, this.#socket.port);
  }
  get refused(): number {
    return this.#context.gate.refused;
  }

  async close(): Promise<void> {
    for (const caller of [...this.#callers.values()]) caller.close();
    await this.#socket.close();
  }

  #received(bytes: Uint8Array, from: Endpoint): void {
    const caller = this.#callers.get(from.key) ?? this.#open(from);
    caller?.received(bytes);
  }

  /** Forgets those who were never answered: a flood of them must not keep out others for good. */
  #sweep(now: number): void {
    if (now - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = now;
    const limitMs = Math.max(UNANSWERED_MS, this.#context.terms.holdMs);
    for (const caller of [...this.#callers.values()]) {
      if (caller.unansweredMs(now) < limitMs) continue;
      caller.close();
      this.#events.gaveUp(caller);
    }
  }

  #open(from: Endpoint): DatagramCaller | null {
    const { gate, holds, service, terms, tasks } = this.#context;
    if (!gate.admits(from.host, service)) {
      this.#events.dropped("sourceNotAllowed", 1);
      return null;
    }
    this.#sweep(tasks.now());
    const ends = { server: from, address: this.name, terms };
    const caller = new DatagramCaller(ends, tasks, holds, {
      send: (payload, to) => this.#socket.send(payload, to),
      dropped: this.#events.dropped,
      closed: () => this.#callers.delete(from.key),
    });
    if (!this.#events.called(caller)) {
      this.#events.dropped("flowLimit", 1);
      return null;
    }
    this.#callers.set(from.key, caller);
    return caller;
  }
}
